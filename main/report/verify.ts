/**
 * Whether a signed synthesis is as it was signed, by whom, when, and whether their certificate was valid then: without a
 * platform, from the file and the authority alone. Everything in the file is covered by the one signature but the
 * signature, and that is read only where it is written in the one way: whatever byte is another, it is found. The stamp
 * of time is no part of what is signed: that it was taken off is found by whoever asks for one.
 */
import { createHash, X509Certificate } from 'node:crypto'
import { wayUp } from '../identity/issued-by.ts'
import { verifySignature } from '../identity/signer.ts'
import { asn1OutOfBounds } from '../policy/asn1-bounds.ts'
import { stampTime } from '../trail/stamp.ts'
import { digestFor, lowS, readSignature, toBeSigned } from './cms.ts'
import { notForSigning } from './for-signing.ts'

/** What is larger is none of ours. */
export const mostPdfBytes = 64 * 1024 * 1024
/** A clock may be this much fast, ms. */
const clocksApart = 10 * 60_000

export interface Verdict {
  /** what is wrong; null: nothing is */
  wrong: string | null
  /** what is known of it, as far as that was looked at */
  signer: string | null
  /** ms since 1970, as the signer says */
  signedAt: number | null
  /** ms since 1970, as an authority says whose word was asked for; null: nobody's */
  stampedAt: number | null
  /** there is a stamp, whoever's it is */
  stamped: boolean
}

/** Node says undefined of a name that has no parts, though its types do not. */
export const nameOfCertificate = ({ subject }: X509Certificate): string =>
  /(?:^|\n)CN=(.*)/.exec(subject ?? '')?.[1] ?? ((subject as string | undefined) ?? '').split('\n').join(', ')

const ranged = /\/ByteRange\s*\[\s*(\d{1,15})\s+(\d{1,15})\s+(\d{1,15})\s+(\d{1,15})\s*\]/g
const dated = /\/M\s*\(D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z\)/g

const day = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** @returns the DER in the room, of which nothing but zeros follows; or what is wrong */
function signatureIn(text: string): Buffer | string {
  if (!/^<[0-9a-f]+>$/.test(text)) return 'what stands in the place of the signature is none'
  const hex = text.slice(1, -1)
  const bytes = Buffer.from(hex, 'hex')
  const long = bytes[1] ?? 0
  const more = long > 0x80 ? long - 0x80 : 0
  if (bytes[0] !== 0x30 || more > 3 || long === 0x80)
    return 'what stands in the place of the signature is none'
  const length = more === 0 ? long : bytes.subarray(2, 2 + more).reduce((sum, byte) => sum * 256 + byte, 0)
  const end = 2 + more + length
  if (end > bytes.length || hex.length % 2 !== 0) return 'the signature is cut'
  if (bytes.subarray(end).some((byte) => byte !== 0)) return 'something follows the signature'
  return bytes.subarray(0, end)
}

/**
 * @param authorities PEM: who issues those whose signatures count; null: the file alone is judged, not who vouches for it
 * @param stampAuthorities PEM: it must have a stamp of theirs; null: none is asked for, and when is the signer's word
 * @param now ms since 1970
 */
export async function verifyPdf(
  bytes: Buffer,
  authorities: readonly string[] | null,
  stampAuthorities: readonly string[] | null,
  now: number,
): Promise<Verdict> {
  const verdict: Verdict = { wrong: null, signer: null, signedAt: null, stampedAt: null, stamped: false }
  const wrong = (why: string): Verdict => ({ ...verdict, wrong: why })
  if (bytes.length > mostPdfBytes) return wrong(`it is larger than ${mostPdfBytes} bytes`)
  const text = bytes.toString('latin1')
  if (!text.startsWith('%PDF-')) return wrong('it is no PDF')
  const found = [...text.matchAll(ranged)]
  const mentioned = text.split('/ByteRange').length - 1
  const [range] = found
  if (range === undefined) return wrong(mentioned === 0 ? 'it is not signed' : 'its byte range can’t be read')
  if (found.length > 1 || mentioned > 1)
    return wrong('it is signed more than once: only one signature can cover all')
  const [start, from, to, rest] = range.slice(1).map(Number)
  if (start === undefined || from === undefined || to === undefined || rest === undefined || start !== 0)
    return wrong('its signature does not begin with the file')
  if (to + rest < bytes.length) return wrong('something was added after it was signed')
  if (to + rest > bytes.length) return wrong('the file is cut')
  if (from >= to) return wrong('its byte range can’t be read')
  // a range that left more than the signature out would leave room for what nobody signed
  if (!/\/Contents\s*$/.test(text.slice(Math.max(0, from - 32), from)))
    return wrong('its signature does not cover the whole file')
  const cms = signatureIn(text.slice(from, to))
  if (typeof cms === 'string') return wrong(cms)
  const beyond = asn1OutOfBounds(cms)
  if (beyond !== null) return wrong(`its signature: ${beyond}`)
  const signature = readSignature(cms)
  if (signature === null) return wrong('its signature is not written as Vigie writes one')

  const { own, chain, stamp } = signature
  verdict.signer = own.subject.split('\n').join(', ')
  verdict.stamped = stamp !== null
  const digest = createHash(digestFor(own.publicKey))
    .update(bytes.subarray(0, from))
    .update(bytes.subarray(to))
    .digest()
  if (!digest.equals(signature.digest)) return wrong('it was altered after it was signed')
  if (!verifySignature(own.publicKey, toBeSigned(digest, own), signature.signature))
    return wrong('the signature is not that of the certificate in it')
  if (lowS(own.publicKey, signature.signature)?.equals(signature.signature) !== true)
    return wrong('the signature was written another way than it was made')
  const unfit = notForSigning(own)
  if (unfit !== null) return wrong(unfit)
  const [said, ...others] = [...text.matchAll(dated)]
  if (said === undefined || others.length > 0) return wrong('it does not say when it was signed')
  const [year = 0, month = 0, date = 0, hour = 0, minute = 0, second = 0] = said.slice(1).map(Number)
  const signedAt = Date.UTC(year, month - 1, date, hour, minute, second)
  verdict.signedAt = signedAt
  if (signedAt > now + clocksApart)
    return wrong(`it says that it was signed on ${day(signedAt)}: a clock is wrong`)

  let at = signedAt
  // whoever holds the file can take it off: only who asks for it can miss it
  if (stamp === null && stampAuthorities !== null) return wrong('it has no stamp')
  if (stamp !== null) {
    const time = await stampTime(stamp.toString('base64'), signature.signature, stampAuthorities)
    if (!time.ok) return wrong(time.error.message)
    if (Math.abs(time.value - signedAt) > clocksApart)
      return wrong(`it says that it was signed on ${day(signedAt)}, and its stamp ${day(time.value)}`)
    if (stampAuthorities !== null) verdict.stampedAt = at = time.value
  }
  if (authorities === null) return verdict
  const trusted = authorities.map((pem) => new X509Certificate(pem))
  const way = wayUp(own, chain, trusted, [at])
  if (typeof way === 'string') {
    const [since, until] = [Date.parse(own.validFrom), Date.parse(own.validTo)]
    return wrong(
      at < since || at > until
        ? `the certificate was not valid on ${day(at)}: it is from ${day(since)} to ${day(until)}`
        : `the authority does not vouch for who signed: ${way}`,
    )
  }
  const used = new Set(way.map(({ fingerprint256 }) => fingerprint256))
  if (chain.some(({ fingerprint256 }) => !used.has(fingerprint256)))
    return wrong('it brings a certificate that has nothing to do with who signed')
  return verdict
}
