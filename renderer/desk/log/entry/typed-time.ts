/**
 * Times as people type them: `1912`, `19h12`, `-5 min`, `hier 23:50`, `26/07 19:12`, `1712Z`; French and English alike. A
 * time without a day is the last that it was; where a clock went back, the later of the two that there may be.
 */
export interface TypedTime {
  /** ms since 1970 */
  at: number
  /** what somebody should look at twice */
  odd: 'future' | 'old' | null
}

export interface Now {
  /** ms since 1970 */
  now: number
  /** IANA name */
  timeZone: string
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** Clocks of people and machines differ by as much. */
const slack = 5 * minute

interface Day {
  year: number
  month: number
  date: number
}
const formats = new Map<string, Intl.DateTimeFormat>()
/** What the clocks there show, as if it were universal time. */
function shownAt(time: number, timeZone: string): number {
  let format = formats.get(timeZone)
  if (format === undefined) {
    const two = '2-digit' as const
    format = new Intl.DateTimeFormat('en-GB', {
      ...{ timeZone, hourCycle: 'h23', year: 'numeric' },
      ...{ month: two, day: two, hour: two, minute: two },
    })
    formats.set(timeZone, format)
  }
  const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]))
  const part = (name: 'year' | 'month' | 'day' | 'hour' | 'minute'): number => parts.get(name) ?? 0
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'))
}
const dayOf = (shown: number): Day => {
  const at = new Date(shown)
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, date: at.getUTCDate() }
}

/** The instants at which clocks there show that: none where they skip it, two where they show it twice. */
function instantsOf({ year, month, date }: Day, minutes: number, timeZone: string): number[] {
  const shown = Date.UTC(year, month - 1, date, 0, minutes)
  const guesses = [-day, 0, day].map((away) => {
    const around = shown + away
    return shown - (shownAt(around, timeZone) - around)
  })
  return [...new Set(guesses)].filter((at) => shownAt(at, timeZone) === shown).sort((a, b) => a - b)
}

const judged = (at: number, { now }: Now): TypedTime => ({
  at,
  odd: at > now + slack ? 'future' : at < now - day ? 'old' : null,
})

/** The last that it was, or where it is still to come, the first that it will be. */
const lastOf = (instants: readonly number[], { now }: Now): number | undefined =>
  instants.findLast((at) => at <= now + slack) ?? instants[0]

const end = '(?:\\s?([zZ]))?(?![\\p{L}\\d])'
const clock = `(?:(\\d{2})(\\d{2})${end}|(\\d{1,2})\\s?[:hH.](?:\\s?(\\d{2}))?${end})`
const minutesOf = (hours: string, minutes: string): number | null =>
  Number(hours) < 24 && Number(minutes) < 60 ? Number(hours) * 60 + Number(minutes) : null

interface Found {
  at: TypedTime
  length: number
}

/** `date`: absent, today or, where that is still to come, yesterday */
function atClock(typed: RegExpExecArray, from: number, date: Day | null, now: Now): TypedTime | null {
  const minutes = minutesOf(typed[from] ?? '', typed[from + 1] ?? '00')
  if (minutes === null) return null
  const zone = typed[from + 2] === undefined ? now.timeZone : 'UTC'
  const today = shownAt(now.now, zone)
  const on = (shown: Day): number | undefined => lastOf(instantsOf(shown, minutes, zone), now)
  if (date !== null) {
    const at = on(date)
    return at === undefined ? null : judged(at, now)
  }
  const at = on(dayOf(today))
  const last = at === undefined || at > now.now + slack ? on(dayOf(today - day)) : at
  return last === undefined ? null : judged(last, now)
}

const bare = new RegExp(`^${clock}`, 'u')
const named = new RegExp(`^(avant-hier|hier|yesterday)\\s+(?:[aà]\\s+)?${clock}`, 'iu')
const dated = new RegExp(`^(\\d{1,2})[/.](\\d{1,2})(?:[/.](\\d{4}))?\\s+${clock}`, 'u')
const before = /^[-−–]\s?(\d{1,3})\s?(?:(min|mn|h)\.?(?:\s?(\d{2}))?)?(?![\p{L}\d])/iu
const ago = /^(?:il y a\s+(\d{1,3})\s?(min|mn|h)(?![\p{L}])|(\d{1,3})\s?(min|mn|h)\s+ago(?![\p{L}]))/iu
const immediately = /^(?:maintenant|now)(?![\p{L}])/iu

const ahead = (from: number, typed: RegExpExecArray): number => (typed[from] === undefined ? from + 3 : from)

function find(typed: string, now: Now): Found | null {
  const found = (match: RegExpExecArray, at: TypedTime | null): Found | null =>
    at === null ? null : { at, length: match[0].length }
  const back = (
    match: RegExpExecArray,
    count: string,
    unit: string | undefined,
    rest = '0',
  ): Found | null => {
    const hours = unit?.toLowerCase() === 'h'
    const ms = Number(count) * (hours ? hour : minute) + (hours ? Number(rest) * minute : 0)
    return found(match, judged(now.now - ms, now))
  }
  let match = immediately.exec(typed)
  if (match) return found(match, judged(now.now, now))
  match = before.exec(typed)
  if (match) return back(match, match[1] ?? '', match[2], match[3])
  match = ago.exec(typed)
  if (match) return back(match, match[1] ?? match[3] ?? '', match[2] ?? match[4])
  match = named.exec(typed)
  if (match) {
    const days = match[1]?.toLowerCase() === 'avant-hier' ? 2 : 1
    const date = dayOf(shownAt(now.now, now.timeZone) - days * day)
    return found(match, atClock(match, ahead(2, match), date, now))
  }
  match = dated.exec(typed)
  if (match) {
    const [date, month] = [Number(match[1]), Number(match[2])]
    const today = dayOf(shownAt(now.now, now.timeZone))
    const year = match[3] === undefined ? today.year : Number(match[3])
    const on = dayOf(Date.UTC(year, month - 1, date))
    if (on.month !== month || on.date !== date) return null
    const at = atClock(match, ahead(4, match), on, now)
    // in January, the 31st of December was last year
    const last =
      at !== null && match[3] === undefined && at.at > now.now + slack
        ? atClock(match, ahead(4, match), { ...on, year: year - 1 }, now)
        : at
    return found(match, last)
  }
  match = bare.exec(typed)
  return match ? found(match, atClock(match, ahead(1, match), null, now)) : null
}

/** @returns null: nobody can say which time is meant */
export function readTime(typed: string, now: Now): TypedTime | null {
  const text = typed.trim()
  const found = find(text, now)
  return found !== null && found.length === text.length ? found.at : null
}

/**
 * The time that a line begins with, and what follows it. Bare figures are one only before a capital, a sign or nothing:
 * "1912 Robot au contact" begins with a time, "2000 personnes évacuées" and "-5 degrés" do not.
 */
export function leadingTime(typed: string, now: Now): { time: TypedTime; rest: string } | null {
  const found = find(typed, now)
  if (found === null) return null
  const said = typed.slice(0, found.length)
  const rest = typed.slice(found.length)
  if (!/^\s/.test(rest)) return null
  const isBare = /^(?:\d{4}|[-−–]\s?\d+|\d{1,2}\s?[hH.])$/.test(said)
  if (isBare && !/^\s+[\p{Lu}@#!]/u.test(rest)) return null
  return { time: found.at, rest: rest.trimStart() }
}
