/** What we demand of the authorities that are pinned, before anybody is judged by them. */
import type { Problem } from '../../../preload/contract/result.ts'
import { readCertificates, type Certificate } from './certificate.ts'
import { isOwnIssuer } from './chain.ts'

/** Whoever walks up from one of them must come to an end: TLS does it, too, and would not. */
function isInRing(one: Certificate, all: readonly Certificate[]): boolean {
  const seen = new Set<Certificate>()
  let at: Certificate | undefined = one
  while (at !== undefined && !isOwnIssuer(at)) {
    if (seen.has(at)) return true
    seen.add(at)
    const { x509 }: Certificate = at
    at = all.find((each) => x509.checkIssued(each.x509))
  }
  return false
}

/**
 * @param pem all of them
 * @param file where they are, for people
 */
export function authorityProblem(pem: string, file: string): Problem | null {
  const all = readCertificates(pem)
  const told = (one: Certificate, what: string): Problem => ({
    code: 'authority.unfit',
    message: `${one.name} ${what}`,
    subject: file,
  })
  for (const one of all) {
    if (!one.x509.ca) return told(one, 'is no authority (basicConstraints: CA)')
    if (one.weakKey !== null) return told(one, `has ${one.weakKey}`)
    if (isInRing(one, all)) return told(one, 'is vouched for in a ring')
  }
  return null
}
