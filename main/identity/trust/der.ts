/** The outside of DER (X.690 §10): what follows what, without a tree of it. Lists have tens of thousands of entries. */

export interface Element {
  /** class, kind and number; none of ours needs more than one octet */
  tag: number
  content: Uint8Array
  /** with its tag and length */
  whole: Uint8Array
}

/** @throws where it is none */
export function elementsOf(bytes: Uint8Array): Element[] {
  const elements: Element[] = []
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at] ?? 0
    const first = bytes[at + 1]
    if (first === undefined || (tag & 0x1f) === 0x1f) throw new Error('no DER')
    let begin = at + 2
    let length = first
    if (first > 0x80) {
      const octets = first - 0x80
      if (octets > 4) throw new Error('no DER')
      length = 0
      for (let each = 0; each < octets; each++) length = length * 256 + (bytes[begin++] ?? NaN)
    } else if (first === 0x80) throw new Error('no DER')
    const end = begin + length
    if (!(end <= bytes.length)) throw new Error('no DER')
    elements.push({ tag, content: bytes.subarray(begin, end), whole: bytes.subarray(at, end) })
    at = end
  }
  return elements
}

/** The parts of the one sequence that these bytes are. @throws where they are none */
export function sequenceOf(bytes: Uint8Array): Element[] {
  const [one, ...more] = elementsOf(bytes)
  if (one?.tag !== SEQUENCE || more.length > 0) throw new Error('no sequence')
  return elementsOf(one.content)
}

export const BOOLEAN = 0x01
export const INTEGER = 0x02
export const BIT_STRING = 0x03
export const SEQUENCE = 0x30
const UTC_TIME = 0x17
const GENERALIZED_TIME = 0x18

export const isTime = ({ tag }: Element): boolean => tag === UTC_TIME || tag === GENERALIZED_TIME

/** RFC 5280 §5.1.2.4: in seconds, in Zulu, two digits of a year up to 2049. @returns ms since 1970 @throws where it is none */
export function timeOf({ tag, content }: Element): number {
  const text = Buffer.from(content).toString('latin1')
  const found = (
    tag === UTC_TIME ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/ : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
  ).exec(text)
  if (found === null) throw new Error('no time')
  const [year = 0, month = 0, ...rest] = found.slice(1).map(Number)
  const [day, hour, minute, second] = rest
  return Date.UTC(
    tag === UTC_TIME ? year + (year < 50 ? 2000 : 1900) : year,
    month - 1,
    day,
    hour,
    minute,
    second,
  )
}

/** A number's digits, hexadecimal, without leading zeros. */
export const hexOf = (content: Uint8Array): string =>
  Buffer.from(content)
    .toString('hex')
    .replace(/^0+(?=.)/, '')
