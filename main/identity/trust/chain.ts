/**
 * What we demand of a server's certificate and of those above it, beyond what TLS demands: the one place. OpenSSL and
 * BoringSSL, which the app's runtime has, differ in what they let pass; here both are held to the same.
 */
import { checkServerIdentity, type DetailedPeerCertificate, type PeerCertificate } from 'node:tls'
import type { Problem, ProblemCode } from '../../../preload/contract/result.ts'
import { serverAuth } from '../certificate-facts.ts'
import { readCertificate, readCertificates, type Certificate } from './certificate.ts'
import type { TrustTerms } from './terms.ts'

/** From the server's own up to the last one that is known. */
export interface Chain {
  certificates: readonly Certificate[]
  /** one of them can't be read at all */
  unreadable: boolean
  /** what is above the last one stands below it already */
  loops: boolean
}

/** No honest chain is longer. */
const longest = 10

/** @param peer as TLS has it, with who issued it */
export function chainOf(peer: DetailedPeerCertificate | PeerCertificate): Chain {
  const certificates: Certificate[] = []
  let at: DetailedPeerCertificate | undefined = peer as DetailedPeerCertificate
  while (at !== undefined && certificates.length < longest) {
    const raw = at.raw as Buffer | undefined
    if (raw === undefined) break
    const read = readCertificate(raw)
    if (read === null) return { certificates, unreadable: true, loops: false }
    certificates.push(read)
    const above: DetailedPeerCertificate | undefined = at.issuerCertificate
    // who signed itself is its own issuer
    at = above === at ? undefined : above
  }
  const last = certificates.at(-1)
  const below = certificates.slice(0, -1)
  return {
    certificates,
    unreadable: false,
    loops: last !== undefined && !isOwnIssuer(last) && below.some((one) => signed(one, last)),
  }
}

const signed = (issuer: Certificate, one: Certificate): boolean =>
  one.x509.checkIssued(issuer.x509) && one.x509.verify(issuer.publicKey)

export const isOwnIssuer = (one: Certificate): boolean => one.x509.checkIssued(one.x509)

/** What must hold of every one of them, ours too. @returns the code's last part, and what it is about */
export function flawOf(
  one: Certificate,
): { flaw: 'malformed' | 'weak-key' | 'weak-signature'; what: string } | null {
  if (!one.serialFits)
    return { flaw: 'malformed', what: 'its serial number is longer than 20 octets, or none' }
  if (one.weakKey !== null) return { flaw: 'weak-key', what: one.weakKey }
  // nobody relies on what an authority says of itself: it is pinned
  if (one.weakSignature !== null && !isOwnIssuer(one))
    return { flaw: 'weak-signature', what: one.weakSignature }
  return null
}

/** Names that stand for many, at any place: a machine that has this key could be any of them. */
const isPattern = (name: string): boolean => name.includes('*')

function nameProblem(host: string, leaf: Certificate, peer: PeerCertificate): [ProblemCode, string] | null {
  const names = (leaf.x509.subjectAltName ?? '').split(', ').filter((name) => /^(DNS|IP Address):/.test(name))
  if (names.length === 0) return ['platform.certificate-nameless', 'it names no host (subjectAltName)']
  const only = names.filter((name) => !isPattern(name))
  const fits = (subjectaltname: string): boolean =>
    checkServerIdentity(host, { ...peer, subjectaltname }) === undefined
  // as it is, too: a name may itself be written so that it looks like several
  if (!fits(leaf.x509.subjectAltName ?? ''))
    return ['platform.host-name-mismatch', `it is for ${names.join(', ')}`]
  if (only.length > 0 && fits(only.join(', '))) return null
  const patterns = names.filter(isPattern).join(', ')
  return ['platform.certificate-wildcard', `it names ${host} by a pattern only: ${patterns}`]
}

function revocationProblem(
  { certificates }: Chain,
  revocations: TrustTerms['revocations'],
): [ProblemCode, string] | null {
  if (revocations === null) return null
  for (const [at, one] of certificates.entries()) {
    const issuer = certificates[at + 1]
    // the last is pinned: whoever does not trust it any more takes it out of the file
    if (issuer === undefined) break
    const lists = revocations.filter(({ authority }) => authority === issuer.keyDigest)
    if (lists.length === 0)
      return ['platform.crl-missing', `there is no list of what ${issuer.name} has revoked`]
    if (lists.some(({ serials }) => serials.includes(one.serial)))
      return [
        'platform.certificate-revoked',
        `${one.name}, number ${one.serial}, is revoked by ${issuer.name}`,
      ]
    if (lists.every(({ over }) => over))
      return ['platform.crl-over', `the list of what ${issuer.name} has revoked is too old`]
  }
  return null
}

/**
 * @param host as it was asked for, a name or an address
 * @param server host and port, for people
 * @param authority the pinned ones, PEM
 * @returns null: it may be trusted as far as its certificates go
 */
export function judgeServer(
  peer: PeerCertificate,
  chain: Chain,
  { host, server, authority, terms }: { host: string; server: string; authority: string; terms: TrustTerms },
): Problem | null {
  const told = (code: ProblemCode, message: string): Problem => ({ code, message, subject: server })
  const [leaf] = chain.certificates
  if (chain.unreadable || leaf === undefined)
    return told('platform.certificate-malformed', 'one of its certificates can’t be read')
  if (chain.loops) return told('platform.chain-loop', 'its authorities vouch for each other in a ring')
  const pinned = new Set(readCertificates(authority).map(({ x509 }) => x509.fingerprint256))
  const last = chain.certificates.at(-1)
  if (last === undefined || !pinned.has(last.x509.fingerprint256))
    return told('platform.authority-unknown', `${last?.name ?? '–'} is not among the pinned authorities`)
  for (const [at, one] of chain.certificates.entries()) {
    const issuer = chain.certificates[at + 1]
    if (issuer !== undefined && !signed(issuer, one))
      return told('platform.authority-unknown', `${issuer.name} did not sign ${one.name}`)
    const found = flawOf(one)
    if (found !== null) return told(`platform.certificate-${found.flaw}`, `${one.name}: ${found.what}`)
  }
  if (leaf.purposes === null || !leaf.purposes.includes(serverAuth))
    return told('platform.certificate-usage', 'it is not for servers (serverAuth)')
  const wrong = nameProblem(host, leaf, peer) ?? revocationProblem(chain, terms.revocations)
  return wrong === null ? null : told(...wrong)
}
