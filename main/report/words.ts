/** A synthesis in words: what Vigie itself says in it, and numbers and times as people of that language write them. */
import { IntlMessageFormat } from 'intl-messageformat'
import { unitInWords } from '../../preload/contract/units.ts'
import type { Language } from '../../preload/contract/words.ts'
import en from '../../resources/translations/en.json'
import fr from '../../resources/translations/fr.json'

export type Key = keyof typeof fr
export type Say = (key: Key, values?: Record<string, string | number>) => string

const translations: Record<Language, Record<Key, string>> = { fr, en }
const locales: Record<Language, string> = { fr: 'fr-FR', en: 'en-GB' }

export const isKey = (key: string): key is Key => Object.hasOwn(fr, key)

const nbsp = '\u00a0'
const narrow = '\u202f'
const minus = '\u2212'
const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] as const
const two = (n: number): string => String(n).padStart(2, '0')

export interface ReportWords {
  language: Language
  say: Say
  number(value: number, precision?: number | null): string
  /** `+ 9`, `− 0,3`; `=` where nothing changed at the precision shown */
  change(value: number, precision?: number | null): string
  unit(unit: string): string
  /** `118 %`, `386 m³/s` */
  figure(value: number, unit: string, precision?: number | null): string
  /** `19:42` */
  time(at: number): string
  seconds(at: number): string
  /** `26 juillet 2026` */
  date(at: number): string
  /** the time, with its date where that is not the one of `beside` */
  when(at: number, beside: number): string
  /** `17:42 Z` */
  universal(at: number): string
  /** `261742ZJUL26`, by convention in English */
  group(at: number): string
  lasting(ms: number): string
}

export function reportWords(language: Language, timeZone: string): ReportWords {
  const locale = locales[language]
  const messages = new Map<Key, IntlMessageFormat>()
  const say: Say = (key, values) => {
    let message = messages.get(key)
    if (message === undefined) {
      message = new IntlMessageFormat(translations[language][key], locale, undefined, { ignoreTag: true })
      messages.set(key, message)
    }
    return String(message.format(values))
  }
  const formats = new Map<string, Intl.NumberFormat>()
  const number = (value: number, precision?: number | null): string => {
    const key = String(precision)
    let format = formats.get(key)
    if (format === undefined) {
      format = new Intl.NumberFormat(locale, {
        minimumFractionDigits: precision ?? 0,
        maximumFractionDigits: precision ?? 1,
      })
      formats.set(key, format)
    }
    return format.format(value).replace('-', minus)
  }
  const shaped = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { ...options, timeZone })
    return (at: number) => format.format(at)
  }
  const minutes = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const time = shaped(minutes)
  const date = shaped({ day: 'numeric', month: 'long', year: 'numeric' })
  const short = shaped({ day: 'numeric', month: 'short' })
  return {
    language,
    say,
    number,
    unit: unitInWords,
    time,
    date,
    seconds: shaped({ ...minutes, second: '2-digit' }),
    change(value, precision) {
      const size = number(Math.abs(value), precision)
      if (size === number(0, precision)) return '='
      return `${value < 0 ? minus : '+'}${narrow}${size}`
    },
    figure(value, of, precision) {
      const written = unitInWords(of)
      if (written === '') return number(value, precision)
      if (written === '%') return `${number(value, precision)}${language === 'fr' ? narrow : ''}%`
      return written.startsWith('/')
        ? `${number(value, precision)}${written}`
        : `${number(value, precision)}${nbsp}${written}`
    },
    when: (at, beside) => (date(at) === date(beside) ? time(at) : `${short(at)} ${time(at)}`),
    universal(at) {
      const of = new Date(at)
      return `${two(of.getUTCHours())}:${two(of.getUTCMinutes())}${nbsp}Z`
    },
    group(at) {
      const of = new Date(at)
      const month = months[of.getUTCMonth()] ?? ''
      return `${two(of.getUTCDate())}${two(of.getUTCHours())}${two(of.getUTCMinutes())}Z${month}${two(of.getUTCFullYear() % 100)}`
    },
    lasting(ms) {
      const all = Math.max(0, Math.round(ms / 60_000))
      if (all < 60) return `${all}${nbsp}min`
      if (all < 48 * 60) return `${Math.floor(all / 60)}${nbsp}h${nbsp}${two(all % 60)}`
      return language === 'fr' ? `${Math.round(all / 1440)}${nbsp}j` : `${Math.round(all / 1440)}${nbsp}d`
    },
  }
}
