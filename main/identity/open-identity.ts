import { X509Certificate } from 'node:crypto'
import { ok, type Problem, type Result } from '../../preload/contract/result.ts'
import { readGuarded } from './guarded-file.ts'
import { openPkcs12, type Pair } from './pkcs12.ts'
import type { Secret } from './secret.ts'

/** Who we sign in as. The PEM texts are secrets: never logged, never sent to a window. */
export interface Identity extends Pair {
  /** RFC 2253 form, e.g. `OU=CNCS,CN=wall-01` */
  subject: string
  issuer: string
  /** ms since 1970 */
  notBefore: number
  notAfter: number
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
    ...pair.value,
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    notBefore: Date.parse(certificate.validFrom),
    notAfter: Date.parse(certificate.validTo),
  })
}

/** @param now ms since 1970 */
export function dateProblem(identity: Identity, file: string, now: number): Problem | null {
  const day = (time: number) => new Date(time).toISOString().slice(0, 16).replace('T', ' ')
  if (now > identity.notAfter)
    return {
      code: 'identity.expired',
      message: `the client certificate ended on ${day(identity.notAfter)} UTC`,
      subject: file,
    }
  if (now < identity.notBefore)
    return {
      code: 'identity.not-yet-valid',
      message: `the client certificate begins on ${day(identity.notBefore)} UTC`,
      subject: file,
    }
  return null
}
