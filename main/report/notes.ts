/** What people wrote down: lines of the log, decisions, and why a domain is as it is. */
import type { Note, Severity } from '../../preload/contract/event.ts'
import { dueOf, kindOf, openNumber, standingsOf, type Standing } from '../../preload/contract/open-lines.ts'
import { systemNumber } from '../../preload/contract/line.ts'
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
  const own = openNumber(seen, note, language) ?? systemNumber(seen)
  const number = oneLine(own ?? note.number ?? numberInWords(seen.entity), 60)
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

/** How the decisions and tasks of a product stand as the period ends, by its lines alone. */
function standingsIn(of: Gathered, language: Language): (seen: Seen) => Standing | null {
  const lines = [...of.after.values()].flatMap((seen) => {
    const read = readNote(seen, of, language)
    return read === null ? [] : [{ record: seen, note: read.note }]
  })
  return standingsOf(lines)
}

interface Decided {
  decision: ReportDecision
  written: Written
}

/** Open as the period ends, or done in it: the most overdue first. */
export function decisionsOf(products: readonly Gathered[], drafting: Drafting): Decided[] {
  const { period, words } = drafting
  const found: Decided[] = []
  for (const of of notesOf(products)) {
    const standingOf = standingsIn(of, words.language)
    for (const seen of of.after.values()) {
      const read = readNote(seen, of, words.language)
      if (read?.note.category !== 'decision') continue
      const standing = standingOf(seen)
      // what was dropped or corrected is told by the line that says so
      if (standing === null || standing.is === 'dropped' || standing.is === 'replaced') continue
      const done = standing.is === 'done'
      const said = (standing.by === null ? undefined : of.after.get(standing.by)) ?? seen
      if (done && said.published <= period.from) continue
      const due = dueOf(read.note)
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
          marking: drafting.markingOf(said === seen ? [seen] : [seen, said]),
          sources: [],
        },
      })
    }
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
    .flatMap((of) => {
      const standingOf = standingsIn(of, words.language)
      return [...of.after.values()].flatMap((seen) => {
        const read = readNote(seen, of, words.language)
        const due = read === null ? null : dueOf(read.note)
        if (read === null || due === null || due < period.to) return []
        const isOpen =
          kindOf(read.note) === null ? !isOver(read.note.status) : standingOf(seen)?.is === 'open'
        return read.note.category === 'decision' || !isOpen ? [] : [{ due, written: read }]
      })
    })
    .sort((a, b) => a.due - b.due)

export const severityOfNote = ({ note }: Written): Severity => note.severity ?? 'Unknown'
