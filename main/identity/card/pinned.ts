import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { pemBlocks, purposesOf, serverAuth } from '../certificate-facts.ts'
import { readCertificate } from '../trust/certificate.ts'
import { judgeServer } from '../trust/chain.ts'
import type { TrustTerms } from '../trust/terms.ts'

const longest = 10

const isValidAt = ({ validFrom, validTo }: X509Certificate, now: number): boolean =>
  Date.parse(validFrom) <= now && now <= Date.parse(validTo)

/** Names an authority, is within its dates, and has signed the certificate below. */
const issued = (below: X509Certificate, by: X509Certificate, now: number): boolean =>
  by.ca && below.checkIssued(by) && below.verify(by.publicKey) && isValidAt(by, now)

/** Up to the last one that vouches for it: of the pinned ones where there is one. */
function chainOf(
  leaf: X509Certificate,
  sent: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  now: number,
): X509Certificate[] {
  const chain = [leaf]
  let below = leaf
  let isVouched = false
  while (chain.length < longest && !below.checkIssued(below)) {
    const isNext = (each: X509Certificate): boolean =>
      chain.every(({ fingerprint256 }) => fingerprint256 !== each.fingerprint256) && issued(below, each, now)
    const root = roots.find(isNext)
    // what a pinned one is under counts where that is pinned too
    const next = root ?? (isVouched ? undefined : sent.find(isNext))
    if (next === undefined) break
    isVouched ||= root !== undefined
    chain.push(next)
    below = next
  }
  return isVouched ? chain : []
}

/**
 * Whether the platform's authority vouches for a server, as Chromium's TLS has it: nothing else does, not the system's
 * own authorities. Whoever answered Node's TLS a moment before may have been another: what the policy demands is asked of
 * this one anew, but for what a server says of itself (OCSP), which Chromium does not tell.
 *
 * @param sent PEM, the server's own first
 * @param authority PEM, one or more
 * @param terms of now
 * @returns why not; null: it does
 */
export function whyNotPinned(
  host: string,
  sent: readonly string[],
  authority: string,
  now: number,
  terms: TrustTerms,
): string | null {
  try {
    const [leaf, ...others] = sent.map((pem) => new X509Certificate(pem))
    const roots = pemBlocks(authority).map((pem) => new X509Certificate(pem))
    if (leaf === undefined) return 'it sent no certificate'
    if (!isValidAt(leaf, now)) return 'its certificate is out of date'
    const named = isIP(host) === 0 ? leaf.checkHost(host, { subject: 'never' }) : leaf.checkIP(host)
    if (named === undefined) return `its certificate is not for ${host}`
    if (leaf.ca || purposesOf(leaf)?.includes(serverAuth) !== true) return 'its certificate is not a server’s'
    const certificates = chainOf(leaf, others, roots, now).flatMap(({ raw }) => readCertificate(raw) ?? [])
    if (certificates.length === 0) return 'the platform’s authority does not vouch for its certificate'
    const chain = { certificates, unreadable: false, loops: false }
    const demands = { host, server: host, authority, terms }
    return judgeServer(leaf.toLegacyObject(), chain, demands)?.message ?? null
  } catch {
    return 'its certificate cannot be read'
  }
}
