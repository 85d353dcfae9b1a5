/**
 * A record as it is kept, hashed and sent: one text, of these fields in this order and nothing else. Whoever changes a
 * record has another text, and the next one does not follow it any more.
 */
import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { folded } from '../../preload/contract/text.ts'
import { TrailEntrySchema, type Recorded, type TrailEntry } from '../../preload/contract/trail.ts'

const Hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))
/** Which trail it is: one profile's, from its first record on. 128 bits, hex. */
const Chain = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))

const RecordSchema = v.strictObject({
  trail: Chain,
  sequence: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** SHA-256 of the text of the one before, hex */
  before: Hash,
  ...TrailEntrySchema.entries,
})
export type TrailRecord = v.InferOutput<typeof RecordSchema>

/** What the first record follows. */
export const nothingBefore = '0'.repeat(64)
/** What is larger is not somebody's act: it is cut before it is recorded. */
const mostDetail = 4096
/** … but for the trail's own: certificates, signatures, stamps. */
const mostOwn = 100_000

export const hashOf = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')

export function writeRecord(record: TrailRecord): string {
  const { trail, sequence, before, at, kind, person, node, automation, screen, subject } = record
  const { marking, refused, detail, function: role } = record
  const who = { person, function: role, node, automation }
  return JSON.stringify({
    ...{ trail, sequence, before, at, kind, ...who, screen, subject, marking, refused, detail },
  })
}

/** @returns null: it is no record, or not written as one is */
export function readRecord(text: string): TrailRecord | null {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return null
  }
  const read = v.safeParse(RecordSchema, parsed)
  return read.success && writeRecord(read.output) === text ? read.output : null
}

const cut = (text: string | null, most: number): string | null => text?.slice(0, most) ?? null

/** What is not said is as it is for most. What is too long is cut, never refused: a record that fits nowhere is lost. */
export function entryOf(recorded: Recorded, node: string, now: number): TrailEntry {
  const { at = now, kind, screen = null, marking = null, refused = null } = recorded
  const given = JSON.stringify(recorded.detail ?? {})
  const most = kind.startsWith('trail.') ? mostOwn : mostDetail
  return {
    at: Math.max(0, Math.round(at)),
    kind,
    person: cut(recorded.person ?? null, 200),
    function: cut(recorded.function ?? null, 200),
    node: (recorded.node ?? node).slice(0, 100) || '-',
    automation: cut(recorded.automation ?? null, 200),
    screen,
    subject: cut(recorded.subject ?? null, 500),
    marking: cut(marking, 32),
    refused: cut(refused, 64),
    detail:
      given.length > most
        ? { cut: given.slice(0, mostDetail) }
        : (JSON.parse(given) as Record<string, unknown>),
  }
}

/** In which words of a question are looked for. */
export function wordsOf({
  kind,
  person,
  node,
  automation,
  subject,
  refused,
  detail,
  ...rest
}: TrailEntry): string {
  const found = [kind, person, rest.function, node, automation, subject, refused, rest.marking]
  // signatures and certificates are no words
  const said = kind.startsWith('trail.')
    ? ''
    : Object.values(detail)
        .map((each) => JSON.stringify(each))
        .join(' ')
  return folded([...found.filter((each) => each !== null), said].join(' '))
}
