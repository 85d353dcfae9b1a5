/** One way into the vault: the raw key wrapped to a public key, and whom that key's owner trusts to write the vault. */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import * as v from 'valibot'
import { ok, type Result } from '../../../preload/contract/result.ts'
import { verifySignature, type Signer } from '../signer.ts'
import { fingerprintOfKey } from '../certificate-facts.ts'
import { wrap } from '../wrapping.ts'

export const slotKinds = ['certificate', 'card', 'recovery', 'keystore'] as const
export type SlotKind = (typeof slotKinds)[number]
export const mostSlots = 16

export const Fingerprint = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'a digest that is none'))
export const Base64 = v.pipe(v.string(), v.maxLength(4096), v.base64())
const algorithms = ['RSA-OAEP-SHA-256', 'ECDH-ES-HKDF-SHA-256-A256GCM'] as const

export const SlotSchema = v.pipe(
  v.strictObject({
    kind: v.picklist(slotKinds),
    /** whose it is, for people: the certificate's subject */
    name: v.pipe(v.string(), v.maxLength(200)),
    /** the public key, SPKI, DER */
    key: Base64,
    /** its digest: how it is known again */
    publicKey: Fingerprint,
    algorithm: v.picklist(algorithms),
    ephemeral: v.optional(Base64),
    wrapped: Base64,
    /** while a rotation is under way: the raw key that comes next */
    next: v.optional(v.strictObject({ ephemeral: v.optional(Base64), wrapped: Base64 })),
    /** whose signature under a vault this key's owner accepts, in its own words; null: it has never opened this one */
    trusts: v.nullable(
      v.strictObject({
        keys: v.pipe(v.array(Fingerprint), v.minLength(1), v.maxLength(2 * mostSlots)),
        signature: Base64,
      }),
    ),
    /** of a keystore: its private key, as the operating system keeps it */
    kept: v.optional(v.pipe(v.string(), v.maxLength(16_384), v.base64())),
  }),
  v.check(
    ({ key, publicKey }) =>
      createHash('sha256').update(Buffer.from(key, 'base64')).digest('hex') === publicKey,
    'a slot whose digest is another key’s',
  ),
  v.check(({ kind, kept }) => (kind === 'keystore') === (kept !== undefined), 'a slot of two kinds'),
)
export type Slot = v.InferOutput<typeof SlotSchema>

/** Throws where it is no key. */
export const keyOf = (key: string): KeyObject =>
  createPublicKey({ key: Buffer.from(key, 'base64'), type: 'spki', format: 'der' })
export const spkiOf = (publicKey: KeyObject): string =>
  publicKey.export({ type: 'spki', format: 'der' }).toString('base64')

/** All that is in it but the word of trust's signature, which is checked by itself. */
export const saidOf = (slot: Slot): unknown => [
  ...[slot.kind, slot.name, slot.key, slot.publicKey, slot.algorithm, slot.ephemeral ?? null, slot.wrapped],
  slot.next === undefined ? null : [slot.next.ephemeral ?? null, slot.next.wrapped],
  slot.trusts?.keys ?? null,
  slot.kept ?? null,
]

/** The public key is enough. @returns `identity.key-refused` where it is of no kind that Vigie uses */
export function makeSlot(
  { kind, name, publicKey }: { kind: SlotKind; name: string; publicKey: KeyObject },
  secret: Uint8Array,
): Result<Slot> {
  const wrapped = wrap(publicKey, kind, secret)
  if (!wrapped.ok) return wrapped
  return ok({ ...wrapped.value, kind, name: name.slice(0, 200), key: spkiOf(publicKey), trusts: null })
}

/** Only who decides something signs: a keystore opens where nobody is there to. */
export const maySign = ({ kind }: Slot): boolean => kind !== 'keystore'

const word = (vault: string, publicKey: string, keys: readonly string[]): Buffer =>
  Buffer.from(JSON.stringify(['Vigie vault trust', vault, publicKey, keys]))

/** @param vault its id: nobody's word is carried over to another one */
export async function giveTrust(
  vault: string,
  signer: Signer,
  slots: readonly Slot[],
): Promise<Result<NonNullable<Slot['trusts']>>> {
  const keys = slots.filter(maySign).map(({ publicKey }) => publicKey)
  const signature = await signer.sign(word(vault, fingerprintOfKey(signer.publicKey), keys))
  return signature.ok ? ok({ keys, signature: signature.value.toString('base64') }) : signature
}

/** @returns null: what is written there is not its owner's word */
export function trustOf(vault: string, { publicKey, trusts, key }: Slot): readonly string[] | null {
  if (trusts === null) return []
  const signature = Buffer.from(trusts.signature, 'base64')
  return verifySignature(keyOf(key), word(vault, publicKey, trusts.keys), signature) ? trusts.keys : null
}
