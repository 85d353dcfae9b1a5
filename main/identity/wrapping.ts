/**
 * A secret wrapped to a public key, so that only who can use the private one has it: RSA-OAEP, or for elliptic curves
 * an agreement with a key made for this one wrapping. What is said of it is bound in where the algorithm can; a vault
 * seals and signs it besides.
 */
import {
  constants,
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  privateDecrypt,
  publicEncrypt,
  type KeyObject,
} from 'node:crypto'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { fingerprintOfKey } from './certificate-facts.ts'

export interface Wrapped {
  /** what the wrapping is for, e.g. a slot's kind */
  kind: string
  algorithm: 'RSA-OAEP-SHA-256' | 'ECDH-ES-HKDF-SHA-256-A256GCM'
  /** SHA-256 of the public key (SPKI, DER), hex: a renewed certificate of the same key still opens */
  publicKey: string
  /** of elliptic curves: the public key made for this one, SPKI, DER, base64 */
  ephemeral?: string | undefined
  /** base64; of elliptic curves with the tag (16 bytes) behind it */
  wrapped: string
}

const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' } as const
const tagBytes = 16
const keyBytes = 32
const ivBytes = 12

/** `P-256` and `P-384`, as OpenSSL calls them. */
const curves: readonly string[] = ['prime256v1', 'secp384r1']
export const curveOf = (key: KeyObject): string | null => {
  const curve = key.asymmetricKeyType === 'ec' ? key.asymmetricKeyDetails?.namedCurve : undefined
  return curve !== undefined && curves.includes(curve) ? curve : null
}

const facts = ({ kind, algorithm, publicKey, ephemeral }: Omit<Wrapped, 'wrapped'>): Buffer =>
  Buffer.from(JSON.stringify(['Vigie slot', kind, algorithm, publicKey, ephemeral]))

/** The key and the nonce are this one wrapping's, as the ephemeral key is. */
function derived(agreed: Uint8Array, said: Buffer): { key: Buffer; iv: Buffer; clear(): void } {
  const bytes = Buffer.from(hkdfSync('sha256', agreed, '', said, keyBytes + ivBytes))
  return { key: bytes.subarray(0, keyBytes), iv: bytes.subarray(keyBytes), clear: () => void bytes.fill(0) }
}

/** The public key is enough. @returns `identity.key-refused`: the key is of no kind that Vigie uses */
export function wrap(publicKey: KeyObject, kind: string, secret: Uint8Array): Result<Wrapped> {
  const fingerprint = fingerprintOfKey(publicKey)
  try {
    if (publicKey.asymmetricKeyType === 'rsa') {
      const wrapped = publicEncrypt({ key: publicKey, ...oaep }, secret).toString('base64')
      return ok({ kind, algorithm: 'RSA-OAEP-SHA-256', publicKey: fingerprint, wrapped })
    }
    const namedCurve = curveOf(publicKey)
    if (namedCurve === null)
      return fail('identity.key-refused', 'the key is neither RSA nor on the curves P-256 and P-384')
    const once = generateKeyPairSync('ec', { namedCurve })
    const said = {
      ...{ kind, algorithm: 'ECDH-ES-HKDF-SHA-256-A256GCM' as const, publicKey: fingerprint },
      ephemeral: once.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    }
    const agreed = diffieHellman({ privateKey: once.privateKey, publicKey })
    const { key, iv, clear } = derived(agreed, facts(said))
    agreed.fill(0)
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(facts(said))
    const wrapped = Buffer.concat([cipher.update(secret), cipher.final(), cipher.getAuthTag()])
    clear()
    return ok({ ...said, wrapped: wrapped.toString('base64') })
  } catch (error) {
    return fail('identity.key-refused', `the key does not wrap: ${String(error)}`)
  }
}

/** The public key that whoever unwraps has to agree with; throws where it is none. */
export const ephemeralOf = ({ ephemeral }: Wrapped): KeyObject =>
  createPublicKey({ key: Buffer.from(ephemeral ?? '', 'base64'), type: 'spki', format: 'der' })

/**
 * For elliptic curves, once the private key has agreed with the ephemeral one: a card gives no more than that.
 *
 * @param agreed the x coordinate; the caller clears it. Throws where it is not what was wrapped with
 */
export function openAgreed(agreed: Uint8Array, wrapped: Wrapped): Buffer {
  const { key, iv, clear } = derived(agreed, facts(wrapped))
  try {
    const bytes = Buffer.from(wrapped.wrapped, 'base64')
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes })
      .setAAD(facts(wrapped))
      .setAuthTag(bytes.subarray(-tagBytes))
    const text = decipher.update(bytes.subarray(0, -tagBytes))
    decipher.final()
    return text
  } finally {
    clear()
  }
}

/** Throws where this key does not open it. */
export function unwrap(privateKey: KeyObject, wrapped: Wrapped): Buffer {
  if (wrapped.algorithm === 'RSA-OAEP-SHA-256')
    return privateDecrypt({ key: privateKey, ...oaep }, Buffer.from(wrapped.wrapped, 'base64'))
  const agreed = diffieHellman({ privateKey, publicKey: ephemeralOf(wrapped) })
  try {
    return openAgreed(agreed, wrapped)
  } finally {
    agreed.fill(0)
  }
}
