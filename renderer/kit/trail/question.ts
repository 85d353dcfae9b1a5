/**
 * What somebody types, as a question to the trail: “écran 3 14:02”, “martin blanc”, “refus hier 9:30”. A time is the end
 * of what is looked at, a screen is that screen, and every other word stands in a record or is what it is called.
 */
import { folded } from '../../../preload/contract/text.ts'
import type { TrailQuestion, TrailRow } from '../../../preload/contract/trail.ts'
import { isKey, translations, type Say } from '../../speech/words.ts'

export type Wanted = Pick<TrailQuestion, 'words' | 'screen' | 'from' | 'until'>

const kindKey = 'desk.trail.kind.'
/** What a record is of, in words; one that has none is called as it is. */
export function kindInWords(kind: string, say: Say): string {
  const key = `${kindKey}${kind}`
  return isKey(key) ? say(key) : kind
}

const minute = 60_000
const day = 86_400_000
const mostWords = 12

/** How far ahead of universal time a zone is then, ms. */
function offsetOf(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en', {
    ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  }).formatToParts(at)
  const part = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((each) => each.type === type)?.value ?? 0)
  const local = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  )
  return local - Math.floor(at / 1000) * 1000
}

/** The days of a zone are counted, so that “14:02” is of a day there. */
const dayOf = (at: number, timeZone: string): number => Math.floor((at + offsetOf(at, timeZone)) / day)

function instantOf(days: number, minutes: number, timeZone: string): number {
  const local = days * day + minutes * minute
  const near = local - offsetOf(local, timeZone)
  return local - offsetOf(near, timeZone)
}

const screenWords = new Set(['ecran', 'screen', 'ecr', 'scr'])
const yesterday = new Set(['hier', 'yesterday'])
const filler = new Set(['a', 'at', 'the', 'le', 'la', 'de', 'du', 'sur', 'on', 'qui', 'who', 'what', 'was'])

/** @param now ms since 1970 */
export function wantedOf(text: string, language: 'fr' | 'en', timeZone: string, now: number): Wanted {
  const today = dayOf(now, timeZone)
  let days: number | null = null
  let minutes: number | null = null
  let screen: number | null = null
  const words: Wanted['words'] = []
  const named = Object.entries(translations[language]).filter(([key]) => key.startsWith(kindKey))
  let screenNext = false
  for (const word of folded(text).split(/[\s,;?]+/)) {
    if (word === '') continue
    const clock = /^([01]?\d|2[0-3])[:h]([0-5]\d)$/.exec(word)
    const iso = /^(\d{4})-(\d\d)-(\d\d)$/.exec(word)
    const written = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/.exec(word)
    const alone = /^(?:ecran|screen)?-?(\d{1,2})$/.exec(word)
    if (clock) minutes = Number(clock[1]) * 60 + Number(clock[2])
    else if (iso) days = Date.UTC(Number(iso[1]), Number(iso[2]) - 1, Number(iso[3])) / day
    else if (written) days = Date.UTC(Number(written[3]), Number(written[2]) - 1, Number(written[1])) / day
    else if (yesterday.has(word)) days = today - 1
    else if (screenWords.has(word)) screenNext = true
    else if (alone && (screenNext || word !== alone[1]) && Number(alone[1]) >= 1 && Number(alone[1]) <= 64) {
      screen = Number(alone[1])
      screenNext = false
    } else if (!filler.has(word) && words.length < mostWords)
      words.push({
        text: word.slice(0, 64),
        kinds: named.flatMap(([key, name]) =>
          folded(name).includes(word) ? [key.slice(kindKey.length)] : [],
        ),
      })
  }
  let from: number | null = null
  let until: number | null = null
  if (minutes !== null) {
    // the whole minute; one that is still to come is yesterday's
    until = instantOf(days ?? today, minutes, timeZone) + minute - 1
    if (days === null && until - minute > now) until = instantOf(today - 1, minutes, timeZone) + minute - 1
  } else if (days !== null) {
    from = instantOf(days, 0, timeZone)
    until = instantOf(days + 1, 0, timeZone) - 1
  }
  return { words, screen, from, until }
}

/** What the trail says of a screen at a time: its last showing before. */
export const showingQuestion = ({ screen, until }: Wanted): TrailQuestion | null =>
  screen === null || until === null
    ? null
    : { words: [{ text: 'shown', kinds: ['shown'] }], screen, from: null, until, before: null, limit: 1 }

/** … and who chose that scene last, where the showing does not say it: it was chosen before this node started. */
export const choiceQuestion = ({ screen, until }: Wanted): TrailQuestion => ({
  words: [{ text: 'act.show-scene', kinds: ['act.show-scene'] }],
  ...{ screen, from: null, until, before: null, limit: 1 },
})

export const whoOf = ({ person, function: role, automation, node }: TrailRow): string =>
  [person ?? automation ?? '', role ?? '', node].filter((part) => part !== '').join(', ')

/** What a showing says of itself. */
export interface Showing {
  shows: string
  by: string | null
}
export function showingOf({ detail }: TrailRow): Showing | null {
  try {
    const read = JSON.parse(detail) as Partial<Showing>
    return typeof read.shows === 'string' ? { shows: read.shows, by: read.by ?? null } : null
  } catch {
    return null
  }
}
