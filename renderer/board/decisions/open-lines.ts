/** What was decided or given to somebody to do, and is not carried out yet. */
import type { Owner } from '../../../preload/contract/event.ts'
import { identifierInWords } from '../../../preload/contract/identifier.ts'
import { domainOfNote, noteOf } from '../../../preload/contract/note.ts'
import {
  dueOf,
  kindOf,
  openNumber,
  standingsOf,
  type OpenKind,
} from '../../../preload/contract/open-lines.ts'
import type { Record } from '../../../preload/contract/picture.ts'
import type { Language } from '../../../preload/contract/words.ts'

/** `due`: ms since 1970; null: none was said. */
export interface OpenLine {
  key: string
  kind: OpenKind
  number: string
  text: string
  due: number | null
  /** whose task it is; null: nobody's, or a decision */
  owner: Owner | null
}

/**
 * Whether the record tells of a decision or a task, carried out or not.
 * @param domains about these; left out: about any
 */
export function isDecisionOrTask(record: Record, domains?: readonly string[]): boolean {
  const note = noteOf(record)
  return note !== null && kindOf(note) !== null && (domains?.includes(domainOfNote(record, note)) ?? true)
}

/**
 * By when it must be done, the most overdue first; what has no due time last, oldest first.
 * @param records what was said of them too, whatever it is about
 * @param domains only those about these; left out: about any
 */
export function openLines(
  records: Iterable<Record>,
  language: Language,
  domains?: readonly string[],
): OpenLine[] {
  const noted = [...records].flatMap((record) => {
    const note = noteOf(record)
    return note === null ? [] : [{ record, note }]
  })
  const standingOf = standingsOf(noted)
  const open: (OpenLine & { time: number })[] = []
  for (const { record, note } of noted) {
    const kind = kindOf(note)
    if (kind === null || standingOf(record)?.is !== 'open') continue
    if (!isDecisionOrTask(record, domains)) continue
    open.push({
      key: `${record.product} ${record.entity}`,
      kind,
      number: openNumber(record, note, language) ?? note.number ?? identifierInWords(record.entity),
      text: note.text,
      due: dueOf(note),
      owner: kind === 'task' ? (note.line?.owner ?? null) : null,
      time: record.time,
    })
  }
  return open.sort(
    (a, b) =>
      (a.due ?? Number.MAX_SAFE_INTEGER) - (b.due ?? Number.MAX_SAFE_INTEGER) ||
      a.time - b.time ||
      a.number.localeCompare(b.number),
  )
}
