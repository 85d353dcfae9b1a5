import * as v from 'valibot'

/** Which writing of a vault this is, as main found it: the vault itself is opened there, with the identity's key. */
export const VaultMarkSchema = v.strictObject({
  generation: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** SHA-256 of all that is in it, hex */
  digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
})
export type VaultMark = v.InferOutput<typeof VaultMarkSchema>

/** What a vault gives: whoever has handed over the key may clear it. */
export interface Unlocked {
  cacheKey: Uint8Array<ArrayBuffer>
  /** while another takes its place: the cache may answer to this one already */
  nextKey?: Uint8Array<ArrayBuffer> | undefined
  /** which vault that was: the cache knows the last one */
  vault: VaultMark
}
