import type { Note, Owner, Severity } from '../../../preload/contract/event.ts'
import type { CatalogEntry, Record } from '../../../preload/contract/picture.ts'
import { systemNumber } from '../../../preload/contract/line.ts'
import { domainOfNote, isLogLine, isNotesFeed, noteOf } from '../../../preload/contract/note.ts'
import {
  dueOf,
  kindOf,
  openNumber,
  standingsOf,
  type OpenKind,
  type Standing,
} from '../../../preload/contract/open-lines.ts'
import type { Language } from '../../../preload/contract/words.ts'
import { identifierInWords } from '../../../preload/contract/identifier.ts'
import { correctionsIn, type OtherLine } from './corrections.ts'

/** A line that is a decision or a task, and how it stands. */
export interface AsOpen {
  kind: OpenKind
  /** `DÉC-0042`; null: it has none */
  number: string | null
  due: number | null
  owner: Owner | null
  standing: Standing
}

export const asOpen = (
  record: Pick<Record, 'product' | 'entity' | 'sequence'>,
  note: Note,
  standing: Standing | null,
  language: Language,
): AsOpen | null => {
  const kind = kindOf(note)
  return kind === null || standing === null
    ? null
    : {
        ...{ kind, number: openNumber(record, note, language), due: dueOf(note), standing },
        owner: note.line?.owner ?? null,
      }
}

/** A line of the log, as it is read. `time`: ms since 1970. */
export interface LogLine {
  key: string
  number: string
  time: number
  /** when it was entered, where that is known, else when it happened: the log is in the order of this */
  entered: number
  severity: Severity | undefined
  domain: string
  /** who wrote it, where that is not said by its domain */
  author: string
  text: string
  refs: readonly string[]
  open: AsOpen | null
  corrects: OtherLine | null
  correctedBy: OtherLine | null
}

/** The system's number, its owner's where it has one, or what its identifier ends in. */
export const numberOf = (record: Record, number: string | undefined): string =>
  systemNumber(record) ??
  number ??
  /\d+$/.exec(record.entity)?.[0] ??
  String(record.sequence).padStart(4, '0')

/** What an identifier among a line's references is called: by its own number, as the decision dec-008 is DÉC-008. */
export const refInWords = (ref: string, numbers: ReadonlyMap<string, string>): string =>
  numbers.get(ref) ?? identifierInWords(ref)

/** Who wrote a line, where that is not said by its domain. */
export const authorOf = ({ author }: Note): string => (typeof author === 'string' ? author : '')

/** `PP → CNCS`, as far as it is said. */
export const wayOf = ({ line }: Note): string =>
  line?.to ? `${line.from} → ${line.to}`.trimStart() : (line?.from ?? '')

/** When it was entered; null: nobody says. */
export function enteredOf({ line }: Note): number | null {
  const at = line ? Date.parse(line.entered) : NaN
  return Number.isNaN(at) ? null : at
}

/**
 * Lines, newest first.
 * @param domains only those about these; left out: about any. A line may be about another domain than its log's
 */
export function logLines(
  catalog: readonly CatalogEntry[],
  recordsOf: (product: string) => Iterable<Record>,
  most: number,
  language: Language,
  domains?: readonly string[],
): LogLine[] {
  const lines: LogLine[] = []
  const noted: { record: Record; note: Note }[] = []
  const places = new Map<LogLine, Record>()
  const numbers = new Map<string, string>()
  for (const entry of catalog) {
    if (!isNotesFeed(entry)) continue
    for (const record of recordsOf(entry.product)) {
      const note = noteOf(record)
      if (note === null) continue
      if (note.number !== undefined) numbers.set(record.entity, note.number)
      if (!isLogLine(note)) continue
      const { text, severity, refs = [], number } = note
      noted.push({ record, note })
      const line: LogLine = {
        key: `${record.product} ${record.entity}`,
        number: numberOf(record, number),
        time: record.time,
        entered: enteredOf(note) ?? record.time,
        severity,
        domain: domainOfNote(record, note),
        author: wayOf(note) || authorOf(note),
        text,
        refs,
        open: null,
        corrects: null,
        correctedBy: null,
      }
      lines.push(line)
      places.set(line, record)
    }
  }
  const corrections = correctionsIn(noted)
  const standingOf = standingsOf(noted)
  const notes = new Map(noted.map(({ record, note }) => [record, note]))
  const openOf = (record: Record): AsOpen | null =>
    asOpen(record, notes.get(record)!, standingOf(record), language)
  return lines
    .filter(({ domain }) => domains?.includes(domain) ?? true)
    .sort((a, b) => b.entered - a.entered || b.number.localeCompare(a.number) || a.key.localeCompare(b.key))
    .slice(0, most)
    .map((line) => ({
      ...line,
      refs: line.refs.map((ref) => refInWords(ref, numbers)),
      open: openOf(places.get(line)!),
      corrects: corrections.corrects(places.get(line)!),
      correctedBy: corrections.correctedBy(places.get(line)!),
    }))
}
