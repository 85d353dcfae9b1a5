import { X509Certificate } from 'node:crypto'
import { ok, type Problem, type Result } from '../../preload/contract/result.ts'
import { readGuarded } from './guarded-file.ts'
import { openPkcs12 } from './pkcs12.ts'
import { Secret } from './secret.ts'

/** What a certificate says of itself: for anybody who may know who signs in. */
export interface CertificateFacts {
  /** RFC 2253 form, e.g. `OU=CNCS,CN=wall-01` */
  subject: string
  issuer: string
  /** ms since 1970 */
  notBefore: number
  notAfter: number
}

/** Who we sign in as. Only `facts` may be told to a window, and only they fit. */
export interface Identity {
  facts: CertificateFacts
  /** PEM */
  certificate: string
  /** PEM, the further certificates that came with it */
  chain: string[]
  /** PEM */
  key: Secret
}

const oneLine = (name: string): string => name.split('\n').join(', ')

/** The client certificate's file as it is, still closed. */
export const readIdentity = (file: string): Promise<Result<Buffer>> =>
  readGuarded(file, {
    guard: 'public',
    most: 1_000_000,
    unreadable: 'identity.file-unreadable',
    what: 'the client certificate',
  })

/** Opens the client certificate; what is wrong with its dates is for `dateProblem`: its key still opens the cache. */
export function openIdentity(bytes: Uint8Array, passphrase: Secret, file: string): Result<Identity> {
  const pair = openPkcs12(bytes, passphrase.reveal(), file)
  if (!pair.ok) return pair
  const certificate = new X509Certificate(pair.value.certificate)
  return ok({
    certificate: pair.value.certificate,
    chain: pair.value.chain,
    key: new Secret(pair.value.key),
    facts: {
      subject: oneLine(certificate.subject),
      issuer: oneLine(certificate.issuer),
      notBefore: Date.parse(certificate.validFrom),
      notAfter: Date.parse(certificate.validTo),
    },
  })
}

/** @param now ms since 1970 */
export function dateProblem({ facts }: Identity, file: string, now: number): Problem | null {
  const day = (time: number) => new Date(time).toISOString().slice(0, 16).replace('T', ' ')
  if (now > facts.notAfter)
    return {
      code: 'identity.expired',
      message: `the client certificate ended on ${day(facts.notAfter)} UTC`,
      subject: file,
    }
  if (now < facts.notBefore)
    return {
      code: 'identity.not-yet-valid',
      message: `the client certificate begins on ${day(facts.notBefore)} UTC`,
      subject: file,
    }
  return null
}
