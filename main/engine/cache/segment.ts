/** What is a segment's own: how large one should be, and the sorted hashes of the entities that are in it. */
import { viewOf } from '../event/record.ts'

/** A segment below this is small: several of them are joined. */
export const smallBytes = 64 * 1024

/** @param hashes of a batch, repeats allowed; @returns the sorted set, as it is stored */
export function hashIndex(hashes: Uint32Array): Uint8Array {
  const sorted = hashes.slice().sort()
  let kept = 0
  for (let i = 0; i < sorted.length; i++) {
    const hash = sorted[i]!
    if (kept === 0 || sorted[kept - 1] !== hash) sorted[kept++] = hash
  }
  return new Uint8Array(sorted.buffer, 0, kept * 4)
}

export function hasHash(index: Uint8Array, hash: number): boolean {
  const view = viewOf(index)
  let low = 0
  let high = index.byteLength / 4 - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const found = view.getUint32(middle * 4, true)
    if (found === hash) return true
    if (found < hash) low = middle + 1
    else high = middle - 1
  }
  return false
}
