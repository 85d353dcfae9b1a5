/**
 * By when something is to be done, as people type it: `2055`, `20h55`, `+30 min`, `dans 2 h`, `demain 8h`, `27/07 08:00`.
 * A time without a day is the next that it will be. What is past is taken as it is said, and told.
 */
import { readTime, type Now } from './typed-time.ts'

export interface TypedDue {
  /** ms since 1970 */
  at: number
  past: boolean
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** What `readTime` still takes for now. */
const slack = 5 * minute

const within =
  /^(?:\+\s?|dans\s+|in\s+)(\d{1,3})\s?(min|mn|minutes?|h|heures?|hours?)?\.?(?:\s?(\d{1,2})(?:\s?min)?)?$/iu
const tomorrow = /^(?:demain|tomorrow)\s+(?:[aà]\s+)?(.+)$/iu
const dated = /^\d{1,2}[/.]\d{1,2}\s/
const behind = /^(?:[-−–]|il y a|hier|avant-hier|yesterday|maintenant|now|\d+\s?(?:min|mn|h)\s+ago)/iu

const dateOf = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone, day: '2-digit', month: '2-digit', year: 'numeric' }).format(at)

function find(typed: string, now: Now): number | null {
  const after = within.exec(typed)
  if (after) {
    const inHours = after[2]?.toLowerCase().startsWith('h') === true
    if (after[3] !== undefined && !inHours) return null
    return now.now + Number(after[1]) * (inHours ? hour : minute) + Number(after[3] ?? 0) * minute
  }
  const next = tomorrow.exec(typed)
  if (next) return readTime(`${dateOf(now.now + day, now.timeZone)} ${next[1]}`, now)?.at ?? null
  if (behind.test(typed)) return readTime(typed, now)?.at ?? null
  // the last that it was, seen from a day or a year on, is the next that it will be
  const from = now.now + (dated.test(typed) ? 360 * day : day) - slack
  return readTime(typed, { ...now, now: from })?.at ?? null
}

/** @returns null: nobody can say which time is meant */
export function readDue(typed: string, now: Now): TypedDue | null {
  const at = find(typed.trim(), now)
  return at === null ? null : { at, past: at < now.now }
}

/** As somebody would type it: `26/07/2026 20:55`. */
export const dueAsTyped = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, hourCycle: 'h23', day: '2-digit', month: '2-digit' },
    ...{ year: 'numeric', hour: '2-digit', minute: '2-digit' },
  })
    .format(at)
    .replace(',', '')
