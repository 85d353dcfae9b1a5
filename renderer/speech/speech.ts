import { inLanguage, languages, type Language, type Words } from '../../preload/contract/words.ts'
import * as numbers from './numbers.ts'
import * as time from './time.ts'
import { createSay, isKey, type Say } from './words.ts'

/**
 * How a window speaks: every text, number and time in the node's language and time zone of the moment. Used in a
 * template it follows a live switch, because `read` reads the state that switches.
 */
export interface Speech {
  readonly language: Language
  readonly say: Say
  /** a text that its author wrote once, or once per language */
  readonly words: (words: Words) => string
  /** a domain by its name for people; one that Vigie does not know, by its own */
  readonly domain: (domain: string) => string
  readonly number: (value: number, precision?: number) => string
  readonly figure: (value: number, precision?: number) => numbers.Figure
  readonly compact: (value: number, precision?: number) => string
  readonly change: (value: number, precision?: number) => string
  readonly percent: (value: number) => string
  /** `1,4 Mo` */
  readonly bytes: (value: number) => string
  /** `19:42` */
  readonly time: (at: number) => string
  /** `19:42:08` */
  readonly seconds: (at: number) => string
  /** `26 juil. 2026` */
  readonly date: (at: number) => string
  /** `26 juil.` */
  readonly shortDate: (at: number) => string
  /** `19:42`, with its date when it is not of today */
  readonly when: (at: number, now: number) => string
  /** 0 to 23, local */
  readonly hour: (at: number) => number
  /** `3 min 20` */
  readonly age: (ms: number) => string
  /** `4 min` */
  readonly minutes: (ms: number) => string
}

export function createSpeech(read: () => { language: Language; timeZone: string }): Speech {
  const says = Object.fromEntries(languages.map((language) => [language, createSay(language)])) as {
    [L in Language]: Say
  }
  const say: Say = (key, values) => says[read().language](key, values)
  return {
    get language() {
      return read().language
    },
    say,
    words: (words) => inLanguage(words, read().language),
    domain(domain) {
      const key = `domain.${domain}`
      if (isKey(key)) return say(key)
      const words = domain.replaceAll('-', ' ')
      return words.charAt(0).toLocaleUpperCase() + words.slice(1)
    },
    number: (value, precision) => numbers.number(value, read().language, precision),
    figure: (value, precision) => numbers.figure(value, read().language, precision),
    compact: (value, precision) => numbers.compact(value, read().language, precision),
    change: (value, precision) => numbers.change(value, read().language, precision),
    percent: (value) => numbers.percent(value, read().language),
    bytes: (value) => numbers.bytes(value, read().language),
    time: (at) => time.timeOfDay(at, read().language, read().timeZone),
    seconds: (at) => time.timeWithSeconds(at, read().language, read().timeZone),
    date: (at) => time.dateOfDay(at, read().language, read().timeZone),
    shortDate: (at) => time.shortDate(at, read().language, read().timeZone),
    when: (at, now) => time.whenFor(at, now, read().language, read().timeZone),
    hour: (at) => time.hourOf(at, read().timeZone),
    age: (ms) => time.ageInWords(ms, say),
    minutes: (ms) => time.ageInMinutes(ms, say),
  }
}
