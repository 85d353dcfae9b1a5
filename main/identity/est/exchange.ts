/**
 * One question to an EST server and its answer (RFC 7030 §3.2): TLS 1.3, the authority that is given and no other, the
 * host's name checked, no redirection followed, and what comes back bounded in size and in time.
 */
import { Agent, request as ask } from 'node:https'
import { checkServerIdentity, createSecureContext, type PeerCertificate, type SecureContext } from 'node:tls'
import { fail, ok, type ProblemCode, type Result } from '../../../preload/contract/result.ts'
import type { Secret } from '../secret.ts'
import { chainOf, judgeServer } from '../trust/chain.ts'
import { closedTerms } from '../trust/terms.ts'

/** Where certificates are asked for, and by whose word we know that it is there. */
export interface EstServer {
  /** `https://host[:port]`, or with the path of one of its authorities: `…/.well-known/est/label` */
  url: string
  /** PEM, pinned */
  authority: string
  /** ms for one question; a minute where nothing is said */
  patience?: number
}

/** What shows that we may ask. Neither is kept. */
export type Credential =
  | { by: 'secret'; name: string; secret: Secret }
  /** PEM, with its chain */
  | { by: 'certificate'; certificate: string; key: Secret }

export interface Question {
  operation: 'cacerts' | 'csrattrs' | 'simpleenroll' | 'simplereenroll'
  /** PKCS#10, DER */
  request?: Uint8Array
  credential?: Credential
}

export interface Answer {
  status: number
  type: string
  retryAfter: string | null
  body: Buffer
}

/** Bytes of an answer: a certificate with its chain needs ten thousand. */
const most = 256_000
const usualPatience = 60_000

const wellKnown = '/.well-known/est'

/** @returns null where it is no address that may be asked: https only, and no name or password in it */
export function endpointOf(url: string, operation: string): URL | null {
  let base: URL
  try {
    base = new URL(url)
  } catch {
    return null
  }
  if (base.protocol !== 'https:' || base.username !== '' || base.password !== '') return null
  if (base.search !== '' || base.hash !== '') return null
  const path = base.pathname.replace(/\/+$/, '')
  if (path !== '' && !/^\/\.well-known\/est(\/[\w.~-]+)?$/.test(path)) return null
  return new URL(`${path === '' ? wellKnown : path}/${operation}`, base)
}

const otherAuthority = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
  'INVALID_CA',
  'CERT_UNTRUSTED',
])
const notAsItMustBe =
  /^(CERT_|ERR_TLS_CERT_ALTNAME_INVALID|INVALID_PURPOSE|PATH_LENGTH|ERR_SSL_.*(PROTOCOL|VERSION))/
/** The alerts by which a server says that it does not take our certificate (RFC 8446 §6.2). */
const notTaken = new Set([42, 43, 44, 45, 46, 48, 49, 116])

/** Why there is no answer. */
function causeOf(error: Error): ProblemCode {
  const code = 'code' in error ? String(error.code) : ''
  if (otherAuthority.has(code)) return 'enrol.authority-unknown'
  const [, alert] = /alert number (\d+)/.exec(error.message) ?? []
  if (notTaken.has(Number(alert))) return 'enrol.refused'
  // whatever else ends TLS: another version of it, or something that is no TLS at all
  return notAsItMustBe.test(code) || code === 'EPROTO' ? 'enrol.server-untrusted' : 'enrol.unreachable'
}

/** The key is copied for OpenSSL and cleared. @throws where it is none */
function contextFor(authority: string, credential: Credential | undefined): SecureContext {
  const usual = { ca: authority, minVersion: 'TLSv1.3' } as const
  if (credential?.by !== 'certificate') return createSecureContext(usual)
  const key = credential.key.copy()
  try {
    return createSecureContext({ ...usual, cert: credential.certificate, key: Buffer.from(key.buffer) })
  } finally {
    key.fill(0)
  }
}

/**
 * The same of its certificates as of the platform's. Without lists of revoked ones: those that the policy names are the
 * platform's authorities'.
 *
 * @returns as Node's TLS wants it
 */
function distrust(
  { hostname, host: server }: URL,
  authority: string,
  peer: PeerCertificate,
): Error | undefined {
  // as URLs write an address of IPv6
  const host = hostname.replace(/^\[|\]$/g, '')
  const misnamed = checkServerIdentity(host, peer)
  if (misnamed !== undefined) return misnamed
  const problem = judgeServer(peer, chainOf(peer), { host, server, authority, terms: closedTerms })
  if (problem === null) return undefined
  const code = problem.code === 'platform.authority-unknown' ? 'CERT_UNTRUSTED' : 'CERT_REJECTED'
  return Object.assign(new Error(problem.message), { code })
}

const headersFor = ({ request, credential }: Question, body: string): Record<string, string | number> => ({
  ...(request === undefined
    ? {}
    : {
        'Content-Type': 'application/pkcs10',
        'Content-Transfer-Encoding': 'base64',
        'Content-Length': body.length,
      }),
  ...(credential?.by === 'secret'
    ? {
        Authorization: `Basic ${Buffer.from(`${credential.name}:${credential.secret.reveal()}`).toString('base64')}`,
      }
    : {}),
})

export async function exchange(server: EstServer, question: Question): Promise<Result<Answer>> {
  const url = endpointOf(server.url, question.operation)
  if (url === null) return fail('command.invalid', `${server.url} is no https address of an EST server`)
  const subject = url.host
  let secureContext: SecureContext
  try {
    secureContext = contextFor(server.authority, question.credential)
  } catch {
    return fail('enrol.unreachable', 'the certificate or the authority to ask with can’t be read', subject)
  }
  const body = question.request === undefined ? '' : Buffer.from(question.request).toString('base64')
  const patience = server.patience ?? usualPatience
  const agent = new Agent({ keepAlive: false, maxCachedSessions: 0 })
  try {
    return await new Promise<Result<Answer>>((resolve) => {
      const asking = ask(
        url,
        {
          ...{ agent, secureContext, rejectUnauthorized: true, maxHeaderSize: 16_384 },
          checkServerIdentity: (_name, peer) => distrust(url, server.authority, peer),
          method: question.request === undefined ? 'GET' : 'POST',
          headers: headersFor(question, body),
        },
        (response) => {
          const parts: Buffer[] = []
          let length = 0
          response.on('data', (part: Buffer) => {
            parts.push(part)
            if ((length += part.length) <= most) return
            resolve(fail('enrol.too-large', `the answer is larger than ${most} bytes`, subject))
            asking.destroy()
          })
          response.on('error', (error) => resolve(fail(causeOf(error), error.message, subject)))
          response.on('end', () => {
            clearTimeout(timer)
            const { statusCode: status = 0, headers } = response
            const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
            const retryAfter = headers['retry-after'] ?? null
            resolve(ok({ status, type, retryAfter, body: Buffer.concat(parts) }))
          })
        },
      )
      const timer = setTimeout(() => {
        resolve(fail('enrol.unreachable', `no answer within ${patience / 1000} s`, subject))
        asking.destroy()
      }, patience)
      asking.on('error', (error) => resolve(fail(causeOf(error), error.message, subject)))
      asking.on('close', () => {
        clearTimeout(timer)
        resolve(fail('enrol.unreachable', 'the connection was cut', subject))
      })
      asking.end(body)
    })
  } finally {
    agent.destroy()
  }
}
