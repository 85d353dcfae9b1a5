import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'

const serverAuth = '1.3.6.1.5.5.7.3.1'
const longest = 8
const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

const isValidAt = ({ validFrom, validTo }: X509Certificate, now: number): boolean =>
  Date.parse(validFrom) <= now && now <= Date.parse(validTo)

/** Names an authority, is within its dates, and has signed the certificate below. */
const issued = (below: X509Certificate, by: X509Certificate, now: number): boolean =>
  by.ca && below.checkIssued(by) && below.verify(by.publicKey) && isValidAt(by, now)

/**
 * Whether the platform's authority vouches for a server, as Chromium's TLS has it: nothing else does, not the system's
 * own authorities. The engine asks Node's TLS the same, with all that the policy demands, before each connection.
 *
 * @param sent PEM, the server's own first
 * @param authority PEM, one or more
 * @returns why not; null: it does
 */
export function whyNotPinned(
  host: string,
  sent: readonly string[],
  authority: string,
  now: number,
): string | null {
  try {
    const [leaf, ...others] = sent.map((pem) => new X509Certificate(pem))
    const roots = (authority.match(block) ?? []).map((pem) => new X509Certificate(pem))
    if (leaf === undefined) return 'it sent no certificate'
    if (!isValidAt(leaf, now)) return 'its certificate is out of date'
    const named = isIP(host) === 0 ? leaf.checkHost(host, { subject: 'never' }) : leaf.checkIP(host)
    if (named === undefined) return `its certificate is not for ${host}`
    if (leaf.ca || !leaf.keyUsage?.includes(serverAuth)) return 'its certificate is not a server’s'
    let at = leaf
    for (let step = 0; step < longest; step++) {
      const below = at
      if (roots.some((root) => issued(below, root, now))) return null
      const next = others.find(
        (each) => each.fingerprint256 !== below.fingerprint256 && issued(below, each, now),
      )
      if (next === undefined) break
      at = next
    }
    return 'the platform’s authority does not vouch for its certificate'
  } catch {
    return 'its certificate cannot be read'
  }
}
