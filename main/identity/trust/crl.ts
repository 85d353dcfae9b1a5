/** A list of revoked certificates (CRL, RFC 5280 §5): read, and held to who issued it. */
import { fromBER, ObjectIdentifier } from 'asn1js'
import { AlgorithmIdentifier, RelativeDistinguishedNames } from 'pkijs'
import { fail, ok, type ProblemCode, type Result } from '../../../preload/contract/result.ts'
import type { Certificate } from './certificate.ts'
import {
  BIT_STRING,
  BOOLEAN,
  elementsOf,
  hexOf,
  INTEGER,
  isTime,
  SEQUENCE,
  sequenceOf,
  timeOf,
  type Element,
} from './der.ts'
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

/** Bytes; some fifty thousand revoked certificates */
export const mostCrl = 2_000_000

/** bytes of a name, or of an algorithm with its parameters */
const mostName = 4096

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
const isPartial = (value: Uint8Array): boolean =>
  // [0] names where it is from; [1] to [5] narrow it
  sequenceOf(value).some(({ tag }) => (tag & 0x1f) !== 0)

interface Extension {
  id: string
  critical: boolean
  value: Uint8Array
}

const criticalOf = ([, second]: readonly Element[]): boolean =>
  second?.tag === BOOLEAN && second.content[0] !== 0

/** Few and small: what names them is read by the library. */
const extensionsOf = (bytes: Uint8Array): Extension[] =>
  sequenceOf(bytes).map(({ whole }) => {
    const parts = sequenceOf(whole)
    const { result } = fromBER(parts[0]?.whole ?? whole)
    if (!(result instanceof ObjectIdentifier)) throw new Error('no extension')
    return {
      id: result.valueBlock.toString(),
      critical: criticalOf(parts),
      value: parts.at(-1)?.content ?? whole,
    }
  })

/** @returns why it must not be used; null: nothing in it is beyond us */
function beyond(extensions: readonly Extension[]): string | null {
  for (const { id, critical, value } of extensions) {
    if (id === deltaCRLIndicator) return 'it only has what changed since another (delta)'
    if (id === issuingDistributionPoint && isPartial(value))
      return 'it is about some of the certificates only'
    const known = [cRLNumber, issuingDistributionPoint, authorityKeyIdentifier]
    if (critical && !known.includes(id)) return `it has a critical extension that is not understood, ${id}`
  }
  return null
}

interface Told {
  algorithm: AlgorithmIdentifier
  issuer: RelativeDistinguishedNames
  /** from its times on */
  rest: readonly Element[]
  tbs: Uint8Array
  signature: Uint8Array
}

/** RFC 5280 §5.1. @throws where it is none */
function outsideOf(bytes: Uint8Array): Told {
  const [tbs, algorithm, signature] = sequenceOf(bytes)
  if (tbs === undefined || algorithm === undefined || signature?.tag !== BIT_STRING)
    throw new Error('no list')
  const parts = sequenceOf(tbs.whole)
  const [, issuer, ...rest] = parts[0]?.tag === INTEGER ? parts.slice(1) : parts
  // nobody has signed it yet, as far as is known: the library gets what is short
  if (issuer === undefined || issuer.whole.length > mostName || algorithm.whole.length > mostName)
    throw new Error('no issuer')
  return {
    algorithm: AlgorithmIdentifier.fromBER(algorithm.whole as Uint8Array<ArrayBuffer>),
    issuer: RelativeDistinguishedNames.fromBER(issuer.whole as Uint8Array<ArrayBuffer>),
    rest,
    tbs: tbs.whole,
    // the first octet says how many bits of the last are none
    signature: signature.content.subarray(1),
  }
}

/**
 * @param issuers who may have issued it: pinned, or vouched for by one that is
 * @param source the file or the URL, for people
 */
export function readCrl(bytes: Uint8Array, issuers: readonly Certificate[], source: string): Result<Crl> {
  const no = (code: ProblemCode, message: string): Result<Crl> => fail(code, message, source)
  if (bytes.length > mostCrl) return no('crl.too-large', `it has more than ${mostCrl} bytes`)
  try {
    const { algorithm, issuer: name, rest, tbs, signature } = outsideOf(derOf(bytes))
    const about = issuers.filter(({ parsed }) => parsed.subject.isEqual(name))
    if (about.length === 0) return no('crl.other-issuer', 'no pinned authority has the name of who issued it')
    const weak = weaknessOf(algorithm)
    if (weak !== null) return no('crl.forged', `its issuer’s signature says nothing: ${weak}`)
    const issuer = about.find(
      ({ publicKey, weakKey }) => weakKey === null && holds(tbs, signature, algorithm, publicKey),
    )
    if (issuer === undefined) return no('crl.forged', 'none of the pinned authorities of that name signed it')
    if (!issuer.signsLists) return no('crl.forged', `${issuer.name} may not sign lists (cRLSign)`)

    // from here on it is what the authority said
    const [thisUpdate, nextUpdate, ...more] = rest
    if (thisUpdate === undefined || nextUpdate === undefined || !isTime(nextUpdate))
      return no('crl.unreadable', 'it does not say when the next is due')
    const context = more.find(({ tag }) => tag === 0xa0)
    const extensions = context === undefined ? [] : extensionsOf(context.content)
    const odd = beyond(extensions)
    if (odd !== null) return no('crl.unreadable', odd)
    const list = more.find(({ tag }) => tag === SEQUENCE)
    const entries = list === undefined ? [] : elementsOf(list.content)
    const serials: string[] = []
    for (const { content } of entries) {
      const [serial, , own] = elementsOf(content)
      if (serial?.tag !== INTEGER) return no('crl.unreadable', 'an entry has no serial number')
      // what it says may be what matters, as whose certificate it is about (RFC 5280 §5.3.3)
      if (own !== undefined && sequenceOf(own.whole).some(({ content }) => criticalOf(elementsOf(content))))
        return no('crl.unreadable', 'an entry has a critical extension that is not understood')
      serials.push(hexOf(serial.content))
    }
    const number = extensions.find(({ id }) => id === cRLNumber)?.value
    return ok({
      issuer,
      number: number === undefined ? null : BigInt(`0x${hexOf(elementsOf(number)[0]?.content ?? number)}`),
      thisUpdate: timeOf(thisUpdate),
      nextUpdate: timeOf(nextUpdate),
      serials,
    })
  } catch {
    return no('crl.unreadable', 'it is no list of revoked certificates (CRL, DER or PEM)')
  }
}

/** @returns why `next` may not take the place of `now`; null: it may */
export function olderThan(next: Crl, now: Crl): string | null {
  if (next.number !== null && now.number !== null && next.number < now.number)
    return `its number is ${next.number}, and ${now.number} was read already`
  if (next.thisUpdate < now.thisUpdate)
    return `it is from ${new Date(next.thisUpdate).toISOString()}, and one from ${new Date(now.thisUpdate).toISOString()} was read already`
  return null
}
