import type { Note } from '../../../preload/contract/event.ts'
import type { Record } from '../../../preload/contract/picture.ts'
import { isLogLine, noteOf } from '../../../preload/contract/note.ts'

/** A note with the record that brought it. */
export interface Noted {
  record: Record
  note: Note
}

const newestFirst = (a: Noted, b: Noted): number =>
  b.record.time - a.record.time ||
  a.record.product.localeCompare(b.record.product) ||
  b.record.sequence - a.record.sequence

/**
 * The notes of all domains as one, newest first; what came at the same time keeps its product's order. Why a domain
 * is as it is (`situation`) is none of them: it is said again and again, and only the last counts.
 */
export function notesOf(held: Iterable<readonly Record[]>): Noted[] {
  const notes: Noted[] = []
  for (const records of held)
    for (const record of records) {
      const note = noteOf(record)
      if (note && note.category !== 'situation') notes.push({ record, note })
    }
  return notes.sort(newestFirst)
}

/** What notes are called, by their entities; of several that say so, the newest. */
export const numbersOf = (notes: readonly Noted[]): ReadonlyMap<string, string> =>
  new Map(
    notes
      .toReversed()
      .flatMap(({ record, note }) => (note.number === undefined ? [] : [[record.entity, note.number]])),
  )

/** What is written as a line: a decision that is a record of its own stands with the decisions, as on the wall. */
export const linesOf = (notes: readonly Noted[]): Noted[] => notes.filter(({ note }) => isLogLine(note))

/** The notes that name the entity, or its event, among their references. */
export const notesAbout = (notes: readonly Noted[], entity: string, id: string | null): Noted[] =>
  notes.filter(({ note }) => note.refs?.some((ref) => ref === entity || (id !== null && ref === id)))
