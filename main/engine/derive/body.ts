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

const quote = 0x22
const backslash = 0x5c
const [open, close, openList, closeList, colon] = [0x7b, 0x7d, 0x5b, 0x5d, 0x3a]
const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

/** @returns behind the string that begins here, or `to` */
function behindString(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from + 1; at < to; at++) {
    const byte = bytes[at]
    if (byte === backslash) at++
    else if (byte === quote) return at + 1
  }
  return to
}

/** @returns behind the value that begins here, or `to` */
function behindValue(bytes: Uint8Array, from: number, to: number): number {
  const first = bytes[from]
  if (first === quote) return behindString(bytes, from, to)
  if (first !== open && first !== openList) {
    for (let at = from; at < to; at++) {
      const byte = bytes[at]!
      if (byte === 0x2c || byte === close || byte === closeList || isSpace(byte)) return at
    }
    return to
  }
  let depth = 0
  for (let at = from; at < to; at++) {
    const byte = bytes[at]
    if (byte === quote) at = behindString(bytes, at, to) - 1
    else if (byte === open || byte === openList) depth++
    else if ((byte === close || byte === closeList) && --depth === 0) return at + 1
  }
  return to
}

const isAt = (bytes: Uint8Array, from: number, word: Uint8Array): boolean => {
  for (let i = 0; i < word.length; i++) if (bytes[from + i] !== word[i]) return false
  return true
}

const propertiesWord = encode.encode('properties')
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
    if (first === quote) {
      for (let at = from + 1; at < to - 1; at++)
        if (bytes[at] === backslash) return JSON.parse(utf8.decode(bytes.subarray(from, to))) as string
      return textAt(bytes, from + 1, to - 1)
    }
    if (first === open || first === openList) return undefined
    const text = utf8.decode(bytes.subarray(from, to))
    if (text === 'true' || text === 'false') return text === 'true'
    const value = text === 'null' || text === '' ? Number.NaN : Number(text)
    return Number.isNaN(value) ? undefined : value
  }

  /** What this object has of it; where it has `properties`, `inner` is where they are. @returns false: it must be parsed */
  let found = -1
  let foundTo = -1
  let inner = -1
  const walk = (bytes: Uint8Array, from: number, to: number): boolean => {
    found = foundTo = inner = -1
    let at = from + 1
    while (at < to) {
      while (at < to && bytes[at] !== quote) {
        if (bytes[at] === close) return true
        at++
      }
      const key = at + 1
      at = behindString(bytes, at, to)
      const length = at - 1 - key
      for (let i = key; i < at - 1; i++) if (bytes[i] === backslash) return false
      while (at < to && (bytes[at] === colon || isSpace(bytes[at]!))) at++
      const value = at
      at = behindValue(bytes, at, to)
      // of two of one name the last counts, as it does for JSON
      if (length === word.length && isAt(bytes, key, word)) {
        found = value
        foundTo = at
      }
      if (length === propertiesWord.length && isAt(bytes, key, propertiesWord)) inner = value
    }
    // cut off: nothing of it is sure
    found = foundTo = inner = -1
    return true
  }

  return (bytes, from, to) => {
    let start = from
    while (start < to && isSpace(bytes[start]!)) start++
    if (start >= to) return undefined
    try {
      if (bytes[start] !== open || !walk(bytes, start, to)) return parsed(bytes, from, to, name)
      const [own, ownTo, properties] = [found, foundTo, inner]
      if (properties >= 0 && bytes[properties] === open) {
        if (!walk(bytes, properties, behindValue(bytes, properties, to)))
          return parsed(bytes, from, to, name)
        if (found >= 0) return valueAt(bytes, found, foundTo)
      }
      return own < 0 ? undefined : valueAt(bytes, own, ownTo)
    } catch {
      return undefined
    }
  }
}
