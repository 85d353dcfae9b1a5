/** What a server says of its own certificate in the handshake: its authority's answer, stapled (OCSP, RFC 6960, 6066 §8). */
import { createHash } from 'node:crypto'
import { BasicOCSPResponse, OCSPResponse, type SingleResponse } from 'pkijs'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import { ocspSigning } from '../certificate-facts.ts'
import { readCertificate, serialOf, type Certificate } from './certificate.ts'
import { flawOf } from './chain.ts'
import { holds } from './signature.ts'

/** Two machines' clocks, at most so far apart, ms. */
const apart = 300_000
/** An answer that does not say how long it holds is taken for this long, ms. */
const unsaid = 86_400_000
/** bytes; one answer about one certificate, with its signer's */
const mostStaple = 65_536

const idPkixOcspBasic = '1.3.6.1.5.5.7.48.1.1'
const hashes: Record<string, string> = { '1.3.14.3.2.26': 'sha1', '2.16.840.1.101.3.4.2.1': 'sha256' }

const bytesOf = (octets: { valueBlock: { valueHexView: Uint8Array } }): Uint8Array =>
  octets.valueBlock.valueHexView
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

/** RFC 6960 §4.1.1: hashes of the issuer's name and key, whatever hash the server asked with; they only name it. */
function isAbout({ certID }: SingleResponse, leaf: Certificate, issuer: Certificate): boolean {
  const hash = hashes[certID.hashAlgorithm.algorithmId]
  if (hash === undefined) return false
  const digest = (data: Uint8Array): Buffer => createHash(hash).update(data).digest()
  const { subject, subjectPublicKeyInfo } = issuer.parsed
  return (
    serialOf(certID.serialNumber) === leaf.serial &&
    same(bytesOf(certID.issuerNameHash), digest(new Uint8Array(subject.toSchema().toBER()))) &&
    same(bytesOf(certID.issuerKeyHash), digest(subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView))
  )
}

/** RFC 6960 §4.2.2.2: the issuer itself, or whom it lets sign answers. */
function isSigned(basic: BasicOCSPResponse, issuer: Certificate, now: number): boolean {
  const by = ({ publicKey }: Certificate): boolean =>
    holds(
      basic.tbsResponseData.tbsView,
      basic.signature.valueBlock.valueHexView,
      basic.signatureAlgorithm,
      publicKey,
    )
  const delegates = (basic.certs ?? []).flatMap(
    (one) => readCertificate(new Uint8Array(one.toSchema(true).toBER())) ?? [],
  )
  const isLet = (one: Certificate): boolean =>
    one.purposes?.includes(ocspSigning) === true &&
    one.x509.checkIssued(issuer.x509) &&
    one.x509.verify(issuer.publicKey) &&
    flawOf(one) === null &&
    Date.parse(one.x509.validFrom) <= now + apart &&
    Date.parse(one.x509.validTo) >= now
  return by(issuer) || delegates.some((one) => isLet(one) && by(one))
}

export interface Staple {
  /** ms since 1970 */
  until: number
}

/**
 * @param server host and port, for people
 * @returns `platform.certificate-revoked`, or `platform.ocsp-invalid` where it says nothing that can be relied upon
 */
export function judgeStaple(
  staple: Uint8Array,
  leaf: Certificate,
  issuer: Certificate,
  server: string,
  now: number,
): Result<Staple> {
  const invalid = (why: string): Result<Staple> => fail('platform.ocsp-invalid', why, server)
  if (staple.length > mostStaple) return invalid('its answer is too large')
  try {
    const response = OCSPResponse.fromBER(staple as Uint8Array<ArrayBuffer>)
    const status = response.responseStatus.valueBlock.valueDec
    if (status !== 0) return invalid(`its authority did not answer (status ${status})`)
    if (response.responseBytes?.responseType !== idPkixOcspBasic)
      return invalid('its answer is of another kind')
    const basic = BasicOCSPResponse.fromBER(
      bytesOf(response.responseBytes.response) as Uint8Array<ArrayBuffer>,
    )
    if (!isSigned(basic, issuer, now))
      return invalid(`${issuer.name} did not sign its answer, nor whom it lets`)
    const single = basic.tbsResponseData.responses.find((one) => isAbout(one, leaf, issuer))
    if (single === undefined) return invalid('its answer is about another certificate')
    const from = single.thisUpdate.getTime()
    const until = single.nextUpdate?.getTime() ?? from + unsaid
    if (from > now + apart) return invalid(`its answer is from the future, ${new Date(from).toISOString()}`)
    if (until < now - apart)
      return invalid(`its answer is out of date since ${new Date(until).toISOString()}`)
    // [0] good, [1] revoked, [2] unknown (RFC 6960 §4.2.1)
    const { tagNumber } = (single.certStatus as { idBlock: { tagNumber: number } }).idBlock
    if (tagNumber === 1)
      return fail(
        'platform.certificate-revoked',
        `${leaf.name}, number ${leaf.serial}, is revoked by ${issuer.name}`,
        server,
      )
    if (tagNumber !== 0) return invalid(`${issuer.name} knows no such certificate`)
    return ok({ until })
  } catch {
    return invalid('its answer can’t be read')
  }
}
