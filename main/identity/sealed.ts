/**
 * A private key at rest: sealed with AES-256-GCM by a key that scrypt (RFC 7914) stretches from a passphrase. Which key
 * it is is sealed with it (SHA-256 of its public key), so that no other can be put in its place unseen.
 */
import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  randomBytes,
  scryptSync,
  type KeyObject,
} from 'node:crypto'
import * as v from 'valibot'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { fingerprintOfKey } from './certificate-facts.ts'
import { Secret } from './secret.ts'

/** What this node writes: 128 MB and less than a second for each passphrase that somebody tries. */
const cost = { N: 2 ** 17, r: 8, p: 1 } as const

/** What it reads: a file must not keep us busy longer than our own, nor be opened by whoever tries many times a second. */
const mostCost = cost.N
const leastCost = 2 ** 14
const isPowerOfTwo = (value: number): boolean => Number.isInteger(Math.log2(value))

const bytes = (length: number) =>
  v.pipe(
    v.string(),
    v.maxLength(2 * length),
    v.base64(),
    v.check((text) => Buffer.from(text, 'base64').length === length, `${length} bytes in base64`),
  )

export const SealedKeySchema = v.strictObject({
  /** SHA-256 of the public key (SPKI), hex; what GCM calls additional data */
  publicKey: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  stretch: v.strictObject({
    by: v.literal('scrypt'),
    N: v.pipe(
      v.number(),
      v.minValue(leastCost),
      v.maxValue(mostCost),
      v.check(isPowerOfTwo, 'a power of two'),
    ),
    r: v.literal(8),
    p: v.literal(cost.p),
    salt: bytes(32),
  }),
  cipher: v.literal('AES-256-GCM'),
  nonce: bytes(12),
  tag: bytes(16),
  /** the key in PEM (PKCS#8) */
  sealed: v.pipe(v.string(), v.maxLength(16_384), v.base64()),
})
export type SealedKey = v.InferOutput<typeof SealedKeySchema>

function stretched(
  passphrase: Secret,
  salt: Buffer,
  { N, r, p }: { N: number; r: number; p: number },
): Buffer {
  const typed = passphrase.copy()
  try {
    return scryptSync(typed, salt, 32, { N, r, p, maxmem: 2 * 128 * N * r + 128 * r * p })
  } finally {
    typed.fill(0)
  }
}

/** @param privateKey it can be given out here, where it is made, and nowhere else */
export function sealKey(
  privateKey: KeyObject,
  passphrase: Secret,
  random: (length: number) => Buffer = randomBytes,
): SealedKey {
  const publicKey = fingerprintOfKey(createPublicKey(privateKey))
  const salt = random(32)
  const nonce = random(12)
  const wrapping = stretched(passphrase, salt, cost)
  const plain = Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' }))
  try {
    const cipher = createCipheriv('aes-256-gcm', wrapping, nonce)
    cipher.setAAD(Buffer.from(publicKey, 'hex'))
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()])
    return {
      publicKey,
      stretch: { by: 'scrypt', ...cost, salt: salt.toString('base64') },
      cipher: 'AES-256-GCM',
      nonce: nonce.toString('base64'),
      tag: cipher.getAuthTag().toString('base64'),
      sealed: sealed.toString('base64'),
    }
  } finally {
    plain.fill(0)
    wrapping.fill(0)
  }
}

/**
 * @param file for the words
 * @returns the key in PEM (PKCS#8), or `identity.passphrase-wrong`: which of the two is wrong, passphrase or file, is
 * not to be told apart
 */
export function openSealedKey(key: SealedKey, passphrase: Secret, file: string): Result<Secret> {
  const wrapping = stretched(passphrase, Buffer.from(key.stretch.salt, 'base64'), key.stretch)
  const parts: Buffer[] = []
  try {
    const decipher = createDecipheriv('aes-256-gcm', wrapping, Buffer.from(key.nonce, 'base64'), {
      authTagLength: 16,
    })
    decipher.setAAD(Buffer.from(key.publicKey, 'hex'))
    decipher.setAuthTag(Buffer.from(key.tag, 'base64'))
    parts.push(decipher.update(Buffer.from(key.sealed, 'base64')))
    parts.push(decipher.final())
    // into bytes of its own: a small buffer would leave it in the pool that all of them share
    const opened = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
    opened.set(parts[0] ?? [])
    opened.set(parts[1] ?? [], parts[0]?.length)
    return ok(new Secret(opened))
  } catch {
    return fail(
      'identity.passphrase-wrong',
      'the passphrase does not open the file, or the file was changed',
      file,
    )
  } finally {
    for (const part of parts) part.fill(0)
    wrapping.fill(0)
  }
}
