/**
 * The key of the cache: random, made once, kept only wrapped, in slots as LUKS does (security.md, "The vault").
 * Whoever holds the private key of one slot's certificate opens it. To fill a slot the public key is enough, so the
 * whole is signed with the private one, and sealed with the raw key: nobody else's slots are ever opened.
 */
import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { access, chmod, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { fail, ok, type Problem, type Result } from '../../../preload/contract/result.ts'
import { verifySignature, type Signer } from '../signer.ts'
import { fingerprintOf, wrap } from '../wrapping.ts'
import { writeWhole } from '../write-whole.ts'

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
  secret: Buffer<ArrayBuffer>
  mark: VaultMark
}

export const vaultFile = (profile: string): string => join(profile, 'vault.json')

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
  const key = deriveKey(secret, 'Vigie vault seal')
  const seal = createHmac('sha256', key).update(sealed(vault)).digest()
  key.fill(0)
  return seal
}

const markOf = (vault: Vault): VaultMark => ({
  generation: vault.generation,
  digest: createHash('sha256').update(signed(vault)).digest('hex'),
})

const ofVault = (problem: Problem, file: string): Result<never> =>
  problem.code === 'identity.key-refused' || problem.code === 'cache.key-refused'
    ? fail('cache.key-refused', problem.message, file)
    : { ok: false, error: problem }

/** @returns `cache.key-refused` where the key is not the certificate's */
export async function writeVault(
  profile: string,
  signer: Signer,
  secret: Buffer,
  generation: number,
  slots: Slot[],
): Promise<Result<VaultMark>> {
  const file = vaultFile(profile)
  const bare = { version: 2 as const, generation, slots }
  const withSeal = { ...bare, seal: sealOf(bare, secret).toString('hex') }
  const signature = await signer.sign(signed(withSeal))
  if (!signature.ok) return ofVault(signature.error, file)
  const vault: Vault = { ...withSeal, signature: signature.value.toString('base64') }
  try {
    await writeWhole(file, `${JSON.stringify(vault, null, 2)}\n`, { over: true })
  } catch (error) {
    return fail('cache.unwritable', String(error), profile)
  }
  return ok(markOf(vault))
}

function slotFor({ publicKey }: Signer, secret: Buffer, file: string): Result<Slot> {
  const wrapped = wrap(publicKey, 'certificate', secret)
  if (!wrapped.ok) return ofVault(wrapped.error, file)
  const { kind, algorithm, publicKey: fingerprint, wrapped: bytes } = wrapped.value
  if (kind !== 'certificate' || algorithm !== 'RSA-OAEP-SHA-256')
    return fail('cache.key-refused', 'the vault needs a certificate with an RSA key', file)
  return ok({ kind, algorithm, publicKey: fingerprint, wrapped: bytes })
}

/** @returns the raw key in the signer's own slot */
export async function openSlot(
  slots: readonly Slot[],
  signer: Signer,
  file: string,
): Promise<Result<Buffer<ArrayBuffer>>> {
  const own = fingerprintOf(signer.publicKey)
  const slot = slots.find(({ publicKey }) => publicKey === own)
  if (!slot) return fail('cache.key-refused', 'the cache belongs to another certificate', file)
  const opened = await signer.unwrap(slot)
  if (!opened.ok) return ofVault(opened.error, file)
  // in memory of its own: what small buffers share would be copied along to another process
  const secret = Buffer.alloc(opened.value.length, opened.value)
  opened.value.fill(0)
  return secret.length === keyBytes ? ok(secret) : fail('cache.damaged', 'a key slot holds no key', file)
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

async function readVault(profile: string, signer: Signer): Promise<Result<Opened>> {
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
  const own = fingerprintOf(signer.publicKey)
  if (!vault.slots.some(({ publicKey }) => publicKey === own))
    return fail('cache.key-refused', 'the cache belongs to another certificate', file)
  const signature = Buffer.from(vault.signature, 'base64')
  if (!verifySignature(signer.publicKey, signed(vault), signature))
    return fail('cache.vault-forged', 'the vault’s signature is not that of this certificate', file)
  const secret = await openSlot(vault.slots, signer, file)
  if (!secret.ok) return secret
  if (!timingSafeEqual(sealOf(vault, secret.value), Buffer.from(vault.seal, 'hex'))) {
    secret.value.fill(0)
    return fail('cache.vault-forged', 'the vault was not made with the key that it holds', file)
  }
  return ok({ secret: secret.value, mark: markOf(vault), vault })
}

export interface VaultOptions {
  /** the database's file: a cache without its vault is lost, and must not be overwritten unseen */
  cache: string
  /** false: who only reads makes nothing that is not there */
  make?: boolean
  random?: (bytes: number) => Buffer<ArrayBuffer>
}

/** Opens the profile's vault, or makes it when there is neither vault nor cache yet. */
export async function openVault(
  profile: string,
  signer: Signer,
  { cache, make = true, random = randomBytes }: VaultOptions,
): Promise<Result<OpenVault>> {
  const file = vaultFile(profile)
  try {
    if (!make) {
      if (!(await exists(cache))) return fail('cache.damaged', 'there is no cache in this profile', cache)
    } else {
      await mkdir(profile, { recursive: true, mode: 0o700 })
      await chmod(profile, 0o700)
    }
    if (!(await exists(file))) {
      if (await exists(cache)) return fail('cache.damaged', 'the key slots of the cache are missing', file)
      const secret = random(keyBytes)
      const slot = slotFor(signer, secret, file)
      const made = slot.ok ? await writeVault(profile, signer, secret, 1, [slot.value]) : slot
      if (made.ok) return ok({ secret, mark: made.value })
      secret.fill(0)
      return made
    }
  } catch (error) {
    return fail('cache.unwritable', String(error), profile)
  }
  return readVault(profile, signer)
}

/** For another purpose than the cache, e.g. `Vigie trail`: 32 bytes that say nothing of the secret. */
export const deriveKey = (secret: Uint8Array, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', purpose, keyBytes))

/** Writes the vault anew with other slots, one generation on. */
export async function replaceVault(
  profile: string,
  signer: Signer,
  slots: (before: Slot[]) => Slot[],
): Promise<Result<VaultMark>> {
  const opened = await readVault(profile, signer)
  if (!opened.ok) return opened
  const { secret, vault } = opened.value
  try {
    return await writeVault(profile, signer, secret, vault.generation + 1, slots(vault.slots))
  } finally {
    secret.fill(0)
  }
}
