import type { Language } from '../../preload/contract/words.ts'
import { locales } from './words.ts'

/** A number and what belongs to it never part: U+202F before a percent sign, U+00A0 elsewhere. */
const narrow = '\u202f'
const space = '\u00a0'
const minus = '\u2212'

const formats = new Map<string, Intl.NumberFormat>()
function format(language: Language, least: number, most: number): Intl.NumberFormat {
  const key = `${language} ${least} ${most}`
  const known = formats.get(key)
  if (known !== undefined) return known
  const made = new Intl.NumberFormat(locales[language], {
    minimumFractionDigits: least,
    maximumFractionDigits: most,
  })
  formats.set(key, made)
  return made
}

const withMinus = (text: string): string => text.replace('-', minus)

/** @param precision digits after the decimal point; left out: up to one, when there is one */
export const number = (value: number, language: Language, precision?: number): string =>
  withMinus(format(language, precision ?? 0, precision ?? 1).format(value))

/** A figure for a wall: what is read large, and what stands small beside it. */
export interface Figure {
  figure: string
  /** `k`, `M`, or nothing */
  scale: string
}

/** From ten thousand up nobody reads the last digits from five metres: `38,2 k`, `312 k`, `1,4 M`. */
export function figure(value: number, language: Language, precision?: number): Figure {
  const size = Math.abs(value)
  const [scale, name] = size >= 999_500 ? [1_000_000, 'M'] : size >= 10_000 ? [1000, 'k'] : [1, '']
  if (scale === 1) return { figure: number(value, language, precision), scale: '' }
  const scaled = value / scale
  return {
    figure: withMinus(format(language, 0, Math.abs(scaled) >= 99.95 ? 0 : 1).format(scaled)),
    scale: name,
  }
}

/** `38,2 k` in one piece. */
export function compact(value: number, language: Language, precision?: number): string {
  const { figure: text, scale } = figure(value, language, precision)
  return scale === '' ? text : `${text}${space}${scale}`
}

const byteUnits = { fr: ['o', 'ko', 'Mo', 'Go'], en: ['B', 'kB', 'MB', 'GB'] } as const

/** `820 o`, `38 ko`, `1,4 Mo`: in thousands, as systems of files say them to people. */
export function bytes(value: number, language: Language): string {
  let at = 0
  let scaled = value
  for (; scaled >= 999.5 && at < 3; at++) scaled /= 1000
  const text = format(language, 0, at > 0 && scaled < 9.95 ? 1 : 0).format(scaled)
  return `${text}${space}${byteUnits[language][at] ?? ''}`
}

/** `+ 9`, `− 0,3`, `+ 2,1 k`; `=` when nothing changed at the precision shown. */
export function change(value: number, language: Language, precision?: number): string {
  const text = compact(Math.abs(value), language, precision)
  const none = compact(0, language, precision)
  if (text === none) return '='
  return `${value < 0 ? minus : '+'}${space}${text}`
}

/** `61 %` in French, `61%` in English. */
export const percent = (value: number, language: Language): string =>
  `${number(value, language, 0)}${language === 'fr' ? narrow : ''}%`
