import type { Note, Severity } from '../../../preload/contract/event.ts'
import type { CatalogEntry, Record } from '../../../preload/contract/picture.ts'
import { isNotesFeed, noteOf } from '../../../preload/contract/note.ts'
import { identifierInWords } from '../../speech/identifier.ts'

/** A line of the log, as it is read. `time`: ms since 1970. */
export interface LogLine {
  key: string
  number: string
  time: number
  severity: Severity | undefined
  domain: string
  /** who wrote it, where that is not said by its domain */
  author: string
  text: string
  refs: readonly string[]
}

/** Its owner's number where it has one, or what its identifier ends in. */
export const numberOf = (record: Record, number: string | undefined): string =>
  number ?? /\d+$/.exec(record.entity)?.[0] ?? String(record.sequence).padStart(4, '0')

/** What an identifier among a line's references is called: by its own number, as the decision dec-008 is DÉC-008. */
export const refInWords = (ref: string, numbers: ReadonlyMap<string, string>): string =>
  numbers.get(ref) ?? identifierInWords(ref)

/** Who wrote a line, where that is not said by its domain. */
export const authorOf = ({ author }: Note): string => (typeof author === 'string' ? author : '')

/** All domains' lines, newest first. */
export function logLines(
  catalog: readonly CatalogEntry[],
  recordsOf: (product: string) => Iterable<Record>,
  most: number,
): LogLine[] {
  const lines: LogLine[] = []
  const numbers = new Map<string, string>()
  for (const entry of catalog) {
    if (!isNotesFeed(entry)) continue
    for (const record of recordsOf(entry.product)) {
      const note = noteOf(record)
      if (note === null) continue
      if (note.number !== undefined) numbers.set(record.entity, note.number)
      if ((note.category ?? 'log') !== 'log') continue
      const { text, severity, refs = [], number } = note
      lines.push({
        key: `${record.product} ${record.entity}`,
        number: numberOf(record, number),
        time: record.time,
        severity,
        domain: entry.descriptor.domain,
        author: authorOf(note),
        text,
        refs,
      })
    }
  }
  return lines
    .sort((a, b) => b.time - a.time || b.number.localeCompare(a.number) || a.key.localeCompare(b.key))
    .slice(0, most)
    .map((line) => ({
      ...line,
      refs: line.refs.map((ref) => refInWords(ref, numbers)),
    }))
}
