/**
 * What of RSA-OAEP-SHA-256 (RFC 8017, 7.1.2) is left to do where a card deciphers only: some know no OAEP, others only
 * with SHA-1. The key stays on the card all the same.
 */
import { createHash, timingSafeEqual } from 'node:crypto'

const digestBytes = 32

/** MGF1 with SHA-256 (RFC 8017, B.2.1). */
function mask(seed: Uint8Array, length: number): Buffer {
  const blocks: Buffer[] = []
  for (let at = 0; at * digestBytes < length; at++) {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(at)
    blocks.push(createHash('sha256').update(seed).update(counter).digest())
  }
  return Buffer.concat(blocks).subarray(0, length)
}

const xor = (one: Uint8Array, other: Uint8Array): Buffer =>
  Buffer.from(one.map((byte, at) => byte ^ (other[at] ?? 0)))

/** @param deciphered as long as the modulus. @returns null where it was not enciphered so */
export function decodeOaep(deciphered: Uint8Array): Buffer | null {
  if (deciphered.length < 2 * digestBytes + 2) return null
  const maskedSeed = deciphered.subarray(1, 1 + digestBytes)
  const masked = deciphered.subarray(1 + digestBytes)
  const seed = xor(maskedSeed, mask(masked, digestBytes))
  const block = xor(masked, mask(seed, masked.length))
  const noLabel = createHash('sha256').digest()
  const fits = timingSafeEqual(block.subarray(0, digestBytes), noLabel)
  const one = block.indexOf(1, digestBytes)
  const padded = one >= 0 && block.subarray(digestBytes, one).every((byte) => byte === 0)
  const message = Buffer.from(block.subarray(one + 1))
  block.fill(0)
  return deciphered[0] === 0 && fits && padded ? message : null
}
