import type { Note } from '../../../preload/contract/event.ts'
import type { Record } from '../../../preload/contract/picture.ts'
import { noteOf } from '../record.ts'

export interface LogLine {
  record: Record
  note: Note
}

/**
 * The log of all domains as one, newest first; what came at the same time keeps the stream's order. Why a domain
 * is as it is (`situation`) is no line of it: it is said again and again, and only the last counts.
 */
export function logOf(held: Iterable<readonly Record[]>): LogLine[] {
  const lines: LogLine[] = []
  for (const records of held)
    for (const record of records) {
      const note = noteOf(record)
      if (note && note.category !== 'situation') lines.push({ record, note })
    }
  return lines.sort(
    (a, b) =>
      b.record.time - a.record.time ||
      a.record.product.localeCompare(b.record.product) ||
      b.record.sequence - a.record.sequence,
  )
}

/** The lines that name the entity, or its event, among their references. */
export const linesAbout = (lines: readonly LogLine[], entity: string, id: string | null): LogLine[] =>
  lines.filter(({ note }) => note.refs?.some((ref) => ref === entity || (id !== null && ref === id)))
