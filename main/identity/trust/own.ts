/** What we demand of our own certificate, so that its people hear it before a platform says no without a word. */
import type { Problem, ProblemCode } from '../../../preload/contract/result.ts'
import { anyPurpose, clientAuth } from '../certificate-facts.ts'
import { readCertificate, type Certificate } from './certificate.ts'
import { flawOf } from './chain.ts'
import type { Revocations } from './terms.ts'

/**
 * @param certificate PEM
 * @param file where it is, for people
 */
export function ownProblem(certificate: string, file: string): Problem | null {
  const told = (code: ProblemCode, message: string): Problem => ({ code, message, subject: file })
  const own = readCertificate(certificate)
  if (own === null) return told('identity.malformed', 'the client certificate can’t be read')
  const found = flawOf(own)
  if (found !== null)
    return told(`identity.${found.flaw}`, `the client certificate has a flaw: ${found.what}`)
  const { purposes } = own
  return purposes === null || purposes.includes(clientAuth) || purposes.includes(anyPurpose)
    ? null
    : told('identity.usage', 'the client certificate is not for clients (clientAuth)')
}

/** @returns whether a list says that it is revoked. @param issuers who may have issued it */
export function isRevoked(
  own: Certificate,
  issuers: readonly Certificate[],
  lists: readonly Revocations[],
): boolean {
  return issuers.some(
    (issuer) =>
      own.x509.checkIssued(issuer.x509) &&
      own.x509.verify(issuer.publicKey) &&
      lists.some(({ authority, serials }) => authority === issuer.keyDigest && serials.includes(own.serial)),
  )
}
