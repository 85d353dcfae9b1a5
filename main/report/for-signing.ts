/** Whether a certificate's key may sign a synthesis: not every one that the authority issued is a person's. */
import type { X509Certificate } from 'node:crypto'
import { readCertificate } from '../identity/trust/certificate.ts'

const keyUsage = '2.5.29.15'
/** digitalSignature, in the first byte of keyUsage */
const digitalSignature = 0x80
/** A server's or a stamp's is none of these. */
const purposes = new Set([
  '1.3.6.1.5.5.7.3.2', // clientAuth
  '1.3.6.1.5.5.7.3.4', // emailProtection
  '1.3.6.1.5.5.7.3.36', // documentSigning (RFC 9336)
  '2.5.29.37.0', // anyExtendedKeyUsage
])

/** @returns why it is not, for people; null: it is, or nothing is said of what it is for */
export function notForSigning(own: X509Certificate): string | null {
  const read = readCertificate(own.raw)
  if (read === null) return 'the certificate can’t be read'
  const usage = read.parsed.extensions?.find(({ extnID }) => extnID === keyUsage)?.parsedValue as
    { valueBlock: { valueHexView: Uint8Array } } | undefined
  if (usage !== undefined && ((usage.valueBlock.valueHexView[0] ?? 0) & digitalSignature) === 0)
    return 'the certificate is not for signing (keyUsage)'
  if (read.purposes !== null && !read.purposes.some((each) => purposes.has(each)))
    return 'the certificate is for a server or something else, not for signing (extendedKeyUsage)'
  return null
}
