/**
 * Certificates from an EST server (RFC 7030): the private key is made here and stays here; what goes out is a request,
 * and what comes back is believed only where it is a certificate for our own key, by the authorities that the server
 * itself told of.
 */
import { X509Certificate } from 'node:crypto'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import { fingerprintOfKey, lineOf } from '../certificate-facts.ts'
import { certificatesIn, issued } from '../certificates-in.ts'
import { readDemands, type Demands } from './csrattrs.ts'
import { exchange, type Answer, type Credential, type EstServer } from './exchange.ts'

/** What became of a request. */
export type Enrolment =
  /** PEM; `chain` leads to the authority, which itself is not in it */
  | { state: 'issued'; certificate: string; chain: string[] }
  /** a person has to allow it first; `after` ms the same request is to be sent again */
  | { state: 'waiting'; after: number }

const second = 1000
/** Of what a server may have us wait: neither asked without pause, nor forgotten. */
const leastWait = 5 * second
export const mostWait = 86_400 * second
const usualWait = 60 * second

const hostOf = ({ url }: EstServer): string => (URL.canParse(url) ? new URL(url).host : url)

/** Why an answer is none that this can go on with. */
function refusalOf<T>({ status }: Answer, server: EstServer): Result<T> {
  const host = hostOf(server)
  if (status === 401 || status === 403)
    return fail('enrol.refused', `the server refuses us (${status}): unknown, or used already`, host)
  if (status >= 300 && status < 400)
    return fail('enrol.redirected', `the server sends us elsewhere (${status}): not followed`, host)
  return fail('enrol.failed', `the server answers with ${status}`, host)
}

/** @param now ms since 1970 */
function waitOf(retryAfter: string | null, now: number): number {
  const asked = /^\d{1,15}$/.test(retryAfter ?? '')
    ? Number(retryAfter) * second
    : Date.parse(retryAfter ?? '') - now
  return Number.isNaN(asked) ? usualWait : Math.min(mostWait, Math.max(leastWait, asked))
}

/** @returns null where it is none: blanks and line ends are let through, all else is not */
function fromBase64(body: Buffer): Buffer | null {
  const text = body.toString('latin1').replace(/[\r\n\t ]/g, '')
  return text !== '' && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text)
    ? Buffer.from(text, 'base64')
    : null
}

/** Certificates alone, as PKCS#7 in base64 (RFC 7030 §4.1.3). */
function sentIn({ type, body }: Answer, server: EstServer): Result<X509Certificate[]> {
  const host = hostOf(server)
  if (type !== 'application/pkcs7-mime') {
    const what = type === '' ? 'something' : type.slice(0, 60)
    return fail('enrol.answer-invalid', `it answers ${what} instead of certificates (PKCS#7)`, host)
  }
  const der = fromBase64(body)
  if (der === null) return fail('enrol.answer-invalid', 'its answer is no base64', host)
  const sent = certificatesIn(der, host)
  return sent.ok
    ? sent
    : fail('enrol.answer-invalid', 'its answer is no PKCS#7 with a certificate that can be read', host)
}

/** The authorities that it signs by (`cacerts`). */
export async function authoritiesOf(server: EstServer): Promise<Result<X509Certificate[]>> {
  const answer = await exchange(server, { operation: 'cacerts' })
  if (!answer.ok) return answer
  return answer.value.status === 200 ? sentIn(answer.value, server) : refusalOf(answer.value, server)
}

/** What it wants requests to be like (`csrattrs`); a server need not say. */
export async function demandsOf(server: EstServer): Promise<Result<Demands>> {
  const answer = await exchange(server, { operation: 'csrattrs' })
  if (!answer.ok) return answer
  const { status, body } = answer.value
  if (status === 204 || status === 404 || status === 501) return ok({ key: null })
  if (status !== 200) return refusalOf(answer.value, server)
  const der = fromBase64(body)
  return der === null
    ? fail('enrol.answer-invalid', 'its csrattrs are no base64', hostOf(server))
    : readDemands(der, hostOf(server))
}

const longestChain = 8

/** @returns the certificates between this one and the authority, PEM; null where no way leads to one */
function chainOf(
  own: X509Certificate,
  sent: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): string[] | null {
  const isTrusted = (one: X509Certificate) => authorities.some(({ raw }) => raw.equals(one.raw))
  const chain: string[] = []
  let at = own
  while (chain.length < longestChain) {
    const current = at
    const issuer = [...authorities, ...sent].find((one) => one.ca && issued(current, one))
    if (issuer === undefined) return isTrusted(current) ? chain : null
    // an authority that vouches for itself is known to whoever asks, or is not believed
    if (issued(issuer, issuer)) return isTrusted(issuer) ? chain : null
    chain.push(issuer.toString())
    at = issuer
  }
  return null
}

/** What asks for a certificate. */
export interface Asked {
  /** PKCS#10, DER */
  request: Uint8Array
  /** SHA-256 of the public key (SPKI) in it, hex */
  publicKey: string
}

async function askFor(
  server: EstServer,
  operation: 'simpleenroll' | 'simplereenroll',
  { request, publicKey }: Asked,
  credential: Credential,
  now: number,
): Promise<Result<Enrolment>> {
  // first: what can't be judged later is not asked for, as the secret may be used up by it
  const authorities = await authoritiesOf(server)
  if (!authorities.ok) return authorities
  const answer = await exchange(server, { operation, request, credential })
  if (!answer.ok) return answer
  const { status, retryAfter } = answer.value
  if (status === 202) return ok({ state: 'waiting', after: waitOf(retryAfter, now) })
  if (status !== 200) return refusalOf(answer.value, server)
  const sent = sentIn(answer.value, server)
  if (!sent.ok) return sent
  const host = hostOf(server)
  const own = sent.value.find((one) => fingerprintOfKey(one.publicKey) === publicKey)
  if (own === undefined)
    return fail(
      'enrol.another-key',
      'the certificate that it sent is not for the key that was asked for',
      host,
    )
  if (!(Date.parse(own.validTo) > now))
    return fail('enrol.answer-invalid', `the certificate that it sent ended on ${own.validTo}`, host)
  const chain = chainOf(own, sent.value, authorities.value)
  if (chain === null)
    return fail('enrol.chain-broken', 'no way leads from the certificate to an authority that it named', host)
  return ok({ state: 'issued', certificate: own.toString(), chain })
}

/**
 * The first certificate, by a one-time secret (`simpleenroll`).
 *
 * @param now ms since 1970
 */
export const enrol = (
  server: EstServer,
  asked: Asked,
  credential: Extract<Credential, { by: 'secret' }>,
  now: number,
): Promise<Result<Enrolment>> => askFor(server, 'simpleenroll', asked, credential, now)

/** The next certificate, by the one that is there (`simplereenroll`); the name stays, or others would not know us. */
export async function reEnrol(
  server: EstServer,
  asked: Asked,
  credential: Extract<Credential, { by: 'certificate' }>,
  now: number,
): Promise<Result<Enrolment>> {
  const answer = await askFor(server, 'simplereenroll', asked, credential, now)
  if (!answer.ok || answer.value.state === 'waiting') return answer
  const before = new X509Certificate(credential.certificate).subject
  const after = new X509Certificate(answer.value.certificate).subject
  if (before !== after)
    return fail('enrol.another-name', `the new certificate is for ${lineOf(after)}`, hostOf(server))
  return answer
}
