import { X509Certificate } from 'node:crypto'

const mostSteps = 8

/**
 * Each of the chain issued the one before it, and an authority the last; each was valid then. A certificate outlives its
 * own revocation here: what was signed before it stays signed.
 *
 * @param certificate PEM, as the others
 * @param at ms since 1970
 */
export function isIssued(
  certificate: string,
  chain: readonly string[],
  authorities: readonly string[],
  at: number,
): boolean {
  const trusted = authorities.map((pem) => new X509Certificate(pem))
  const between = chain.map((pem) => new X509Certificate(pem))
  let subject = new X509Certificate(certificate)
  const hasIssued = (issuer: X509Certificate): boolean =>
    issuer.ca && subject.checkIssued(issuer) && subject.verify(issuer.publicKey)
  for (let steps = 0; steps < mostSteps; steps++) {
    if (at < Date.parse(subject.validFrom) || at > Date.parse(subject.validTo)) return false
    if (trusted.some(hasIssued)) return true
    const { fingerprint256 } = subject
    const next = between.find((each) => each.fingerprint256 !== fingerprint256 && hasIssued(each))
    if (next === undefined) return false
    subject = next
  }
  return false
}
