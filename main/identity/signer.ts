/**
 * Whoever signs and unwraps with a private key, wherever it lies: in a file's sealed store, or on a card that never gives
 * it away. Nobody else asks where.
 *
 * Signatures are RSA-PSS-SHA-256 with a salt as long as the digest, or ECDSA in DER: P-256 with SHA-256, P-384 with
 * SHA-384.
 */
import { constants, createPrivateKey, sign, verify, X509Certificate, type KeyObject } from 'node:crypto'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { userOf } from './inbox.ts'
import type { Identity } from './open-identity.ts'
import type { Secret } from './secret.ts'
import { fingerprintOfKey } from './certificate-facts.ts'
import { curveOf, unwrap, type Wrapped } from './wrapping.ts'

export interface Signer {
  /** where the key lies; a file's where nothing is said */
  kind?: 'certificate' | 'card'
  /** PEM */
  certificate: string
  publicKey: KeyObject
  /** @returns `identity.key-refused` where the key can't, or is there no longer */
  sign(data: Uint8Array): Promise<Result<Buffer>>
  /** The caller clears what it gets. @returns `cache.key-refused` where the key does not open it */
  unwrap(wrapped: Wrapped): Promise<Result<Buffer>>
}

const pss = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
} as const

/** How a key of this kind signs; null: none that Vigie uses. */
function signatureOf(key: KeyObject): { digest: 'sha256' | 'sha384'; how: object } | null {
  if (key.asymmetricKeyType === 'rsa') return { digest: 'sha256', how: pss }
  const curve = curveOf(key)
  if (curve === null) return null
  return { digest: curve === 'secp384r1' ? 'sha384' : 'sha256', how: { dsaEncoding: 'der' } }
}

export function verifySignature(publicKey: KeyObject, data: Uint8Array, signature: Uint8Array): boolean {
  const signed = signatureOf(publicKey)
  try {
    return signed !== null && verify(signed.digest, data, { key: publicKey, ...signed.how }, signature)
  } catch {
    return false
  }
}

export const signerOf = ({ certificate, key }: Pick<Identity, 'certificate' | 'key'>): Signer =>
  signerWith({ certificate, publicKey: new X509Certificate(certificate).publicKey, key })

/** The key is read from the secret each time, and not kept: once that is erased, nothing is signed or opened. */
export function signerWith({
  certificate,
  publicKey,
  key,
}: {
  certificate: string
  publicKey: KeyObject
  /** PEM */
  key: Secret
}): Signer {
  const privateKey = (): KeyObject => {
    const pem = key.copy()
    try {
      return createPrivateKey(Buffer.from(pem.buffer))
    } finally {
      pem.fill(0)
    }
  }
  return {
    certificate,
    publicKey,
    sign(data) {
      const signed = signatureOf(publicKey)
      const refused = (why: string) =>
        Promise.resolve(
          fail<Buffer>('identity.key-refused', why, certificate === '' ? 'keystore' : userOf(certificate)),
        )
      if (signed === null) return refused('the key is neither RSA nor on the curves P-256 and P-384')
      try {
        const signature = sign(signed.digest, data, { key: privateKey(), ...signed.how })
        // a key that is not its certificate's signs what nobody could verify
        if (!verifySignature(publicKey, data, signature))
          return refused('the private key is not that of its certificate')
        return Promise.resolve(ok(signature))
      } catch {
        return refused('the private key cannot be used')
      }
    },
    unwrap(wrapped) {
      const refused = (why: string) => Promise.resolve(fail<Buffer>('cache.key-refused', why))
      if (wrapped.publicKey !== fingerprintOfKey(publicKey))
        return refused('it is wrapped to the key of another certificate')
      try {
        return Promise.resolve(ok(unwrap(privateKey(), wrapped)))
      } catch {
        return refused('the private key does not open what is wrapped to its certificate')
      }
    },
  }
}
