/** Certificates as authorities hand them out: PEM, DER, PKCS#7 (PEM, DER or bare base64), in whatever order. */
import { X509Certificate } from 'node:crypto'
import * as asn1 from 'asn1js'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { lineOf } from './certificate-facts.ts'

/** An answer is one certificate and those above it; more is not read. */
const most = 32
const signedData = '1.2.840.113549.1.7.2'

const block = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]*)-----END \1-----/g
const certificateLabels = new Set(['CERTIFICATE', 'X509 CERTIFICATE'])
const bundleLabels = new Set(['PKCS7', 'CMS', 'PKCS #7 SIGNED DATA', 'CERTIFICATE CHAIN'])

const parsed = (bytes: Uint8Array): X509Certificate | null => {
  try {
    return new X509Certificate(bytes)
  } catch {
    return null
  }
}

/** What is in a SEQUENCE first tells what it is: of a certificate a SEQUENCE, of PKCS#7 an OBJECT IDENTIFIER. */
function kindOf(bytes: Uint8Array): 'certificate' | 'bundle' | null {
  if (bytes[0] !== 0x30) return null
  const length = bytes[1] ?? 0
  const first = bytes[2 + (length > 0x80 ? length - 0x80 : 0)]
  return first === 0x30 ? 'certificate' : first === 0x06 ? 'bundle' : null
}

/** PKCS#12 begins with its version. */
export const looksPkcs12 = (bytes: Uint8Array): boolean => {
  const length = bytes[1] ?? 0
  return bytes[0] === 0x30 && bytes[2 + (length > 0x80 ? length - 0x80 : 0)] === 0x02
}

/** RFC 5652, 5.1: its certificates, and nothing else of it. Whose signature stands on it says nothing here. */
function unpacked(bytes: Uint8Array): Uint8Array[] {
  // asn1js bounds how deep and how wide a file may be
  const { result, offset } = asn1.fromBER(Uint8Array.from(bytes).buffer)
  if (offset < 0 || !(result instanceof asn1.Sequence)) return []
  const [type, content] = result.valueBlock.value
  if (!(type instanceof asn1.ObjectIdentifier) || type.valueBlock.toString() !== signedData) return []
  const [data] = content instanceof asn1.Constructed ? content.valueBlock.value : []
  if (!(data instanceof asn1.Sequence)) return []
  const set = data.valueBlock.value.find(
    (part) => part instanceof asn1.Constructed && part.idBlock.tagClass === 3 && part.idBlock.tagNumber === 0,
  )
  if (!(set instanceof asn1.Constructed)) return []
  return set.valueBlock.value
    .filter((part) => part instanceof asn1.Sequence)
    .map((part) => part.valueBeforeDecodeView)
}

function found(bytes: Uint8Array): Uint8Array[] {
  switch (kindOf(bytes)) {
    case 'certificate':
      return [bytes]
    case 'bundle':
      return unpacked(bytes)
    case null:
      return []
  }
}

/** Everything in the file that may be a certificate. */
function candidates(bytes: Uint8Array): Uint8Array[] {
  if (bytes[0] === 0x30 && kindOf(bytes) !== null) return found(bytes)
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
  const blocks = [...text.matchAll(block)]
  if (blocks.length === 0) return /^[A-Za-z0-9+/=\s]+$/.test(text) ? found(Buffer.from(text, 'base64')) : []
  return blocks.flatMap(([, label = '', base64 = '']) => {
    const der = Buffer.from(base64, 'base64')
    if (certificateLabels.has(label)) return [der]
    return bundleLabels.has(label) ? found(der) : []
  })
}

/**
 * @param file for the words
 * @returns each certificate once; `identity.answer-unreadable` where there is none, or one that can't be read
 */
export function certificatesIn(bytes: Uint8Array, file: string): Result<X509Certificate[]> {
  const unread = (why: string) => fail<X509Certificate[]>('identity.answer-unreadable', why, file)
  let all: Uint8Array[]
  try {
    all = candidates(bytes)
  } catch {
    return unread('the file is no certificate')
  }
  if (all.length === 0) return unread('the file holds no certificate (PEM, DER, PKCS#7)')
  if (all.length > most) return unread(`the file holds more than ${most} certificates`)
  const read = new Map<string, X509Certificate>()
  for (const [at, one] of all.entries()) {
    const certificate = parsed(one)
    if (certificate === null) return unread(`certificate ${at + 1} in the file cannot be read`)
    read.set(certificate.fingerprint256, certificate)
  }
  return ok([...read.values()])
}

export const issued = (certificate: X509Certificate, by: X509Certificate): boolean => {
  try {
    return certificate.checkIssued(by) && certificate.verify(by.publicKey)
  } catch {
    return false
  }
}

export interface Ordered {
  /** from who issued it upward */
  chain: X509Certificate[]
  /** whose certificate is not there; null: the last one stands by itself */
  missing: string | null
  /** that have nothing to do with it */
  others: X509Certificate[]
}

/** Puts those that came with a certificate in order: each issued the one before. What it is worth is not judged here. */
export function orderChain(own: X509Certificate, all: readonly X509Certificate[]): Ordered {
  const left = new Set(all.filter((one) => one.fingerprint256 !== own.fingerprint256))
  const chain: X509Certificate[] = []
  let last = own
  while (!issued(last, last)) {
    const above = [...left].find((one) => issued(last, one))
    if (above === undefined) return { chain, missing: lineOf(last.issuer), others: [...left] }
    left.delete(above)
    chain.push(above)
    last = above
  }
  return { chain, missing: null, others: [...left] }
}
