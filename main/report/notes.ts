/** What people wrote down: lines of the log, decisions, and why a domain is as it is. */
import type { Note, Severity } from '../../preload/contract/event.ts'
import { isOver } from '../../preload/contract/incident.ts'
import { keyOf, mostInReport, type ReportDecision } from '../../preload/contract/report.ts'
import { oneLine } from '../../preload/contract/text.ts'
import type { Language } from '../../preload/contract/words.ts'
import { inItsWords, numberInWords, titleOf, type Drafting } from './drafting.ts'
import type { Gathered, Seen } from './gather.ts'

export interface Written {
  seen: Seen
  note: Note
  /** as people call it: its number, else its entity */
  number: string
  text: string
  domain: string
  title: string
}

export function readNote(seen: Seen, of: Gathered, language: Language): Written | null {
  const { body } = seen
  if (body === null || !('text' in body) || 'geometry' in body) return null
  const note = inItsWords(body as Note, language)
  const text = oneLine(note.text, mostInReport.text).trim()
  if (text === '') return null
  const number = oneLine(note.number ?? numberInWords(seen.entity), 60)
  const title = `${titleOf(of, language)} ${number}`
  return { seen, note, number, text, title, domain: of.descriptor.domain }
}

const notesOf = (products: readonly Gathered[]): Gathered[] =>
  products.filter(({ descriptor }) => descriptor.kind === 'note')

/** Lines of the log that came in the period. */
export const linesOf = (products: readonly Gathered[], language: Language): Written[] =>
  notesOf(products).flatMap((of) =>
    of.events.flatMap((seen) => {
      const read = readNote(seen, of, language)
      const category = read?.note.category ?? 'log'
      return read === null || category === 'decision' || category === 'situation' ? [] : [read]
    }),
  )

/** Why a domain is as it is, as of one of the two instants: the last word counts. */
export function situationOf(
  products: readonly Gathered[],
  domain: string,
  at: 'before' | 'after',
  language: Language,
): Written | null {
  let newest: Written | null = null
  for (const of of notesOf(products))
    if (of.descriptor.domain === domain)
      for (const seen of of[at].values()) {
        const read = readNote(seen, of, language)
        if (read?.note.category !== 'situation') continue
        if (newest === null || newest.seen.time <= seen.time) newest = read
      }
  return newest
}

const timeOf = (text: string | undefined): number | null => {
  const at = Date.parse(text ?? '')
  return Number.isNaN(at) || at < 0 ? null : at
}

interface Decided {
  decision: ReportDecision
  written: Written
}

/** Open as the period ends, or done in it: the most overdue first. */
export function decisionsOf(products: readonly Gathered[], drafting: Drafting): Decided[] {
  const { period, words } = drafting
  const found: Decided[] = []
  for (const of of notesOf(products))
    for (const seen of of.after.values()) {
      const read = readNote(seen, of, words.language)
      if (read?.note.category !== 'decision') continue
      const done = isOver(read.note.status)
      if (done && seen.published <= period.from) continue
      const due = timeOf(read.note.due)
      const first =
        of.before.get(seen.entity) ?? of.events.find(({ entity }) => entity === seen.entity) ?? seen
      found.push({
        written: read,
        decision: {
          key: keyOf('decision', seen.product, seen.entity),
          number: read.number,
          text: read.text,
          taken: Math.max(0, Math.round(first.time)),
          due,
          state: done ? 'done' : due !== null && due < period.to ? 'late' : 'open',
          marking: drafting.markingOf([seen]),
          sources: [],
        },
      })
    }
  const order = { late: 0, open: 1, done: 2 }
  return found.sort(
    ({ decision: a }, { decision: b }) =>
      order[a.state] - order[b.state] ||
      (a.due ?? Number.MAX_SAFE_INTEGER) - (b.due ?? Number.MAX_SAFE_INTEGER) ||
      b.taken - a.taken,
  )
}

/** What is announced for after the period, other than by a decision. */
export const announcedOf = (products: readonly Gathered[], { period, words }: Drafting) =>
  notesOf(products)
    .flatMap((of) =>
      [...of.after.values()].flatMap((seen) => {
        const read = readNote(seen, of, words.language)
        const due = timeOf(read?.note.due)
        if (read === null || due === null || due < period.to) return []
        return read.note.category === 'decision' || isOver(read.note.status) ? [] : [{ due, written: read }]
      }),
    )
    .sort((a, b) => a.due - b.due)

export const severityOfNote = ({ note }: Written): Severity => note.severity ?? 'Unknown'
