import type { Language } from '../../preload/contract/words.ts'
import { locales, type Say } from './words.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] as const
const two = (n: number): string => String(n).padStart(2, '0')

/** Military date-time group in universal time: `261742ZJUL26`. The months are English by convention. */
export function dateTimeGroup(time: number): string {
  const at = new Date(time)
  const month = months[at.getUTCMonth()] ?? ''
  return `${two(at.getUTCDate())}${two(at.getUTCHours())}${two(at.getUTCMinutes())}Z${month}${two(at.getUTCFullYear() % 100)}`
}

/** `17:42 Z` */
export function universalTime(time: number): string {
  const at = new Date(time)
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}\u00a0Z`
}

/** Formats are costly to make and few: one per language, zone and shape. */
const formats = new Map<string, Intl.DateTimeFormat>()
function format(
  language: Language,
  timeZone: string,
  shape: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${language} ${timeZone} ${shape}`
  const known = formats.get(key)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat(locales[language], { ...options, timeZone })
  formats.set(key, made)
  return made
}

/** `19:42:08` */
export const timeWithSeconds = (time: number, language: Language, timeZone: string): string =>
  format(language, timeZone, 'seconds', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(time)

/** `19:42` */
export const timeOfDay = (time: number, language: Language, timeZone: string): string =>
  format(language, timeZone, 'minutes', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(time)

/** `26 juil. 2026`, `26 Jul 2026` */
export const dateOfDay = (time: number, language: Language, timeZone: string): string =>
  format(language, timeZone, 'date', { day: 'numeric', month: 'short', year: 'numeric' }).format(time)

/** `26 juil.`, `26 Jul` */
export const shortDate = (time: number, language: Language, timeZone: string): string =>
  format(language, timeZone, 'short', { day: 'numeric', month: 'short' }).format(time)

/** The hour that somebody there would say, 0 to 23. */
export const hourOf = (time: number, timeZone: string): number =>
  Number(format('en', timeZone, 'hour', { hour: '2-digit', hourCycle: 'h23' }).format(time))

/** The time, with its date when it is not of today. */
export function whenFor(time: number, now: number, language: Language, timeZone: string): string {
  const today = dateOfDay(time, language, timeZone) === dateOfDay(now, language, timeZone)
  const at = timeOfDay(time, language, timeZone)
  return today ? at : `${shortDate(time, language, timeZone)} ${at}`
}

const keptTogether = (text: string): string => text.replaceAll(' ', '\u00a0')

/** `2 s`, `3 min 20`, `1 h 05`, `2 j 04 h`; a clock that runs ahead of ours gives no negative age. */
export function ageInWords(ms: number, say: Say): string {
  const age = Math.max(0, ms)
  if (age < minute) return keptTogether(say('age.seconds', { seconds: Math.floor(age / second) }))
  if (age < hour) {
    const minutes = Math.floor(age / minute)
    const seconds = two(Math.floor((age % minute) / second))
    return keptTogether(say('age.minutesSeconds', { minutes, seconds }))
  }
  return longAge(age, say)
}

/** `4 min`, `1 h 05`: for what is read in minutes. */
export function ageInMinutes(ms: number, say: Say): string {
  const age = Math.max(0, ms)
  if (age < hour) return keptTogether(say('age.minutes', { minutes: Math.floor(age / minute) }))
  return longAge(age, say)
}

function longAge(age: number, say: Say): string {
  if (age < day) {
    const hours = Math.floor(age / hour)
    return keptTogether(say('age.hoursMinutes', { hours, minutes: two(Math.floor((age % hour) / minute)) }))
  }
  const hours = two(Math.floor((age % day) / hour))
  return keptTogether(say('age.days', { days: Math.floor(age / day), hours }))
}

/** A running watch: `02:14`, `1:02:14`. */
export function stopwatch(ms: number): string {
  const age = Math.max(0, ms)
  const hours = Math.floor(age / hour)
  const rest = `${two(Math.floor((age % hour) / minute))}:${two(Math.floor((age % minute) / second))}`
  return hours === 0 ? rest : `${hours}:${rest}`
}
