/**
 * The key of the cache: random, made once, kept only wrapped, in slots as LUKS does (security.md, "The vault").
 * Whoever holds the private key of one slot's certificate opens it.
 */
import {
  constants,
  createHash,
  createPrivateKey,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  X509Certificate,
} from 'node:crypto'
import { access, chmod, mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import type { Keys } from '../orders.ts'

const keyBytes = 32

const SlotSchema = v.object({
  kind: v.literal('certificate'),
  algorithm: v.literal('RSA-OAEP-SHA-256'),
  /** SHA-256 of the public key, hex: a renewed certificate of the same key still opens */
  publicKey: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  wrapped: v.pipe(v.string(), v.maxLength(4096), v.base64()),
})
const VaultSchema = v.object({ version: v.literal(1), slots: v.array(SlotSchema) })
type Vault = v.InferOutput<typeof VaultSchema>

const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' } as const

const fingerprint = (certificate: X509Certificate): string =>
  createHash('sha256')
    .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  )

/** Written beside, synced, renamed, and the folder synced: after a power cut there is the old or the new one. */
async function writeWhole(file: string, text: string, directory: string): Promise<void> {
  const draft = `${file}.new`
  const handle = await open(draft, 'w', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, file)
  const folder = await open(directory, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

const makeVault = (certificate: X509Certificate, secret: Buffer): Vault => ({
  version: 1,
  slots: [
    {
      kind: 'certificate',
      algorithm: 'RSA-OAEP-SHA-256',
      publicKey: fingerprint(certificate),
      wrapped: publicEncrypt({ key: certificate.publicKey, ...oaep }, secret).toString('base64'),
    },
  ],
})

/**
 * Opens the profile's vault, or makes it when there is neither vault nor cache yet.
 * @param cache the database's file: a cache without its vault is lost, and must not be overwritten unseen
 * @returns the raw key, 32 bytes; the caller clears it after use
 */
export async function openVault(
  profile: string,
  cache: string,
  keys: Keys,
  random: (bytes: number) => Buffer = randomBytes,
): Promise<Result<Buffer>> {
  const file = join(profile, 'vault.json')
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(keys.certificate)
    if (certificate.publicKey.asymmetricKeyType !== 'rsa')
      return fail('cache.key-refused', 'the vault needs a certificate with an RSA key', file)
  } catch (error) {
    return fail('cache.key-refused', `the certificate cannot be read: ${String(error)}`, file)
  }
  try {
    await mkdir(profile, { recursive: true, mode: 0o700 })
    await chmod(profile, 0o700)
    if (!(await exists(file))) {
      if (await exists(cache)) return fail('cache.damaged', 'the key slots of the cache are missing', file)
      const secret = random(keyBytes)
      await writeWhole(file, `${JSON.stringify(makeVault(certificate, secret), null, 2)}\n`, profile)
      return ok(secret)
    }
  } catch (error) {
    return fail('cache.unwritable', String(error), profile)
  }

  let vault: Vault
  try {
    vault = v.parse(VaultSchema, JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    return fail('cache.damaged', `the key slots cannot be read: ${String(error)}`, file)
  }
  const own = fingerprint(certificate)
  const slot = vault.slots.find(({ publicKey }) => publicKey === own)
  if (!slot) return fail('cache.key-refused', 'the cache belongs to another certificate', file)
  try {
    const secret = privateDecrypt(
      { key: createPrivateKey(keys.key), ...oaep },
      Buffer.from(slot.wrapped, 'base64'),
    )
    if (secret.length !== keyBytes) return fail('cache.damaged', 'a key slot holds no key', file)
    return ok(secret)
  } catch {
    return fail('cache.key-refused', 'the private key does not open the slot of its certificate', file)
  }
}
