/**
 * One property of an event's body, straight from its bytes: what a condition asks of each event of a flood costs a walk over
 * them, and no object. The bytes are JSON, or nothing is found; what the walk does not read (an escape in a name) is parsed.
 */
import type { Value } from './rows.ts'

export type ReadProperty = (bytes: Uint8Array, from: number, to: number) => Value

const utf8 = new TextDecoder()
const encode = new TextEncoder()
type Json = { [key: string]: unknown }
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null

/** The whole body, as an object. */
function parsed(bytes: Uint8Array, from: number, to: number, name: string): Value {
  try {
    const body: unknown = JSON.parse(utf8.decode(bytes.subarray(from, to)))
    if (!isObject(body)) return undefined
    const { properties } = body
    const holder = isObject(properties) && Object.hasOwn(properties, name) ? properties : body
    const value = Object.hasOwn(holder, name) ? holder[name] : undefined
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? value
      : undefined
  } catch {
    return undefined
  }
}

const [quote, backslash, open, close, openList, closeList, colon, comma] = [
  0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d, 0x3a, 0x2c,
]
const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

function isAt(bytes: Uint8Array, from: number, word: Uint8Array): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[from + i] !== word[i]) return false
  return true
}

const properties = encode.encode('properties')
const nowhere = -1
const unsure = -2

/**
 * One pass, no call for what is not asked: a flood's events are each walked once.
 * @returns where the value begins that the name has, of `properties` before its own; `nowhere`, or `unsure`: parse it
 */
function placeOf(bytes: Uint8Array, from: number, to: number, word: Uint8Array): number {
  let depth = 0
  let own = nowhere
  let inner = nowhere
  /** 1: what begins next is the object of `properties`; 2: within it */
  let within = 0
  for (let at = from; at < to; at++) {
    const byte = bytes[at]
    if (byte === 0x22) {
      const key = ++at
      let isEscaped = false
      while (at < to && bytes[at] !== 0x22) {
        if (bytes[at] === 0x5c) {
          isEscaped = true
          at++
        }
        at++
      }
      if (depth !== 1 && (depth !== 2 || within !== 2)) continue
      let next = at + 1
      while (next < to && isSpace(bytes[next]!)) next++
      // what a colon follows is a name
      if (bytes[next] !== colon || next >= to) continue
      if (isEscaped) return unsure
      const length = at - key
      const isNamed = length === word.length && isAt(bytes, key, word)
      const isProperties = depth === 1 && length === properties.length && isAt(bytes, key, properties)
      if (!isNamed && !isProperties) continue
      next++
      while (next < to && isSpace(bytes[next]!)) next++
      // of two of one name the last counts, as it does for JSON
      if (isProperties) {
        inner = nowhere
        within = bytes[next] === open ? 1 : 0
      }
      if (isNamed && depth === 1) own = next
      else if (isNamed) inner = next
    } else if (byte === 0x7b || byte === 0x5b) {
      depth++
      if (within === 1) within = 2
    } else if (byte === 0x7d || byte === 0x5d) {
      depth--
      if (depth === 1) within = 0
    }
  }
  // cut off: nothing of it is sure
  if (depth !== 0) return nowhere
  return inner === nowhere ? own : inner
}

/** @returns behind the string that begins here, or `to` */
function behindString(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from + 1; at < to; at++) {
    if (bytes[at] === backslash) at++
    else if (bytes[at] === quote) return at + 1
  }
  return to
}

/** Texts of a body are few: states, categories, zones. So many are kept, by what they were read of. */
const mostTexts = 500
const longestText = 64

/** @param name of a property, its body's own or its `properties`' */
export function readProperty(name: string): ReadProperty {
  const word = encode.encode(name)
  const texts = new Map<number, { bytes: Uint8Array; text: string }>()

  const textAt = (bytes: Uint8Array, from: number, to: number): string => {
    const length = to - from
    if (length > longestText) return utf8.decode(bytes.subarray(from, to))
    let hash = length
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193)
    const known = texts.get(hash)
    if (known !== undefined && known.bytes.length === length && isAt(bytes, from, known.bytes))
      return known.text
    const text = utf8.decode(bytes.subarray(from, to))
    if (texts.size >= mostTexts) texts.clear()
    texts.set(hash, { bytes: bytes.slice(from, to), text })
    return text
  }

  const valueAt = (bytes: Uint8Array, from: number, to: number): Value => {
    const first = bytes[from]
    if (first === open || first === openList) return undefined
    if (first === quote) {
      const end = behindString(bytes, from, to)
      for (let at = from + 1; at < end - 1; at++)
        if (bytes[at] === backslash) return JSON.parse(utf8.decode(bytes.subarray(from, end))) as string
      return textAt(bytes, from + 1, end - 1)
    }
    let end = from
    while (end < to && !isSpace(bytes[end]!) && ![comma, close, closeList].includes(bytes[end]!)) end++
    const text = utf8.decode(bytes.subarray(from, end))
    if (text === 'true' || text === 'false') return text === 'true'
    const value = text === 'null' || text === '' ? Number.NaN : Number(text)
    return Number.isNaN(value) ? undefined : value
  }

  return (bytes, from, to) => {
    let start = from
    while (start < to && isSpace(bytes[start]!)) start++
    if (start >= to) return undefined
    try {
      const place = bytes[start] === open ? placeOf(bytes, start, to, word) : unsure
      if (place === unsure) return parsed(bytes, from, to, name)
      return place === nowhere ? undefined : valueAt(bytes, place, to)
    } catch {
      return undefined
    }
  }
}
