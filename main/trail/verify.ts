/**
 * Whether a trail is as it was written, from its records alone: each follows the one before, and each seal is the
 * signature of a certificate of this node's. The first record of which that can't be said is named.
 */
import * as v from 'valibot'
import { isIssued } from './issued.ts'
import { hashOf, nothingBefore, readRecord, wordsOf, type TrailRecord } from './record.ts'
import { CertificateSchema, fingerprintOf, isSealedBy, SealSchema } from './seal.ts'
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
  /** the first record that is not as it was written; null: all are */
  bad: { record: number; why: string } | null
}

export interface Known {
  /** PEM: who issues this node's certificates; null: whichever certificates the trail names */
  authorities: readonly string[] | null
  /** PEM: whose stamps count; null: only that a stamp is of what it stands behind */
  stampAuthorities: readonly string[] | null
  /** a record that must be among these, as somebody else remembers it */
  remembered?: { sequence: number; hash: string } | null
}

/** A record as a row of the database: what stands beside the text must be what follows from it. */
export interface Row {
  sequence?: number
  body: string
  words?: string
}

export async function verifyTrail(rows: AsyncIterable<Row> | Iterable<Row>, known: Known): Promise<Verdict> {
  const verdict: Verdict = {
    ...{ records: 0, first: 0, last: 0, head: nothingBefore },
    ...{ sealed: 0, seals: 0, stamps: 0, bad: null },
  }
  const certificates = new Map<string, { pem: string; chain: string[] }>()
  const seals = new Map<number, string>()
  let trail: string | null = null

  const bad = (record: number, why: string): void => {
    verdict.bad ??= { record, why }
  }

  async function judge(record: TrailRecord): Promise<string | null> {
    if (record.kind === 'trail.certificate') {
      const read = v.safeParse(CertificateSchema, record.detail)
      if (!read.success) return 'it holds no certificate'
      try {
        certificates.set(fingerprintOf(read.output.certificate), {
          pem: read.output.certificate,
          chain: read.output.chain,
        })
      } catch {
        return 'its certificate can’t be read'
      }
    } else if (record.kind === 'trail.seal') {
      const read = v.safeParse(SealSchema, record.detail)
      if (!read.success) return 'it is no seal'
      const by = certificates.get(read.output.certificate)
      if (by === undefined) return 'the certificate of its signature is not in the trail before it'
      const { authorities } = known
      if (authorities !== null && !isIssued(by.pem, by.chain, authorities, record.at))
        return 'the certificate of its signature is not of this authority, or was not valid then'
      if (read.output.first !== verdict.sealed + 1 && verdict.first === 1) {
        bad(verdict.sealed + 1, `the seal behind it, ${record.sequence}, is of others than these`)
        return null
      }
      if (!isSealedBy(by.pem, record, read.output)) {
        // the hashes fit, so somebody wrote them anew: which record was another can't be said any more
        bad(read.output.first, `it, or another up to ${record.sequence - 1}, is not the one that was signed`)
        return null
      }
      verdict.seals++
      verdict.sealed = record.sequence
      seals.set(record.sequence, read.output.signature)
    } else if (record.kind === 'trail.stamp') {
      const read = v.safeParse(StampSchema, record.detail)
      const seal = read.success ? seals.get(read.output.seal) : undefined
      // of an export that begins later, the seal may be before
      if (read.success && read.output.seal < verdict.first) return null
      if (!read.success || seal === undefined) return 'it is a stamp of no seal before it'
      const time = await stampTime(read.output.token, Buffer.from(seal, 'base64'), known.stampAuthorities)
      if (!time.ok) return time.error.message
      verdict.stamps++
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
      if (sequence !== undefined && at !== 1) bad(1, 'it is missing: the trail begins later')
    } else if (at > expected) bad(expected, `it is missing: record ${at} stands where it should be`)
    else if (at < expected) bad(at, 'it is there again, or at another place than its own')
    if (record === null) bad(at, 'it is not written as a record is')
    else {
      if (sequence !== undefined && sequence !== record.sequence)
        bad(sequence, `record ${at} stands in its place`)
      if (record.trail !== trail) bad(at, 'it is of another trail')
      if (verdict.records === 0) {
        if (at === 1 && record.before !== nothingBefore) bad(1, 'something stood before the first record')
      } else if (record.before !== verdict.head)
        // which of the two was written otherwise can't be said by a hash: the one that others rest on
        bad(verdict.last, `record ${at} follows another one than this`)
      if (words !== undefined && words !== wordsOf(record)) bad(at, 'what it is found by is not what it says')
      const why = verdict.bad === null ? await judge(record) : null
      if (why !== null) bad(at, why)
      const { remembered } = known
      if (remembered?.sequence === at && remembered.hash !== hashOf(body))
        bad(at, 'it is another one than was remembered outside the trail')
    }
    verdict.records++
    verdict.last = at
    verdict.head = hashOf(body)
  }
  const { remembered } = known
  if (remembered && remembered.sequence > verdict.last)
    bad(verdict.last + 1, `it is missing: the trail had ${remembered.sequence} records`)
  return verdict
}
