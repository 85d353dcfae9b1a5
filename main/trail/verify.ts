/**
 * Whether a trail is as it was written, from its records alone: each follows the one before, and each seal is the
 * signature of a certificate of this node's. The first record of which that can't be said is named; so is the first whose
 * hash or signature fails, which alone says that something was written anew. A clock that went wrong is told, and is no
 * alteration.
 */
import { X509Certificate } from 'node:crypto'
import * as v from 'valibot'
import { clientAuth, fingerprintOf, lineOf, purposesOf } from '../identity/certificate-facts.ts'
import { isIssued } from './issued.ts'
import { hashOf, nothingBefore, readRecord, wordsOf, type TrailRecord } from './record.ts'
import { CertificateSchema, isSealedBy, SealSchema } from './seal.ts'
import { StampSchema, stampTime } from './stamp.ts'

export interface Verdict {
  records: number
  first: number
  last: number
  /** the text's of the last one */
  head: string
  /** up to this record a signature covers them; 0: none does */
  sealed: number
  seals: number
  stamps: number
  /** whose certificates sealed it, each once, in their order */
  subjects: string[]
  /** seals at a time at which their certificate was not valid, by the node's clock, and the first of them */
  outside: { seals: number; first: number | null }
  /** ms from a seal to its stamp, the longest; null: there is no stamp */
  lag: number | null
  /** stamps so much later than their seals that what they cover could have been written anew before */
  late: number
  /** the first record that is not as it must be; null: all are */
  bad: Bad | null
  /** the first whose hash or signature fails: it, or what it rests on, was written otherwise */
  altered: Bad | null
}
interface Bad {
  record: number
  why: string
}

export interface Known {
  /** PEM: who issues this node's certificates; null: whichever certificates the trail names */
  authorities: readonly string[] | null
  /** PEM: whose stamps count; null: only that a stamp is of what it stands behind */
  stampAuthorities: readonly string[] | null
  /** whose certificates may seal it, as `subjectOf` says them; null or absent: one, whichever it is */
  subjects?: readonly string[] | null
  /** a record that must be among these, as somebody else remembers it */
  remembered?: { sequence: number; hash: string } | null
}

/** A record as a row of the database: what stands beside the text must be what follows from it. */
export interface Row {
  sequence?: number
  body: string
  words?: string
}

/** On one line; what separates its parts is escaped within them. */
export const subjectOf = (certificate: string): string => lineOf(new X509Certificate(certificate).subject)

/** A server's certificate is no node's. */
const maySignIn = (certificate: string): boolean => {
  const purposes = purposesOf(new X509Certificate(certificate))
  return purposes === null || purposes.includes(clientAuth)
}

/** Where the certificates’ dates meet, if they do: there one of them begins. */
const beginnings = (certificates: readonly string[]): number[] =>
  certificates.map((pem) => Date.parse(new X509Certificate(pem).validFrom))

/** ms by which the clocks of a node and of who stamps may differ */
const skew = 300_000
/** ms; a node that can't reach who stamps for longer has it told */
const longLag = 86_400_000

export async function verifyTrail(rows: AsyncIterable<Row> | Iterable<Row>, known: Known): Promise<Verdict> {
  const verdict: Verdict = {
    ...{ records: 0, first: 0, last: 0, head: nothingBefore },
    ...{ sealed: 0, seals: 0, stamps: 0, subjects: [], outside: { seals: 0, first: null } },
    ...{ lag: null, late: 0, bad: null, altered: null },
  }
  const certificates = new Map<string, { pem: string; chain: string[] }>()
  const seals = new Map<number, { signature: string; at: number }>()
  /** how far the seals reach, whoever's they are */
  let covered = 0
  let trail: string | null = null

  const bad = (record: number, why: string): void => {
    verdict.bad ??= { record, why }
  }
  const altered = (record: number, why: string): void => {
    verdict.altered ??= { record, why }
    bad(record, why)
  }

  /** @returns why the certificate may not seal this trail at this record */
  function stranger({ pem, chain }: { pem: string; chain: string[] }, record: TrailRecord): string | null {
    const { authorities, subjects = null } = known
    const subject = subjectOf(pem)
    const [first] = verdict.subjects
    if (!verdict.subjects.includes(subject)) verdict.subjects.push(subject)
    if (authorities !== null && !isIssued(pem, chain, authorities, record.at)) {
      // of this authority, if at any time: then it is the clock, which proves nothing
      if (!beginnings([pem, ...chain]).some((at) => isIssued(pem, chain, authorities, at)))
        return 'the certificate of its signature is not of this authority'
      verdict.outside.seals++
      verdict.outside.first ??= record.sequence
    }
    if (!maySignIn(pem)) return 'the certificate of its signature is not for signing in'
    if (subjects !== null && !subjects.includes(subject))
      return `it is sealed by ${subject}, whose trail it is not`
    if (subjects === null && first !== undefined && first !== subject)
      return `it is sealed by ${subject}, and those before it by ${first}`
    return null
  }

  async function judge(record: TrailRecord): Promise<string | null> {
    if (record.kind === 'trail.certificate') {
      const read = v.safeParse(CertificateSchema, record.detail)
      if (!read.success) return 'it holds no certificate'
      try {
        const { certificate: pem, chain } = read.output
        for (const each of chain) fingerprintOf(new X509Certificate(each))
        certificates.set(fingerprintOf(new X509Certificate(pem)), { pem, chain })
      } catch {
        return 'its certificate can’t be read'
      }
    } else if (record.kind === 'trail.seal') {
      const read = v.safeParse(SealSchema, record.detail)
      if (!read.success) return 'it is no seal'
      const by = certificates.get(read.output.certificate)
      if (by === undefined) return 'the certificate of its signature is not in the trail before it'
      const { sequence, at } = record
      const { first, signature } = read.output
      if (first !== covered + 1 && verdict.first === 1) {
        altered(covered + 1, `the seal behind it, ${sequence}, is of others than these`)
        return null
      }
      if (!isSealedBy(by.pem, record, read.output)) {
        // the hashes fit, so somebody wrote them anew: which record was another can't be said any more
        altered(first, `it, or another up to ${sequence - 1}, is not the one that was signed`)
        return null
      }
      covered = sequence
      seals.set(sequence, { signature, at })
      const why = stranger(by, record)
      if (why !== null) return why
      verdict.seals++
      if (verdict.bad === null) verdict.sealed = sequence
    } else if (record.kind === 'trail.stamp') {
      const read = v.safeParse(StampSchema, record.detail)
      const seal = read.success ? seals.get(read.output.seal) : undefined
      // of an export that begins later, the seal may be before
      if (read.success && read.output.seal < verdict.first) return null
      if (!read.success || seal === undefined) return 'it is a stamp of no seal before it'
      const { token, seal: of } = read.output
      const time = await stampTime(token, Buffer.from(seal.signature, 'base64'), known.stampAuthorities)
      if (!time.ok) return time.error.message
      const lag = time.value - seal.at
      if (lag < -skew)
        return `its stamp of time is of ${new Date(time.value).toISOString()}, before seal ${of} says that it was made`
      verdict.stamps++
      verdict.lag = Math.max(verdict.lag ?? lag, lag)
      if (lag > longLag) verdict.late++
    } else if (record.kind === 'trail.behind')
      return 'the platform had more of this trail than this profile: an older copy of it was put back'
    return null
  }

  for await (const { sequence, body, words } of rows) {
    const expected = verdict.last + 1
    const record = readRecord(body)
    const at = record?.sequence ?? sequence ?? expected
    if (verdict.records === 0) {
      verdict.first = at
      verdict.last = at - 1
      if (record !== null) trail = record.trail
      if (sequence !== undefined && at !== 1) altered(1, 'it is missing: the trail begins later')
    } else if (at > expected) altered(expected, `it is missing: record ${at} stands where it should be`)
    else if (at < expected) altered(at, 'it is there again, or at another place than its own')
    if (record === null) altered(at, 'it is not written as a record is')
    else {
      if (sequence !== undefined && sequence !== record.sequence)
        altered(sequence, `record ${at} stands in its place`)
      if (record.trail !== trail) altered(at, 'it is of another trail')
      if (verdict.records === 0) {
        if (at === 1 && record.before !== nothingBefore) altered(1, 'something stood before the first record')
      } else if (record.before !== verdict.head)
        // which of the two was written otherwise can't be said by a hash: the one that others rest on
        altered(verdict.last, `record ${at} follows another one than this`)
      if (words !== undefined && words !== wordsOf(record))
        altered(at, 'what it is found by is not what it says')
      const why = verdict.altered === null ? await judge(record) : null
      if (why !== null) bad(at, why)
      const { remembered } = known
      if (remembered?.sequence === at && remembered.hash !== hashOf(body))
        altered(at, 'it is another one than was remembered outside the trail')
    }
    verdict.records++
    verdict.last = at
    verdict.head = hashOf(body)
  }
  const { remembered } = known
  if (remembered && remembered.sequence > verdict.last)
    altered(verdict.last + 1, `it is missing: the trail had ${remembered.sequence} records`)
  return verdict
}
