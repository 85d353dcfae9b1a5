/** What an EST server answers: certificates alone, as PKCS#7 in base64 (RFC 7030 §4.1.3, RFC 5652 §5). */
import { X509Certificate } from 'node:crypto'
import { ContentInfo, SignedData, Certificate } from 'pkijs'

const mostCertificates = 32
/** Deeper than any certificate; what reads it goes down itself. */
const deepest = 40

/** @returns null where it is none: blanks and line ends are let through, all else is not */
export function fromBase64(body: Buffer): Buffer | null {
  const text = body.toString('latin1').replace(/[\r\n\t ]/g, '')
  return text !== '' && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text)
    ? Buffer.from(text, 'base64')
    : null
}

/** How deep values lie in values, as far as DER says so by its lengths; Infinity where that is no DER. */
export function depthOf(der: Uint8Array): number {
  const ends: number[] = []
  let at = 0
  let found = 0
  while (at < der.length) {
    while (ends.length > 0 && at >= (ends.at(-1) ?? 0)) ends.pop()
    const tag = der[at++] ?? 0
    // a name of several bytes: none is used here
    if ((tag & 0x1f) === 0x1f) return Infinity
    const first = der[at++]
    if (first === undefined || first === 0x80 || first > 0x84) return Infinity
    let length = first
    if (first > 0x80) {
      length = 0
      for (let left = first & 0x7f; left > 0; left--) length = length * 256 + (der[at++] ?? 0)
    }
    if (at + length > der.length) return Infinity
    if ((tag & 0x20) === 0) {
      at += length
      continue
    }
    ends.push(at + length)
    found = Math.max(found, ends.length)
    if (found > deepest) return found
  }
  return found
}

/** Whether it may be given to what reads ASN.1 by going down into it. */
export const isShallow = (der: Uint8Array): boolean => depthOf(der) <= deepest

/** @returns the certificates in it, PEM; null where it is no such message */
export function readCertsOnly(der: Buffer): string[] | null {
  if (!isShallow(der)) return null
  try {
    const content = ContentInfo.fromBER(Uint8Array.from(der).buffer)
    if (content.contentType !== ContentInfo.SIGNED_DATA) return null
    const { certificates = [] } = new SignedData({ schema: content.content })
    if (certificates.length > mostCertificates) return null
    return certificates
      .filter((one) => one instanceof Certificate)
      .map((one) => new X509Certificate(Buffer.from(one.toSchema(false).toBER(false))).toString())
  } catch {
    return null
  }
}
