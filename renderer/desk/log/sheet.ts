/** The lines that the list shows, as a table in words: few columns on paper, each by itself in a file. */
import type { LogSheet } from '../../../preload/contract/log-sheet.ts'
import type { MarkingScheme } from '../../../preload/contract/marking.ts'
import { refInWords } from '../../board/log/lines.ts'
import { openInWords, ownerInWords } from '../../board/log/open.ts'
import { severityKey } from '../../kit/severity.ts'
import type { Speech } from '../../speech/speech.ts'
import { authorInWords } from '../outbox/entries.ts'
import { isLate, type LineRow } from './rows.ts'

interface Given {
  speech: Speech
  scheme: MarkingScheme
  timeZone: string
  /** ms since 1970 */
  now: number
  numbers: ReadonlyMap<string, string>
  /** what the lines were narrowed to */
  about: string
}

type Cell = (row: LineRow) => string
type Column = [head: string, cell: Cell, wide?: true]

const most = 10_000
const cut = (text: string): string => text.slice(0, most)

function columnsOf({ speech, scheme, timeZone, now, numbers }: Given) {
  const { say } = speech
  // 2026-07-26 19:41:30, which every spreadsheet takes for a time, in the node's zone
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  const at = (time: number | null): string => (time === null ? '' : format.format(time))
  const other = (entity: string, number: string | null): string => number ?? numbers.get(entity) ?? entity
  const way: Cell = ({ from, to, author, domain }) =>
    to !== '' ? `${from} → ${to}` : from || author || speech.domain(domain)
  const standing: Cell = ({ open }) => (open === null ? '' : openInWords(open, speech, now))
  const marking: Cell = (row) => scheme.levels[row.marking]?.short ?? ''
  const refs: Cell = (row) => row.refs.map((ref) => refInWords(ref, numbers)).join(', ')
  const about: Cell = ({ corrects, correctedBy, outcome }) =>
    [
      corrects && say('log.corrects', { number: other(corrects.entity, corrects.number) }),
      correctedBy && say('log.correctedBy', { number: other(correctedBy.entity, correctedBy.number) }),
      outcome &&
        say(`desk.log.became.${outcome.is}`, { number: other(outcome.of.entity, outcome.of.number) }),
    ]
      .filter(Boolean)
      .join(' · ')
  const kind: Cell = ({ open }) => (open === null ? '' : say(`log.kind.${open.kind}`))
  const number: Cell = (row) => row.number ?? say('desk.log.noNumber')
  const owner: Cell = ({ open }) => ownerInWords(open?.owner ?? null)

  const paper: Column[] = [
    [say('desk.log.head.number'), number],
    [say('desk.log.head.event'), ({ time }) => speech.when(time, now)],
    [say('desk.log.head.entered'), ({ entered }) => (entered === null ? '' : speech.when(entered, now))],
    [say('desk.line.severity'), ({ severity }) => say(severityKey(severity))],
    [say('desk.log.head.way'), way],
    [
      say('desk.log.head.text'),
      (row) =>
        [
          row.text,
          row.rationale === '' ? '' : say('desk.log.rationale', { rationale: row.rationale }),
          row.rejected.length === 0 ? '' : say('desk.log.rejected', { rejected: row.rejected.join(' ; ') }),
          row.open === null
            ? ''
            : [row.open.number ?? kind(row), owner(row), standing(row)].filter(Boolean).join(', '),
          about(row),
        ]
          .filter(Boolean)
          .join('\n'),
      true,
    ],
    [say('desk.log.head.marking'), marking],
    [say('desk.log.head.refs'), refs],
  ]
  const file: Column[] = [
    [say('desk.log.head.number'), number],
    [say('desk.log.head.event'), ({ time }) => at(time)],
    [say('desk.log.head.entered'), ({ entered }) => at(entered)],
    [say('desk.log.head.by'), ({ by }) => (by === null ? '' : authorInWords(by))],
    [say('desk.log.head.kind'), kind],
    [say('desk.line.severity'), ({ severity }) => say(severityKey(severity))],
    [say('desk.line.from'), ({ from, author }) => from || author],
    [say('desk.line.to'), ({ to }) => to],
    [say('desk.line.domain'), ({ domain }) => speech.domain(domain)],
    [say('desk.log.head.text'), ({ text }) => text, true],
    [say('desk.line.rationale'), ({ rationale }) => rationale],
    [say('desk.line.rejected'), ({ rejected }) => rejected.join(' ; ')],
    [say('desk.line.owner'), owner],
    [say('desk.line.due'), ({ open }) => at(open?.due ?? null)],
    [
      say('desk.log.head.standing'),
      (row) =>
        row.open?.standing.is === 'open' && !isLate(row, now) ? say('log.standing.open') : standing(row),
    ],
    [say('desk.log.head.about'), about],
    [say('desk.log.head.marking'), marking],
    [say('desk.log.head.refs'), refs],
  ]
  return { paper, file }
}

/** @param rows all that it is to have, newest first */
export function sheetOf(rows: readonly LineRow[], as: 'paper' | 'file', given: Given): LogSheet {
  const columns = columnsOf(given)[as]
  return {
    about: given.about.slice(0, 500),
    columns: columns.map(([head, , wide]) => ({ head, wide: wide === true })),
    rows: rows.map((row) => ({
      marking: given.scheme.levels[row.marking]?.id ?? '',
      cells: columns.map(([, cell]) => cut(cell(row))),
    })),
  }
}
