/** How a node is, in words: for whichever window shows it, and the report that is copied. */
import {
  contactOf,
  gigabytes,
  healthOf,
  type HealthFacts,
  type HealthRow,
} from '../../preload/contract/health.ts'
import type { Connection } from '../../preload/contract/picture.ts'
import type { Speech } from '../speech/speech.ts'
import { isKey } from '../speech/words.ts'

/** What main can't know: the desk hears it from its engine. */
export const withPicture = (
  facts: HealthFacts,
  skew: number | null,
  connection: Connection | null,
): HealthFacts => ({
  ...facts,
  skew,
  contact: connection && contactOf(connection),
})

const valueOf = ({ value, unit }: HealthRow, speech: Speech): string => {
  if (value === null) return speech.say('health.unknown')
  if (typeof value === 'string') {
    const key = `health.value.${value}`
    return isKey(key) ? speech.say(key) : value
  }
  switch (unit) {
    case 'days':
      return speech.say('health.days', { count: value })
    case 'ms':
      return Math.abs(value) < 60_000
        ? speech.say('health.seconds', { seconds: speech.number(Math.round(value / 100) / 10 || 0, 1) })
        : speech.age(Math.abs(value))
    case 'bytes':
      return speech.say('health.bytes', { count: speech.number(gigabytes(value), 1) })
    default:
      return speech.number(value, 0)
  }
}

/** Slots are named by their kinds; all else has a name of its own. */
const wordsOf = ({ id, words }: HealthRow, speech: Speech): string =>
  id !== 'slots'
    ? words
    : words
        .split(', ')
        .map((kind) => {
          const key = `health.slot.${kind}`
          return isKey(key) ? speech.say(key) : kind
        })
        .join(', ')

export interface SaidRow extends Pick<HealthRow, 'id' | 'state'> {
  title: string
  value: string
  words: string
}

export const saidRows = (facts: HealthFacts, speech: Speech): SaidRow[] =>
  healthOf(facts).map((row) => ({
    id: row.id,
    state: row.state,
    title: speech.say(`health.${row.id}`),
    value:
      row.id === 'chain' && row.value === null && row.state === 'good'
        ? speech.say('health.none')
        : valueOf(row, speech),
    words: [
      wordsOf(row, speech),
      row.until === null ? '' : speech.say('health.until', { date: speech.date(row.until) }),
    ]
      .filter((part) => part !== '')
      .join(' · '),
  }))

/** A line each, as whoever looks after the machine is sent it. */
export const reportOf = (rows: readonly SaidRow[], speech: Speech): string =>
  rows
    .map(({ state, title, value, words }) =>
      [speech.say(`health.state.${state}`), title, value, words].join('\t').trimEnd(),
    )
    .join('\n')
