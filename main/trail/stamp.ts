/**
 * A stamp of time (RFC 3161): somebody whom neither node nor administrator holds says that a seal was there then. What is
 * stamped is the seal's signature, and so all that it covers.
 */
import { createHash, randomBytes } from 'node:crypto'
import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as requestHttps } from 'node:https'
import { createSecureContext } from 'node:tls'
import { Integer, OctetString } from 'asn1js'
import {
  AlgorithmIdentifier,
  ContentInfo,
  CryptoEngine,
  ExtKeyUsage,
  MessageImprint,
  PKIStatus,
  SignedData,
  TimeStampReq,
  TimeStampResp,
  TSTInfo,
  type Certificate,
} from 'pkijs'
import * as v from 'valibot'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { Recorded } from '../../preload/contract/trail.ts'
import { versionsOf } from '../identity/trust/terms.ts'
import { isIssued } from './issued.ts'

const sha256 = '2.16.840.1.101.3.4.2.1'
const signedData = '1.2.840.113549.1.7.2'
const tstInfo = '1.2.840.113549.1.9.16.1.4'
const extendedKeyUsage = '2.5.29.37'
const timeStamping = '1.3.6.1.5.5.7.3.8'

const mostToken = 64_000
export const StampSchema = v.strictObject({
  /** the record of the seal that it stamps */
  seal: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** DER of the TimeStampToken, base64 */
  token: v.pipe(v.string(), v.maxLength(mostToken), v.base64()),
})
export type Stamp = v.InferOutput<typeof StampSchema>

const engine = new CryptoEngine({ name: 'node', crypto: globalThis.crypto })
/** the bytes themselves, not the pool that small buffers share */
const exactly = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer

const pemOf = (certificate: Certificate): string => {
  const base64 = Buffer.from(certificate.toSchema().toBER()).toString('base64')
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`
}

const mayStamp = (certificate: Certificate): boolean =>
  certificate.extensions?.some(
    ({ extnID, parsedValue }) =>
      extnID === extendedKeyUsage &&
      parsedValue instanceof ExtKeyUsage &&
      parsedValue.keyPurposes.includes(timeStamping),
  ) === true

/**
 * @param token base64
 * @param stamped what it must be of
 * @param authorities PEM; null: whoever signed it
 * @returns when it was stamped, ms since 1970, or why it is worth nothing
 */
export async function stampTime(
  token: string,
  stamped: Uint8Array,
  authorities: readonly string[] | null,
): Promise<Result<number>> {
  const wrong = (why: string) => fail<number>('trail.stamp-refused', `the stamp of time ${why}`)
  try {
    const content = ContentInfo.fromBER(exactly(Buffer.from(token, 'base64')))
    if (content.contentType !== signedData) return wrong('is none')
    const signed = new SignedData({ schema: content.content })
    const { eContent, eContentType } = signed.encapContentInfo
    if (eContentType !== tstInfo || eContent === undefined) return wrong('is none')
    const info = TSTInfo.fromBER(eContent.getValue())
    const imprint = Buffer.from(info.messageImprint.hashedMessage.valueBlock.valueHexView)
    const { algorithmId } = info.messageImprint.hashAlgorithm
    if (algorithmId !== sha256 || !imprint.equals(createHash('sha256').update(stamped).digest()))
      return wrong('is of something else')
    const verified = await signed.verify(
      { signer: 0, data: exactly(stamped), checkChain: false, extendedMode: true },
      engine,
    )
    const by = verified.signerCertificate
    if (verified.signatureVerified !== true || !by) return wrong('has a wrong signature')
    if (!mayStamp(by)) return wrong('is signed by a certificate that is not for stamping')
    const at = info.genTime.getTime()
    const all = (signed.certificates ?? []).filter((each): each is Certificate => 'subject' in each)
    if (authorities !== null && !isIssued(pemOf(by), all.map(pemOf), authorities, at))
      return wrong('is not of the authority that the policy names')
    return ok(at)
  } catch (error) {
    return wrong(`can’t be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

export interface StampAuthority {
  url: string
  /** PEM, of the stamps and of the server; null: whoever it says it is, and then it is not asked over https */
  authorities: readonly string[] | null
  /** TLS 1.2 does, too */
  tls12: boolean
  /** ms for one stamp */
  patience?: number
}

const usualPatience = 15_000

/** How its server is spoken to. @throws why it is not */
function askerOf({ authorities, tls12 }: StampAuthority, url: URL) {
  // its own connection: nothing of one before counts for it
  const usual = { agent: false, maxHeaderSize: 16_384 } as const
  if (url.protocol !== 'https:')
    return (options: RequestOptions, answered: Answered) =>
      requestHttp(url, { ...usual, ...options }, answered)
  if (authorities === null)
    throw new Error(
      'it is asked over https only where the policy names who issued its certificate (timestamp: authority)',
    )
  const secureContext = createSecureContext({ ca: [...authorities], ...versionsOf(tls12) })
  return (options: RequestOptions, answered: Answered) =>
    requestHttps(url, { ...usual, ...options, ...{ secureContext, rejectUnauthorized: true } }, answered)
}
type Answered = (answer: IncomingMessage) => void

/**
 * Nothing but the hash leaves, and nothing else than the address that the policy names is asked. The answer is bounded in
 * size and in time, however it comes.
 *
 * @throws why there is none
 */
function post(authority: StampAuthority, body: Uint8Array, signal?: AbortSignal): Promise<Buffer> {
  const url = new URL(authority.url)
  const ask = askerOf(authority, url)
  const patience = authority.patience ?? usualPatience
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/timestamp-query', 'content-length': body.length }
    const asked = ask({ method: 'POST', headers, ...(signal && { signal }) }, (answer) => {
      const parts: Buffer[] = []
      let length = 0
      answer.on('data', (part: Buffer) => {
        length += part.length
        if (length > mostToken) asked.destroy(new Error('it answers with too much'))
        else parts.push(part)
      })
      answer.on('error', reject)
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve(Buffer.concat(parts))
        else reject(new Error(`it answers with ${answer.statusCode}`))
      })
    })
    const timer = setTimeout(() => {
      reject(new Error(`no answer within ${patience / 1000} s`))
      asked.destroy()
    }, patience)
    asked.on('error', reject)
    asked.on('close', () => {
      clearTimeout(timer)
      reject(new Error('the connection was cut'))
    })
    asked.end(body)
  })
}

/**
 * @param signed what is stamped: a signature, of which nothing but the hash leaves
 * @param signal it is not waited for any more
 * @returns the token, DER in base64, or why there is none now
 */
export async function askToken(
  authority: StampAuthority,
  signed: Uint8Array,
  signal?: AbortSignal,
): Promise<Result<string>> {
  const { url, authorities } = authority
  const refused = (why: string) => fail<string>('trail.unstamped', why, url)
  const nonce = exactly(Buffer.concat([Buffer.from([1]), randomBytes(8)]))
  const asked = new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: sha256 }),
      hashedMessage: new OctetString({
        valueHex: exactly(createHash('sha256').update(signed).digest()),
      }),
    }),
    nonce: new Integer({ valueHex: nonce }),
    certReq: true,
  })
  let answer: TimeStampResp
  try {
    const bytes = await post(authority, Buffer.from(asked.toSchema().toBER()), signal)
    answer = TimeStampResp.fromBER(exactly(bytes))
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error))
  }
  const { status, timeStampToken } = answer
  const granted = status.status === PKIStatus.granted || status.status === PKIStatus.grantedWithMods
  if (!granted || timeStampToken === undefined) return refused(`it refuses, with status ${status.status}`)
  const token = Buffer.from(timeStampToken.toSchema().toBER()).toString('base64')
  const time = await stampTime(token, signed, authorities)
  if (!time.ok) return refused(time.error.message)
  if (!saysAgain(timeStampToken, nonce)) return refused('it answers what was not asked')
  return ok(token)
}

/**
 * @param seal the record that is stamped, and its signature
 * @param signal it is not waited for any more
 * @returns what to record, or why there is no stamp now
 */
export async function askStamp(
  authority: StampAuthority,
  seal: { sequence: number; signature: Uint8Array },
  signal?: AbortSignal,
): Promise<Result<Recorded>> {
  const token = await askToken(authority, seal.signature, signal)
  if (!token.ok) return token
  const stamp: Stamp = { seal: seal.sequence, token: token.value }
  return ok({ kind: 'trail.stamp', subject: authority.url, detail: { ...stamp } })
}

/** An answer of before would have another nonce. */
function saysAgain(token: ContentInfo, nonce: ArrayBuffer): boolean {
  const { eContent } = new SignedData({ schema: token.content }).encapContentInfo
  if (eContent === undefined) return false
  const said = TSTInfo.fromBER(eContent.getValue()).nonce
  return said !== undefined && Buffer.from(said.valueBlock.valueHexView).equals(Buffer.from(nonce))
}
