/**
 * What became of decisions and tasks. They are locked once entered: a later line of the same organisation corrects them, or
 * tells that they are done, dropped or open again, and nothing else does. So what holds follows from the lines alone, and is
 * the same wherever they are read.
 */
import type { Note } from './event.ts'
import { isOver } from './incident.ts'
import { correctedBy, organisationOf } from './line.ts'
import type { Record } from './picture.ts'
import type { Language } from './words.ts'

export type OpenKind = 'decision' | 'task'

/** null: a line that asks for nothing */
export const kindOf = ({ category }: Pick<Note, 'category'>): OpenKind | null =>
  category === 'decision' || category === 'task' ? category : null

/** A line as it was entered somewhere, with its place in the log. */
export interface Placed {
  record: Pick<Record, 'product' | 'entity' | 'sequence'>
  note: Note
}

export interface Standing {
  is: 'open' | 'done' | 'dropped' | 'replaced'
  /** the entity of the line that says so; null: it says so itself */
  by: string | null
}

/** ms since 1970; null: none that anybody can read */
export function dueOf({ due }: Pick<Note, 'due'>): number | null {
  const at = Date.parse(due ?? '')
  return Number.isNaN(at) || at < 0 ? null : at
}

const keyOf = ({ product, entity }: Placed['record']): string => `${product} ${entity}`

/** @returns how a decision or a task among them stands; null: it is none, or not among them */
export function standingsOf(lines: Iterable<Placed>): (record: Placed['record']) => Standing | null {
  const all = [...lines].sort((a, b) => a.record.sequence - b.record.sequence)
  const places = new Map(all.map((line) => [keyOf(line.record), line]))
  /** a line says something of an earlier one alone */
  const earlier = ({ record }: Placed, entity: string): Placed | null => {
    const other = places.get(keyOf({ ...record, entity }))
    return other !== undefined && other.record.sequence < record.sequence ? other : null
  }
  const struck = new Map<Placed, Placed>()
  for (const line of all) {
    const corrected = correctedBy(line.record, line.note)
    const other = corrected === null ? null : earlier(line, corrected)
    if (other !== null) struck.set(other, line)
  }
  const standings = new Map<Placed, Standing>()
  for (const line of all) {
    const outcome = line.note.line?.outcome ?? null
    const organisation = organisationOf(line.record.entity)
    // what is corrected says nothing any more
    if (outcome === null || organisation === null || struck.has(line)) continue
    const about = organisationOf(outcome.of) === organisation ? earlier(line, outcome.of) : null
    if (about !== null && kindOf(about.note) !== null)
      standings.set(about, { is: outcome.is, by: line.record.entity })
  }
  return (record) => {
    const line = places.get(keyOf(record))
    if (line === undefined || kindOf(line.note) === null) return null
    const by = struck.get(line)
    if (by !== undefined) return { is: 'replaced', by: by.record.entity }
    return standings.get(line) ?? { is: isOver(line.note.status) ? 'done' : 'open', by: null }
  }
}

export const isOverdue = (standing: Standing | null, due: number | null, now: number): boolean =>
  standing?.is === 'open' && due !== null && due < now

const prefixes: { [L in Language]: { [K in OpenKind]: string } } = {
  fr: { decision: 'DÉC', task: 'TÂC' },
  en: { decision: 'DEC', task: 'TSK' },
}
/** `DÉC-0042`: the line's own number, as every line of that log has one. Null: it has none of the system's. */
export function openNumber(
  { entity, sequence }: Pick<Record, 'entity' | 'sequence'>,
  note: Note,
  language: Language,
): string | null {
  const kind = kindOf(note)
  return kind === null || organisationOf(entity) === null
    ? null
    : `${prefixes[language][kind]}-${String(sequence).padStart(4, '0')}`
}
