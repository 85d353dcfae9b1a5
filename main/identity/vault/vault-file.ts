/** The vault as it is written: what may be in it, that its parts belong together, and who wrote it. */
import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { fail, ok, type Problem, type Result } from '../../../preload/contract/result.ts'
import { verifySignature, type Signer } from '../signer.ts'
import { fingerprintOfKey } from '../certificate-facts.ts'
import type { Wrapped } from '../wrapping.ts'
import { writeWhole } from '../write-whole.ts'
import {
  Base64,
  Fingerprint,
  giveTrust,
  keyOf,
  maySign,
  mostSlots,
  saidOf,
  SlotSchema,
  spkiOf,
  trustOf,
  type Slot,
} from './slot.ts'

export const keyBytes = 32
/** Sixteen slots with the longest keys are a fifth of it. */
const mostBytes = 262_144

const OldSlotSchema = v.strictObject({
  kind: v.literal('certificate'),
  algorithm: v.literal('RSA-OAEP-SHA-256'),
  publicKey: Fingerprint,
  wrapped: Base64,
})
/** Before there were several kinds of slots a vault had one. */
const OldSlotsSchema = v.pipe(v.array(OldSlotSchema), v.length(1))
const Generation = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(Number.MAX_SAFE_INTEGER))
/** As it was before vaults were signed. */
const Version1Schema = v.strictObject({ version: v.literal(1), slots: OldSlotsSchema })
const Version2Schema = v.strictObject({
  version: v.literal(2),
  generation: Generation,
  slots: OldSlotsSchema,
  seal: Fingerprint,
  signature: Base64,
})
const Version3Schema = v.pipe(
  v.strictObject({
    version: v.literal(3),
    /** made once, for as long as the vault is there */
    id: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
    /** one more each time it is written: the cache knows the last one */
    generation: Generation,
    slots: v.pipe(v.array(SlotSchema), v.minLength(1), v.maxLength(mostSlots)),
    /** who wrote it: a public key, SPKI, DER */
    signer: Base64,
    /** HMAC-SHA-256 with a key derived from the raw key, hex: who does not know the raw key makes no vault for it */
    seal: Fingerprint,
    /** the same with the raw key that comes next, while a rotation is under way */
    nextSeal: v.nullable(Fingerprint),
    signature: Base64,
  }),
  v.check(
    ({ slots }) => new Set(slots.map(({ publicKey }) => publicKey)).size === slots.length,
    'two slots of one key',
  ),
  v.check(
    ({ slots, nextSeal }) => slots.every(({ next }) => (next !== undefined) === (nextSeal !== null)),
    'a rotation that is not under way for all slots',
  ),
)
const VaultSchema = v.variant('version', [Version1Schema, Version2Schema, Version3Schema])
export type Vault = v.InferOutput<typeof Version3Schema>
type Version1 = v.InferOutput<typeof Version1Schema>
type Version2 = v.InferOutput<typeof Version2Schema>

/** Which writing of a vault this is, for the cache to know it again. */
export interface VaultMark {
  generation: number
  /** SHA-256 of all that is in it, hex */
  digest: string
}

export const vaultFile = (profile: string): string => join(profile, 'vault.json')

/** For another purpose than the cache, e.g. `Vigie trail`: 32 bytes that say nothing of the secret. */
export const deriveKey = (secret: Uint8Array, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', purpose, keyBytes))

const sealed = ({ version, id, generation, signer, slots }: Omit<Vault, 'seal' | 'nextSeal' | 'signature'>) =>
  JSON.stringify(['Vigie vault', version, id, generation, signer, slots.map(saidOf)])
const signed = (vault: Omit<Vault, 'signature'>): Buffer =>
  Buffer.from([sealed(vault), vault.seal, vault.nextSeal ?? ''].join('\n'))
const sealed2 = ({ version, generation, slots }: Version2): string =>
  JSON.stringify([
    'Vigie vault',
    version,
    generation,
    slots.map(({ kind, algorithm, publicKey, wrapped }) => [kind, algorithm, publicKey, wrapped]),
  ])

function sealOf(text: string, secret: Uint8Array): string {
  const key = deriveKey(secret, 'Vigie vault seal')
  const seal = createHmac('sha256', key).update(text).digest('hex')
  key.fill(0)
  return seal
}
const fits = (seal: string, text: string, secret: Uint8Array): boolean =>
  timingSafeEqual(Buffer.from(sealOf(text, secret), 'hex'), Buffer.from(seal, 'hex'))

export const markOf = (vault: Vault): VaultMark => ({
  generation: vault.generation,
  digest: createHash('sha256').update(signed(vault)).digest('hex'),
})

/** Whose key does not do it is a matter of the vault; what else a card says stays the card's. */
export const ofVault = (problem: Problem, file: string): Result<never> =>
  problem.code === 'identity.key-refused' || problem.code === 'cache.key-refused'
    ? fail('cache.key-refused', problem.message, file)
    : { ok: false, error: problem }

/** A vault that is open. The caller clears both keys. */
export interface Opened {
  vault: Vault
  /** the raw key */
  secret: Buffer<ArrayBuffer>
  /** the one that comes next, while a rotation is under way: some of what they encrypt may answer to it already */
  next: Buffer<ArrayBuffer> | null
  mark: VaultMark
}
export const clear = ({ secret, next }: Pick<Opened, 'secret' | 'next'>): void => {
  secret.fill(0)
  next?.fill(0)
}

type Written = Pick<Vault, 'id' | 'generation' | 'slots'>

/** Signed by this signer, who says with it whom it trusts from now on: all that are in it. */
export async function writeVault(
  profile: string,
  signer: Signer,
  { id, generation, slots }: Written,
  { secret, next = null }: { secret: Uint8Array; next?: Uint8Array | null },
  { over = true }: { over?: boolean } = {},
): Promise<Result<Opened['mark']>> {
  const file = vaultFile(profile)
  const trusts = await giveTrust(id, signer, slots)
  if (!trusts.ok) return ofVault(trusts.error, file)
  const own = fingerprintOfKey(signer.publicKey)
  const bare = {
    ...{ version: 3 as const, id, generation, signer: spkiOf(signer.publicKey) },
    slots: slots.map((slot) => (slot.publicKey === own ? { ...slot, trusts: trusts.value } : slot)),
  }
  const text = sealed(bare)
  const withSeals = {
    ...bare,
    seal: sealOf(text, secret),
    nextSeal: next === null ? null : sealOf(text, next),
  }
  const signature = await signer.sign(signed(withSeals))
  if (!signature.ok) return ofVault(signature.error, file)
  const vault: Vault = { ...withSeals, signature: signature.value.toString('base64') }
  // what would not be read again must not take the place of what is
  const read = v.safeParse(Version3Schema, vault)
  if (!read.success) return fail('internal', read.issues[0].message, file)
  try {
    await writeWhole(file, `${JSON.stringify(vault, null, 2)}\n`, { over })
  } catch (error) {
    return fail('cache.unwritable', String(error), profile)
  }
  return ok(markOf(vault))
}

/** The file, as far as its form goes. */
export async function parseVault(profile: string): Promise<Result<Version1 | Version2 | Vault>> {
  const file = vaultFile(profile)
  const damaged = (why: string) => fail<Vault>('cache.damaged', `the key slots cannot be read: ${why}`, file)
  let text: string
  try {
    const handle = await open(file, 'r')
    try {
      const bytes = Buffer.alloc(mostBytes + 1)
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0)
      if (bytesRead > mostBytes) return damaged(`there are more than ${mostBytes} bytes`)
      text = bytes.toString('utf8', 0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch (error) {
    return damaged(String(error))
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return damaged('they are cut, or no JSON')
  }
  const read = v.safeParse(VaultSchema, value)
  return read.success ? ok(read.output) : damaged(read.issues[0].message)
}

/** In memory of its own: what small buffers share would be copied along to another process. */
async function unwrapped(
  signer: Signer,
  wrapped: Wrapped,
  file: string,
): Promise<Result<Buffer<ArrayBuffer>>> {
  const opened = await signer.unwrap(wrapped)
  if (!opened.ok) return ofVault(opened.error, file)
  const secret = Buffer.alloc(opened.value.length, opened.value)
  opened.value.fill(0)
  return secret.length === keyBytes ? ok(secret) : fail('cache.damaged', 'a key slot holds no key', file)
}

const belongsToAnother = (file: string) =>
  fail('cache.key-refused', 'the cache belongs to another certificate', file)
const forged = (why: string, file: string) => fail('cache.vault-forged', why, file)

/** An old slot's key is known by its owner alone. */
const slotOfOld = ({ slots: [slot] }: Version1 | Version2, signer: Signer, name: string): Slot | null =>
  slot !== undefined && slot.publicKey === fingerprintOfKey(signer.publicKey)
    ? { ...slot, name, key: spkiOf(signer.publicKey), trusts: null }
    : null

/** The same for whoever reads it at the same time: two who write it anew write the same. */
const idOfOld = (slot: Slot): string => createHash('sha256').update(slot.wrapped).digest('hex').slice(0, 32)

/**
 * Verified by the one slot whose key there is. Whose it is comes first: another certificate is a mistake, a wrong
 * signature is somebody's doing.
 *
 * @param options.mine somebody has said that this vault is theirs: it need not be signed by a key that this one trusts
 * @returns `old` where it must be written anew
 */
export async function readVault(
  profile: string,
  signer: Signer,
  { name, mine = false }: { name: string; mine?: boolean },
): Promise<Result<Opened & { own: Slot; old: boolean }>> {
  const file = vaultFile(profile)
  const parsed = await parseVault(profile)
  if (!parsed.ok) return parsed
  const vault = parsed.value
  if (vault.version !== 3) return readOld(vault, signer, { name, mine, file })
  const fingerprint = fingerprintOfKey(signer.publicKey)
  const own = vault.slots.find(({ publicKey }) => publicKey === fingerprint)
  if (!own) return belongsToAnother(file)
  const writer = writerOf(vault)
  const trusted = trustOf(vault.id, own)
  if (writer === null || trusted === null)
    return forged('whom its owner trusts is not its owner’s word', file)
  const known = [...trusted, ...(maySign(own) ? [fingerprint] : [])]
  if (own.trusts === null && writer.fingerprint !== fingerprint && !mine)
    return fail('cache.vault-unsigned', 'this certificate has not said yet that the vault is its own', file)
  if (!mine && !known.includes(writer.fingerprint))
    return forged('the vault is signed by a key that this certificate does not trust', file)
  if (!verifySignature(writer.key, signed(vault), Buffer.from(vault.signature, 'base64')))
    return forged('the vault’s signature is not that of the certificate which wrote it', file)
  const secret = await unwrapped(signer, own, file)
  if (!secret.ok) return secret
  const next = own.next === undefined ? ok(null) : await unwrapped(signer, nextOf(own), file)
  const opened = { secret: secret.value, next: next.ok ? next.value : null }
  const text = sealed(vault)
  const right =
    next.ok &&
    fits(vault.seal, text, secret.value) &&
    (next.value === null || (vault.nextSeal !== null && fits(vault.nextSeal, text, next.value)))
  if (right) return ok({ ...opened, vault, mark: markOf(vault), own, old: false })
  clear(opened)
  return next.ok ? forged('the vault was not made with the key that it holds', file) : next
}

/** @returns null: it is no key */
function writerOf({ signer }: Vault): { key: ReturnType<typeof keyOf>; fingerprint: string } | null {
  try {
    const key = keyOf(signer)
    return { key, fingerprint: fingerprintOfKey(key) }
  } catch {
    return null
  }
}

/** The wrapping of the raw key that comes next. */
export const nextOf = ({ next, ...slot }: Slot): Wrapped => ({
  ...{ kind: slot.kind, algorithm: slot.algorithm, publicKey: slot.publicKey },
  ephemeral: next?.ephemeral,
  wrapped: next?.wrapped ?? '',
})

async function readOld(
  vault: Version1 | Version2,
  signer: Signer,
  { name, mine, file }: { name: string; mine: boolean; file: string },
): Promise<Result<Opened & { own: Slot; old: boolean }>> {
  const own = slotOfOld(vault, signer, name)
  if (vault.version === 1 && !mine)
    return fail('cache.vault-unsigned', 'the vault has no signature, as before they were signed', file)
  if (own === null) return belongsToAnother(file)
  const generation = vault.version === 1 ? 0 : vault.generation
  let mark: VaultMark = { generation, digest: '' }
  if (vault.version === 2) {
    const text = Buffer.from(`${sealed2(vault)}\n${vault.seal}`)
    if (!verifySignature(signer.publicKey, text, Buffer.from(vault.signature, 'base64')))
      return forged('the vault’s signature is not that of this certificate', file)
    mark = { generation, digest: createHash('sha256').update(text).digest('hex') }
  }
  const secret = await unwrapped(signer, own, file)
  if (!secret.ok) return secret
  if (vault.version === 2 && !fits(vault.seal, sealed2(vault), secret.value)) {
    secret.value.fill(0)
    return forged('the vault was not made with the key that it holds', file)
  }
  const anew: Vault = {
    ...{ version: 3, id: idOfOld(own), generation, slots: [own], signer: own.key },
    ...{ seal: '', nextSeal: null, signature: '' },
  }
  return ok({ vault: anew, secret: secret.value, next: null, mark, own, old: true })
}
