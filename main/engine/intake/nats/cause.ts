/** Why a platform could not be reached, from the many ways in which TLS, sockets and NATS say so. */
import { JetStreamApiError } from '@nats-io/jetstream'
import { errors } from '@nats-io/nats-core'
import type { Problem, ProblemCode } from '../../../../preload/contract/result.ts'

/** The server is there and speaks TLS, and is not to be trusted. */
export class Distrust extends Error {
  readonly problem: Problem
  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.message, options)
    this.name = 'Distrust'
    this.problem = problem
  }
}

/** OpenSSL's words for a certificate that no trusted authority signed. */
const unknownAuthority = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'CERT_UNTRUSTED',
  'CERT_SIGNATURE_FAILURE',
  'INVALID_CA',
])

/** OpenSSL's further words for what is wrong with a certificate or one above it… */
const verifyCodes: Record<string, ProblemCode> = {
  CERT_HAS_EXPIRED: 'platform.certificate-expired',
  CERT_NOT_YET_VALID: 'platform.certificate-not-yet-valid',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'platform.certificate-self-signed',
  CERT_CHAIN_TOO_LONG: 'platform.path-too-long',
  PATH_LENGTH_EXCEEDED: 'platform.path-too-long',
  INVALID_PURPOSE: 'platform.certificate-usage',
  CERT_REVOKED: 'platform.certificate-revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'platform.host-name-mismatch',
}

/** … and those that Node has no code for (`UNSPECIFIED`): OpenSSL's and BoringSSL's, which has the same. */
const verifyWords: readonly [RegExp, ProblemCode][] = [
  [
    /permitted subtree|excluded subtree|name constraint|unsupported or invalid name/i,
    'platform.name-not-permitted',
  ],
  [/unhandled critical extension/i, 'platform.certificate-not-understood'],
  [/path length constraint/i, 'platform.path-too-long'],
  [/(EE|CA|leaf).*key too (weak|small)|key too small/i, 'platform.certificate-weak-key'],
  [/(md|digest algorithm) too weak/i, 'platform.certificate-weak-signature'],
  [/does not include certificate signing|invalid CA certificate/i, 'platform.authority-unknown'],
  [/unsupported certificate purpose|unsuitable certificate purpose/i, 'platform.certificate-usage'],
]

/**
 * TLS alerts by which a server turns a client certificate down (RFC 8446, 6.2): bad_certificate,
 * unsupported_certificate, certificate_revoked, certificate_expired, certificate_unknown, unknown_ca,
 * access_denied, certificate_required.
 */
const alerts = new Set([42, 43, 44, 45, 46, 48, 49, 116])

/**
 * …and by which either side says that it speaks no TLS that the other does: handshake_failure (no suite in common),
 * protocol_version, insufficient_security.
 */
const nothingInCommon = new Set([40, 70, 71])

/** One of the errors of which each is the cause of the one before. */
interface Said {
  code: string
  name: string
  message: string
}

function chainOf(error: unknown): Said[] {
  const chain: Said[] = []
  for (let at = error; at instanceof Error && chain.length < 8; at = at.cause) {
    const { code } = at as Error & { code?: unknown }
    chain.push({ code: typeof code === 'string' ? code : '', name: at.name, message: at.message })
  }
  if (chain.length === 0) chain.push({ code: '', name: '', message: String(error) })
  return chain
}

function codeOf({ code, name, message }: Said): ProblemCode | null {
  if (unknownAuthority.has(code)) return 'platform.authority-unknown'
  const verified = verifyCodes[code] ?? verifyWords.find(([words]) => words.test(message))?.[1]
  if (verified !== undefined) return verified
  // a certificate was turned down for what Node has no code for, and we no words: waiting does not help
  if (code === 'UNSPECIFIED') return 'platform.certificate-malformed'
  const alert = /alert number (\d+)/.exec(message)
  if (alert && alerts.has(Number(alert[1]))) return 'platform.refused-us'
  if (
    nothingInCommon.has(Number(alert?.[1])) ||
    /^ERR_SSL_(UNSUPPORTED_PROTOCOL|WRONG_SSL_VERSION)$/.test(code)
  )
    return 'platform.tls-too-old'
  if (/^ERR_SSL_TLSV?1?3?_?.*ALERT_(BAD|UNKNOWN|CERTIFICATE|UNSUPPORTED|ACCESS)/.test(code))
    return 'platform.refused-us'
  if (name === 'AuthorizationError' || name === 'UserAuthenticationExpiredError') return 'platform.refused-us'
  if (/authorization violation|authentication (timeout|expired|revoked)/i.test(message))
    return 'platform.refused-us'
  if (/jetstream.*not enabled/i.test(message)) return 'platform.no-jetstream'
  return null
}

/**
 * @param error what `connect` or a live connection ended with
 * @param server host and port, for people
 */
export function causeOf(error: unknown, server: string): Problem {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof Distrust) return at.problem
  const chain = chainOf(error)
  const message = chain.map((said) => said.message).find((text) => text !== '') ?? 'no answer'
  for (const said of chain) {
    const code = codeOf(said)
    if (code !== null) return { code, message, subject: server }
  }
  return { code: 'platform.unreachable', message, subject: server }
}

/** What came instead of TLS was something else: a server that says hello in clear, as NATS does by itself. */
export const speaksFirst = (error: unknown): boolean =>
  chainOf(error).some(({ code }) => code === 'ERR_SSL_WRONG_VERSION_NUMBER')

/** "Service unavailable": what a server says that knows of no leader (10008 and its like). */
export const isUnavailable = (error: unknown): boolean =>
  error instanceof JetStreamApiError && error.status === 503

/** The library wraps what the server said in errors of its own. */
export const isForbidden = (error: unknown): boolean => {
  for (let at = error; at instanceof Error; at = at.cause)
    if (at instanceof errors.PermissionViolationError) return true
  return false
}

const streamNotFound = 10059
/** There is no such stream. */
export const isNotFound = (error: unknown): boolean =>
  error instanceof JetStreamApiError && error.code === streamNotFound

/** Nobody answers for the platform just now: that, or nothing at all. A server that is alone may just be slow. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof errors.TimeoutError || isUnavailable(error)

/** The server is there and answers; its JetStream does not. */
export const withoutJetStream = (error: unknown, server: string): Problem => ({
  code: isUnanswered(error) ? 'platform.no-leader' : 'platform.no-jetstream',
  message: error instanceof Error ? error.message : String(error),
  subject: server,
})

const passes = new Set<ProblemCode>(['platform.unreachable', 'platform.closed', 'platform.no-leader'])

/** Somebody has to do something; asking again soon does not help. */
export const isRefusal = ({ code }: Problem): boolean => !passes.has(code)

/** Of several servers' problems: what somebody has to mend, before what passes, before that nobody answers. */
export const saysMore = (one: Problem, other: Problem): boolean => weight(one) > weight(other)
const weight = (problem: Problem): number =>
  isRefusal(problem) ? 2 : problem.code === 'platform.no-leader' ? 1 : 0
