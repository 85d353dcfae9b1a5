/** The log as the desk's table has it: what the platform has, and above it what was entered here and waits. */
import type { Author } from '../../../preload/contract/author.ts'
import type { Note, Outcome, Severity } from '../../../preload/contract/event.ts'
import { correctedBy, organisationOf, type WaitingLine } from '../../../preload/contract/line.ts'
import { rankOf, type MarkingScheme, type Rank } from '../../../preload/contract/marking.ts'
import { tokenOf } from '../../../preload/contract/place.ts'
import { folded } from '../../../preload/contract/text.ts'
import { domainOf, type EntityRef } from '../../../preload/contract/entity.ts'
import type { Moment } from '../../../preload/contract/moment.ts'
import { isOverdue, openNumber, standingsOf, type Placed } from '../../../preload/contract/open-lines.ts'
import type { Language } from '../../../preload/contract/words.ts'
import { correctionsIn, type OtherLine } from '../../board/log/corrections.ts'
import { asOpen, authorOf, enteredOf, numberOf, wayOf, type AsOpen } from '../../board/log/lines.ts'
import type { Noted } from './log.ts'

export interface LineRow {
  product: string
  entity: string
  /** null: it waits, and nobody has given it one */
  number: string | null
  /** when it happened, and when it was entered; null: nobody says */
  time: number
  entered: number | null
  severity: Severity | undefined
  from: string
  to: string
  /** who wrote it, where it does not say from whom and to whom it went */
  author: string
  domain: string
  text: string
  marking: Rank
  refs: readonly string[]
  by: Author | null
  /** a decision or a task, and how it stands */
  open: AsOpen | null
  /** of a decision: why, what was not chosen, and the moment of the picture that it rests on */
  rationale: string
  rejected: readonly string[]
  moment: Moment | null
  /** it tells what became of another */
  outcome: { is: Outcome; of: OtherLine } | null
  corrects: OtherLine | null
  correctedBy: OtherLine | null
  waiting: WaitingLine | null
}

type Own = Pick<
  LineRow,
  | 'severity'
  | 'from'
  | 'to'
  | 'author'
  | 'text'
  | 'refs'
  | 'by'
  | 'entered'
  | 'rationale'
  | 'rejected'
  | 'moment'
>
const ownOf = (note: Note): Own => ({
  severity: note.severity,
  from: note.line?.from ?? '',
  to: note.line?.to ?? '',
  author: wayOf(note) === '' ? authorOf(note) : '',
  text: note.text,
  refs: note.refs ?? [],
  by: note.line?.by ?? null,
  entered: enteredOf(note),
  rationale: note.line?.rationale ?? '',
  rejected: note.line?.rejected ?? [],
  moment: note.line?.moment ?? null,
})

export interface LogNow {
  log: readonly Noted[]
  waiting: readonly WaitingLine[]
  /** where what waits goes */
  product: string
  scheme: MarkingScheme
  language: Language
}

/** What was entered last comes first; what waits, before all that has its number. */
export function rowsOf({ log, waiting, product, scheme, language }: LogNow): LineRow[] {
  const there = new Set(log.map(({ record }) => record.entity))
  const corrections = correctionsIn(log)
  const numbers = new Map(log.map(({ record, note }) => [record.entity, numberOf(record, note.number)]))
  const pending = waiting.filter(({ entity }) => !there.has(entity))
  // what waits here comes after all that is there
  const placed: Placed[] = pending.map(({ entity, note }, at) => ({
    record: { product, entity, sequence: Number.MAX_SAFE_INTEGER - pending.length + at },
    note,
  }))
  const standingOf = standingsOf([...log, ...placed])
  const openOf = ({ record, note }: Placed): AsOpen | null =>
    asOpen(record, note, standingOf(record), language)
  // a decision and a task are called by their kind
  const called = new Map(
    log.map(({ record, note }) => [
      record.entity,
      openNumber(record, note, language) ?? numberOf(record, note.number),
    ]),
  )
  const outcomeOf = ({ line }: Note): LineRow['outcome'] =>
    line?.outcome
      ? { is: line.outcome.is, of: { entity: line.outcome.of, number: called.get(line.outcome.of) ?? null } }
      : null
  const corrected = new Map(
    pending.flatMap(({ entity, note }) => {
      const other = correctedBy({ entity }, note)
      return other === null ? [] : [[other, entity] as const]
    }),
  )
  const rows = log.map(({ record, note }): LineRow => {
    const waits = record.product === product ? corrected.get(record.entity) : undefined
    return {
      ...{ product: record.product, entity: record.entity, number: numberOf(record, note.number) },
      ...{ time: record.time, marking: record.marking, ...ownOf(note), waiting: null },
      domain: note.line?.domain ?? domainOf(record.product),
      ...{ open: openOf({ record, note }), outcome: outcomeOf(note) },
      corrects: corrections.corrects(record),
      correctedBy:
        corrections.correctedBy(record) ?? (waits === undefined ? null : { entity: waits, number: null }),
    }
  })
  const own = pending.map((line, at): LineRow => {
    const open = openOf(placed[at]!)
    const other = correctedBy(line, line.note)
    return {
      ...{ product, entity: line.entity, number: null, time: line.event, ...ownOf(line.note), waiting: line },
      domain: line.note.line?.domain ?? domainOf(product),
      // nobody has given it a number yet
      ...{ open: open && { ...open, number: null }, outcome: outcomeOf(line.note) },
      marking: rankOf(scheme, line.marking),
      corrects: other === null ? null : { entity: other, number: numbers.get(other) ?? null },
      correctedBy: null,
    }
  })
  const at = ({ entered, time }: LineRow): number => entered ?? time
  return [
    ...own.reverse(),
    ...rows.sort(
      (a, b) =>
        at(b) - at(a) || (b.number ?? '').localeCompare(a.number ?? '') || a.entity.localeCompare(b.entity),
    ),
  ]
}

/** Every word typed is somewhere in the line, as people read it. @param words what else the line shows */
export function found(row: LineRow, typed: string, words: readonly string[]): boolean {
  const wanted = folded(typed).split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return true
  const text = folded(
    [
      ...[row.number ?? '', row.open?.number ?? '', row.from, row.to, row.author, row.text, row.rationale],
      ...[row.open?.owner?.name ?? '', ...row.rejected, ...row.refs, ...words],
    ].join(' '),
  )
  return wanted.every((word) => text.includes(word))
}

/** Only the organisation's own lines that have a number are corrected from here, and only once they are not corrected yet. */
export const mayCorrect = (
  { product, entity }: EntityRef,
  { product: own, organisation }: { product: string; organisation: string },
): boolean => product === own && organisationOf(entity) === tokenOf(organisation)

/** What the list is narrowed to, besides a domain and words. */
export const narrowings = ['all', 'decision', 'task', 'late', 'corrected'] as const
export type Narrowing = (typeof narrowings)[number]

export const isLate = ({ open }: Pick<LineRow, 'open'>, now: number): boolean =>
  open !== null && isOverdue(open.standing, open.due, now)

export function isOfThose(row: LineRow, narrowing: Narrowing, now: number): boolean {
  if (narrowing === 'all') return true
  if (narrowing === 'late') return isLate(row, now)
  return narrowing === 'corrected' ? row.correctedBy !== null : row.open?.kind === narrowing
}
