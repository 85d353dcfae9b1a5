/**
 * The key of the cache: random, made once, kept only wrapped, in slots as LUKS does (security.md, "The vault").
 * Whoever holds the private key of one slot's certificate opens it. To fill a slot the public key is enough, so the
 * whole is signed with the private one, and sealed with the raw key: nobody else's slots are ever opened.
 */
import {
  constants,
  createHash,
  createHmac,
  createPrivateKey,
  hkdfSync,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  sign,
  timingSafeEqual,
  verify,
  X509Certificate,
  type KeyObject,
} from 'node:crypto'
import { access, chmod, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import { writeWhole } from './write-whole.ts'

/** PEM of the client certificate and its key: the cache opens with them. Not kept: the caller may clear the key. */
export interface Keys {
  certificate: string
  /** bytes can be cleared, a text stays until the memory is used again */
  key: string | Uint8Array
}

const keyBytes = 32

const SlotSchema = v.strictObject({
  kind: v.literal('certificate'),
  algorithm: v.literal('RSA-OAEP-SHA-256'),
  /** SHA-256 of the public key, hex: a renewed certificate of the same key still opens */
  publicKey: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  wrapped: v.pipe(v.string(), v.maxLength(4096), v.base64()),
})
export type Slot = v.InferOutput<typeof SlotSchema>

const SlotsSchema = v.pipe(v.array(SlotSchema), v.minLength(1), v.maxLength(16))
/** As it was before vaults were signed. */
export const OldVaultSchema = v.strictObject({ version: v.literal(1), slots: SlotsSchema })
const VaultSchema = v.strictObject({
  version: v.literal(2),
  /** one more each time it is written: the cache knows the last one */
  generation: v.pipe(v.number(), v.integer(), v.minValue(1)),
  slots: SlotsSchema,
  /** HMAC-SHA-256 with a key derived from the raw key, hex: who does not know the raw key makes no vault for it */
  seal: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  /** RSA-PSS-SHA-256 by the key of the certificate that wrote it */
  signature: v.pipe(v.string(), v.maxLength(4096), v.base64()),
})
type Vault = v.InferOutput<typeof VaultSchema>

/** Which writing of a vault this is, for the cache to know it again. */
export interface VaultMark {
  generation: number
  /** SHA-256 of all that is in it, hex */
  digest: string
}

export interface OpenVault {
  /** the raw key, 32 bytes; the caller clears it after use */
  secret: Buffer
  mark: VaultMark
}

const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' } as const
const pss = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
} as const

export const vaultFile = (profile: string): string => join(profile, 'vault.json')

/** The certificate that opens and signs, and its key. */
export interface Opener {
  certificate: KeyObject
  fingerprint: string
  key: KeyObject
}

const privateKeyOf = (pem: Keys['key']): KeyObject =>
  createPrivateKey(typeof pem === 'string' ? pem : Buffer.from(pem.buffer, pem.byteOffset, pem.byteLength))

/** @param file named where the keys do not serve */
export function openerOf(keys: Keys, file: string): Result<Opener> {
  try {
    const { publicKey } = new X509Certificate(keys.certificate)
    if (publicKey.asymmetricKeyType !== 'rsa')
      return fail('cache.key-refused', 'the vault needs a certificate with an RSA key', file)
    const spki = publicKey.export({ type: 'spki', format: 'der' })
    const fingerprint = createHash('sha256').update(spki).digest('hex')
    return ok({ certificate: publicKey, fingerprint, key: privateKeyOf(keys.key) })
  } catch (error) {
    return fail('cache.key-refused', `the certificate or its key cannot be read: ${String(error)}`, file)
  }
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  )

/** What is sealed, and with the seal signed. The schema is strict: there is nothing else in it. */
const sealed = ({ version, generation, slots }: Pick<Vault, 'version' | 'generation' | 'slots'>): string =>
  JSON.stringify([
    'Vigie vault',
    version,
    generation,
    slots.map(({ kind, algorithm, publicKey, wrapped }) => [kind, algorithm, publicKey, wrapped]),
  ])
const signed = (vault: Omit<Vault, 'signature'>): Buffer => Buffer.from(`${sealed(vault)}\n${vault.seal}`)

function sealOf(vault: Pick<Vault, 'version' | 'generation' | 'slots'>, secret: Buffer): Buffer {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'Vigie vault seal', 32))
  const seal = createHmac('sha256', key).update(sealed(vault)).digest()
  key.fill(0)
  return seal
}

const markOf = (vault: Vault): VaultMark => ({
  generation: vault.generation,
  digest: createHash('sha256').update(signed(vault)).digest('hex'),
})

/** @returns `cache.key-refused` where the key is not the certificate's */
export async function writeVault(
  profile: string,
  opener: Opener,
  secret: Buffer,
  generation: number,
  slots: Slot[],
): Promise<Result<VaultMark>> {
  const file = vaultFile(profile)
  const bare = { version: 2 as const, generation, slots }
  const withSeal = { ...bare, seal: sealOf(bare, secret).toString('hex') }
  const signature = sign('sha256', signed(withSeal), { key: opener.key, ...pss })
  if (!verify('sha256', signed(withSeal), { key: opener.certificate, ...pss }, signature))
    return fail('cache.key-refused', 'the private key is not that of its certificate', file)
  const vault: Vault = { ...withSeal, signature: signature.toString('base64') }
  try {
    await writeWhole(file, `${JSON.stringify(vault, null, 2)}\n`, profile)
  } catch (error) {
    return fail('cache.unwritable', String(error), profile)
  }
  return ok(markOf(vault))
}

const slotFor = ({ certificate, fingerprint }: Opener, secret: Buffer): Slot => ({
  kind: 'certificate',
  algorithm: 'RSA-OAEP-SHA-256',
  publicKey: fingerprint,
  wrapped: publicEncrypt({ key: certificate, ...oaep }, secret).toString('base64'),
})

/** @returns the raw key in the opener's own slot */
export function openSlot(slots: readonly Slot[], opener: Opener, file: string): Result<Buffer> {
  const slot = slots.find(({ publicKey }) => publicKey === opener.fingerprint)
  if (!slot) return fail('cache.key-refused', 'the cache belongs to another certificate', file)
  try {
    const secret = privateDecrypt({ key: opener.key, ...oaep }, Buffer.from(slot.wrapped, 'base64'))
    if (secret.length !== keyBytes) return fail('cache.damaged', 'a key slot holds no key', file)
    return ok(secret)
  } catch {
    return fail('cache.key-refused', 'the private key does not open the slot of its certificate', file)
  }
}

/** The file as a value; what is wrong with it as a whole. */
export async function readVaultFile(profile: string): Promise<Result<unknown>> {
  const file = vaultFile(profile)
  try {
    return ok(JSON.parse(await readFile(file, 'utf8')) as unknown)
  } catch (error) {
    return fail('cache.damaged', `the key slots cannot be read: ${String(error)}`, file)
  }
}

interface Opened extends OpenVault {
  vault: Vault
}

async function readVault(profile: string, opener: Opener): Promise<Result<Opened>> {
  const file = vaultFile(profile)
  const text = await readVaultFile(profile)
  if (!text.ok) return text
  if (v.is(OldVaultSchema, text.value))
    return fail('cache.vault-unsigned', 'the vault has no signature, as before they were signed', file)
  const read = v.safeParse(VaultSchema, text.value)
  if (!read.success)
    return fail('cache.damaged', `the key slots cannot be read: ${read.issues[0].message}`, file)
  const vault = read.output
  // whose it is comes first: another certificate is a mistake, a wrong signature is somebody's doing
  if (!vault.slots.some(({ publicKey }) => publicKey === opener.fingerprint))
    return fail('cache.key-refused', 'the cache belongs to another certificate', file)
  const signature = Buffer.from(vault.signature, 'base64')
  if (!verify('sha256', signed(vault), { key: opener.certificate, ...pss }, signature))
    return fail('cache.vault-forged', 'the vault’s signature is not that of this certificate', file)
  const secret = openSlot(vault.slots, opener, file)
  if (!secret.ok) return secret
  if (!timingSafeEqual(sealOf(vault, secret.value), Buffer.from(vault.seal, 'hex'))) {
    secret.value.fill(0)
    return fail('cache.vault-forged', 'the vault was not made with the key that it holds', file)
  }
  return ok({ secret: secret.value, mark: markOf(vault), vault })
}

/**
 * Opens the profile's vault, or makes it when there is neither vault nor cache yet.
 * @param cache the database's file: a cache without its vault is lost, and must not be overwritten unseen
 */
export async function openVault(
  profile: string,
  cache: string,
  keys: Keys,
  random: (bytes: number) => Buffer = randomBytes,
): Promise<Result<OpenVault>> {
  const file = vaultFile(profile)
  const opener = openerOf(keys, file)
  if (!opener.ok) return opener
  try {
    await mkdir(profile, { recursive: true, mode: 0o700 })
    await chmod(profile, 0o700)
    if (!(await exists(file))) {
      if (await exists(cache)) return fail('cache.damaged', 'the key slots of the cache are missing', file)
      const secret = random(keyBytes)
      const made = await writeVault(profile, opener.value, secret, 1, [slotFor(opener.value, secret)])
      return made.ok ? ok({ secret, mark: made.value }) : made
    }
  } catch (error) {
    return fail('cache.unwritable', String(error), profile)
  }
  return readVault(profile, opener.value)
}

/** Writes the vault anew with other slots, one generation on. */
export async function replaceVault(
  profile: string,
  keys: Keys,
  slots: (before: Slot[]) => Slot[],
): Promise<Result<VaultMark>> {
  const opener = openerOf(keys, vaultFile(profile))
  if (!opener.ok) return opener
  const opened = await readVault(profile, opener.value)
  if (!opened.ok) return opened
  const { secret, vault } = opened.value
  try {
    return await writeVault(profile, opener.value, secret, vault.generation + 1, slots(vault.slots))
  } finally {
    secret.fill(0)
  }
}
