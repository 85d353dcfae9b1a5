/** A certificate with what Node does not tell of it. It is judged in `chain.ts` and `own.ts`. */
import { X509Certificate, type KeyObject } from 'node:crypto'
import { Certificate as Parsed, type ExtKeyUsage, type Extension } from 'pkijs'
import { fingerprintOfKey, lineOf, pemBlocks } from '../certificate-facts.ts'
import { hexOf } from './der.ts'
import { weaknessOf } from './signature.ts'

export interface Certificate {
  x509: X509Certificate
  /** as people know whose it is */
  name: string
  /** hexadecimal digits without leading zeros */
  serial: string
  /** RFC 5280 §4.1.2.2: it is positive and has 20 octets at most */
  serialFits: boolean
  /** what is weak in how it is signed, for people; null: nothing */
  weakSignature: string | null
  /** … and in its key */
  weakKey: string | null
  /** object identifiers of what its key is for; null: for anything */
  purposes: readonly string[] | null
  /** its key may sign lists of revoked certificates */
  signsLists: boolean
  publicKey: KeyObject
  /** of its public key, SHA-256 in hexadecimal digits: it stays when the certificate is made anew */
  keyDigest: string
  parsed: Parsed
}

const extKeyUsage = '2.5.29.37'
const keyUsage = '2.5.29.15'
/** of `keyUsage`, in its first octet */
const cRLSign = 0x02

const leastRsa = 2048
const curves = new Set(['prime256v1', 'secp384r1', 'secp521r1'])

function weakKeyOf(key: KeyObject): string | null {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {}
  switch (key.asymmetricKeyType) {
    case 'rsa':
    case 'rsa-pss':
      return modulusLength >= leastRsa ? null : `an RSA key of ${modulusLength} bits`
    case 'ec':
      return curves.has(namedCurve) ? null : `a key on the curve ${namedCurve}`
    case 'ed25519':
      return null
    default:
      return `a key of the kind ${String(key.asymmetricKeyType)}`
  }
}

/** A serial number's digits, as lists and answers write it, too. */
export const serialOf = (integer: { valueBlock: { valueHexView: Uint8Array } }): string =>
  hexOf(integer.valueBlock.valueHexView)

const lastName = (subject: string | undefined): string =>
  /(?:^|\n)CN=(.*)/.exec(subject ?? '')?.[1] ?? lineOf(subject)

/** @returns null where it can't be read */
export function readCertificate(raw: Uint8Array | string): Certificate | null {
  try {
    const x509 = new X509Certificate(raw)
    const parsed = Parsed.fromBER(new Uint8Array(x509.raw))
    const extension = (id: string): Extension | undefined =>
      parsed.extensions?.find(({ extnID }) => extnID === id)
    const bytes = parsed.serialNumber.valueBlock.valueHexView
    const usage = extension(keyUsage)?.parsedValue as { valueBlock: { valueHexView: Uint8Array } } | undefined
    const { publicKey } = x509
    return {
      x509,
      name: lastName(x509.subject) || lastName(x509.issuer),
      serial: hexOf(bytes),
      serialFits: bytes.length <= 20 && ((bytes[0] ?? 0x80) & 0x80) === 0 && bytes.some((byte) => byte !== 0),
      weakSignature: weaknessOf(parsed.signatureAlgorithm),
      weakKey: weakKeyOf(publicKey),
      purposes: (extension(extKeyUsage)?.parsedValue as ExtKeyUsage | undefined)?.keyPurposes ?? null,
      signsLists: usage === undefined || ((usage.valueBlock.valueHexView[0] ?? 0) & cRLSign) !== 0,
      publicKey,
      keyDigest: fingerprintOfKey(publicKey),
      parsed,
    }
  } catch {
    return null
  }
}

/** All of a PEM text that can be read. */
export const readCertificates = (pem: string): Certificate[] =>
  pemBlocks(pem).flatMap((one) => readCertificate(one) ?? [])
