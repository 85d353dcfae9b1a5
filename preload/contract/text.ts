/**
 * Texts come from outside. What could turn a line round, hide in it or break it is taken out: control characters
 * (but line feed), bidi controls (Unicode TR9), invisible fillers, tags and lone surrogates.
 */
const unprintable =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu

/** @param most UTF-16 units at most; what is cut ends in … */
export function printable(text: string, most = 2000): string {
  const bounded = text.length > most ? `${text.slice(0, most - 1)}…` : text
  return bounded.replace(unprintable, '')
}

/** For what is one line: a title, a unit, a line of a log. A line break in it would begin another's. */
export const oneLine = (text: string, most = 2000): string => printable(text, most).replaceAll('\n', ' ')

const marks = /\p{Mark}/gu
const plain = /^[\u0000-\u007f]*$/

/** As it is typed in a hurry: no accents, no capitals. */
export const folded = (text: string): string =>
  (plain.test(text) ? text : text.normalize('NFD').replace(marks, '')).toLowerCase()

const deepest = 16

/** Cleans every string in a decoded body, keys too; arrays and objects deeper than 16 become null. */
export function printableBody<T>(value: T, most = 4000): T {
  return clean(value, most, 0) as T
}

function clean(value: unknown, most: number, depth: number): unknown {
  if (typeof value === 'string') return printable(value, most)
  if (typeof value !== 'object' || value === null) return value
  if (depth >= deepest) return null
  if (Array.isArray(value)) return value.map((item) => clean(item, most, depth + 1))
  const cleaned: { [key: string]: unknown } = {}
  for (const [key, item] of Object.entries(value)) {
    if (key === '__proto__') continue
    cleaned[printable(key, 200)] = clean(item, most, depth + 1)
  }
  return cleaned
}

/** What a schema wanted, without what it was given: that may be anybody's words, and a log may be kept. */
export const wantedOf = ({ message }: { message: string }): string =>
  message.replace(/(?: but r|: R)eceived [^]*$/, '')
