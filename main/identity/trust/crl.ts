/** A list of revoked certificates (CRL, RFC 5280 §5): read, and held to who issued it. */
import type { KeyObject } from 'node:crypto'
import { fromBER, Integer, Sequence } from 'asn1js'
import { CertificateRevocationList, type Extension } from 'pkijs'
import { fail, ok, type ProblemCode, type Result } from '../../../preload/contract/result.ts'
import { serialOf, type Certificate } from './certificate.ts'
import { holds, weaknessOf } from './signature.ts'

export interface Crl {
  issuer: Certificate
  /** null: it has none (RFC 5280 asks for one, some authorities give none) */
  number: bigint | null
  /** ms since 1970 */
  thisUpdate: number
  nextUpdate: number
  serials: readonly string[]
}

/** Bytes; some fifty thousand revoked certificates. It is read whole, in the process that holds the wall. */
export const mostCrl = 2_000_000

const cRLNumber = '2.5.29.20'
const deltaCRLIndicator = '2.5.29.27'
const issuingDistributionPoint = '2.5.29.28'
const authorityKeyIdentifier = '2.5.29.35'

const armour = /-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]+)-----END X509 CRL-----/

/** DER, whichever way it was written. */
function derOf(bytes: Uint8Array): Uint8Array {
  if (bytes[0] === 0x30) return bytes
  const text = armour.exec(Buffer.from(bytes).toString('latin1'))?.[1]
  return text === undefined ? bytes : new Uint8Array(Buffer.from(text, 'base64'))
}

/** RFC 5280 §5.2.5: one that is about some certificates or some reasons only, or about another authority's, is not whole. */
function isPartial({ extnValue }: Extension): boolean {
  const { result } = fromBER(extnValue.valueBlock.valueHexView)
  if (!(result instanceof Sequence)) return true
  // [0] names where it is from; [1] to [5] narrow it
  return result.valueBlock.value.some(({ idBlock }) => idBlock.tagNumber !== 0)
}

/** @returns why it must not be used; null: nothing in it is beyond us */
function beyond(extensions: readonly Extension[]): string | null {
  for (const extension of extensions) {
    const { extnID, critical } = extension
    if (extnID === deltaCRLIndicator) return 'it only has what changed since another (delta)'
    if (extnID === issuingDistributionPoint && isPartial(extension))
      return 'it is about some of the certificates only'
    const known = [cRLNumber, issuingDistributionPoint, authorityKeyIdentifier]
    if (critical && !known.includes(extnID))
      return `it has a critical extension that is not understood, ${extnID}`
  }
  return null
}

/**
 * @param issuers who may have issued it: pinned, or vouched for by one that is
 * @param source the file or the URL, for people
 */
export function readCrl(bytes: Uint8Array, issuers: readonly Certificate[], source: string): Result<Crl> {
  const no = (code: ProblemCode, message: string): Result<Crl> => fail(code, message, source)
  if (bytes.length > mostCrl) return no('crl.too-large', `it has more than ${mostCrl} bytes`)
  try {
    const list = CertificateRevocationList.fromBER(derOf(bytes) as Uint8Array<ArrayBuffer>)
    const about = issuers.filter(({ parsed }) => parsed.subject.isEqual(list.issuer))
    if (about.length === 0) return no('crl.other-issuer', 'no pinned authority has the name of who issued it')
    const weak = weaknessOf(list.signatureAlgorithm)
    if (weak !== null) return no('crl.forged', `its issuer’s signature says nothing: ${weak}`)
    const issuer = about.find(({ publicKey, weakKey }) => weakKey === null && isSigned(list, publicKey))
    if (issuer === undefined) return no('crl.forged', 'none of the pinned authorities of that name signed it')
    if (!issuer.signsLists) return no('crl.forged', `${issuer.name} may not sign lists (cRLSign)`)
    const { nextUpdate, thisUpdate, revokedCertificates = [], crlExtensions } = list
    const extensions = crlExtensions?.extensions ?? []
    const odd = beyond(extensions)
    if (odd !== null) return no('crl.unreadable', odd)
    if (nextUpdate === undefined) return no('crl.unreadable', 'it does not say when the next is due')
    // one entry that is not understood: what it says may be what matters
    const entry = revokedCertificates.flatMap(({ crlEntryExtensions }) =>
      (crlEntryExtensions?.extensions ?? []).filter(({ critical }) => critical),
    )[0]
    if (entry !== undefined)
      return no('crl.unreadable', `an entry has a critical extension that is not understood, ${entry.extnID}`)
    const number = extensions.find(({ extnID }) => extnID === cRLNumber)?.parsedValue as unknown
    return ok({
      issuer,
      number: number instanceof Integer ? BigInt(`0x${serialOf(number)}`) : null,
      thisUpdate: thisUpdate.value.getTime(),
      nextUpdate: nextUpdate.value.getTime(),
      serials: revokedCertificates.map(({ userCertificate }) => serialOf(userCertificate)),
    })
  } catch {
    return no('crl.unreadable', 'it is no list of revoked certificates (CRL, DER or PEM)')
  }
}

const isSigned = (list: CertificateRevocationList, key: KeyObject): boolean =>
  holds(list.tbsView, list.signatureValue.valueBlock.valueHexView, list.signatureAlgorithm, key)

/** @returns why `next` may not take the place of `now`; null: it may */
export function olderThan(next: Crl, now: Crl): string | null {
  if (next.number !== null && now.number !== null && next.number < now.number)
    return `its number is ${next.number}, and ${now.number} was read already`
  if (next.thisUpdate < now.thisUpdate)
    return `it is from ${new Date(next.thisUpdate).toISOString()}, and one from ${new Date(now.thisUpdate).toISOString()} was read already`
  return null
}
