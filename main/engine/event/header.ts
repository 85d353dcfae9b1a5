/**
 * The CloudEvents attributes of a message (NATS binding, binary mode), read straight from the header's bytes:
 * making a map of strings of every message costs more than all else together.
 */
import type { ProblemCode } from '../../../preload/contract/result.ts'

/** Where each attribute's value lies in `bytes`; `from` equal to `to`: empty or missing. */
export interface Header {
  bytes: Uint8Array
  idFrom: number
  idTo: number
  sourceFrom: number
  sourceTo: number
  typeFrom: number
  typeTo: number
  timeFrom: number
  timeTo: number
  subjectFrom: number
  subjectTo: number
  expiresFrom: number
  expiresTo: number
  markingFrom: number
  markingTo: number
  caveatsFrom: number
  caveatsTo: number
}

export const createHeader = (): Header => ({
  bytes: new Uint8Array(0),
  idFrom: 0,
  idTo: 0,
  sourceFrom: 0,
  sourceTo: 0,
  typeFrom: 0,
  typeTo: 0,
  timeFrom: 0,
  timeTo: 0,
  subjectFrom: 0,
  subjectTo: 0,
  expiresFrom: 0,
  expiresTo: 0,
  markingFrom: 0,
  markingTo: 0,
  caveatsFrom: 0,
  caveatsTo: 0,
})

export type Refusal = { code: ProblemCode; message: string }
export const refuse = (code: ProblemCode, message: string): Refusal => ({ code, message })

const codes = (name: string): Uint8Array => new TextEncoder().encode(name)
const names = {
  specversion: codes('specversion'),
  id: codes('id'),
  source: codes('source'),
  type: codes('type'),
  time: codes('time'),
  subject: codes('subject'),
  expires: codes('expires'),
  marking: codes('marking'),
  caveats: codes('caveats'),
}

const isNamed = (bytes: Uint8Array, from: number, name: Uint8Array): boolean => {
  for (let i = 0; i < name.length; i++) if ((bytes[from + i]! | 0x20) !== name[i]) return false
  return true
}

const missing = (name: string): Refusal => refuse('message.header-missing', `ce-${name} is missing`)
const twice = (name: string): Refusal => refuse('message.header-invalid', `ce-${name} is there twice`)
const long = (name: string): Refusal => refuse('message.header-invalid', `ce-${name} is too long`)

const refusals = {
  none: refuse('message.header-missing', 'the message has no headers'),
  version: refuse('message.header-invalid', 'ce-specversion is not 1.0'),
  noVersion: missing('specversion'),
  noId: missing('id'),
  noSource: missing('source'),
  noType: missing('type'),
  noTime: missing('time'),
  noSubject: missing('subject'),
  longId: long('id'),
  longSource: long('source'),
  longSubject: long('subject'),
  longMarking: long('marking'),
  longCaveats: long('caveats'),
  idTwice: twice('id'),
  sourceTwice: twice('source'),
  typeTwice: twice('type'),
  timeTwice: twice('time'),
  subjectTwice: twice('subject'),
  expiresTwice: twice('expires'),
  markingTwice: twice('marking'),
  caveatsTwice: twice('caveats'),
  versionTwice: twice('specversion'),
}

const CR = 13
const COLON = 58
const SPACE = 32
const TAB = 9

/** Fills `into` from the header block that lies at `from`…`to` of `bytes`. @returns why it is refused, or null */
export function readHeader(bytes: Uint8Array, from: number, to: number, into: Header): Refusal | null {
  into.bytes = bytes
  into.idFrom = into.idTo = into.sourceFrom = into.sourceTo = into.typeFrom = into.typeTo = 0
  into.timeFrom = into.timeTo = into.subjectFrom = into.subjectTo = into.expiresFrom = into.expiresTo = 0
  into.markingFrom = into.markingTo = into.caveatsFrom = into.caveatsTo = 0
  if (to - from < 12) return refusals.none
  let version = 0
  let at = from
  // the first line is NATS/1.0
  while (at < to && bytes[at] !== CR) at++
  at += 2
  while (at < to) {
    const line = at
    while (at < to && bytes[at] !== COLON && bytes[at] !== CR) at++
    if (at >= to || bytes[at] === CR) {
      at += 2
      continue
    }
    const nameEnd = at
    at++
    while (at < to && (bytes[at] === SPACE || bytes[at] === TAB)) at++
    const valueFrom = at
    while (at < to && bytes[at] !== CR) at++
    let valueTo = at
    while (valueTo > valueFrom && (bytes[valueTo - 1] === SPACE || bytes[valueTo - 1] === TAB)) valueTo--
    at += 2
    // ce-…
    if (
      nameEnd - line < 5 ||
      bytes[line + 2] !== 45 ||
      (bytes[line]! | 32) !== 99 ||
      (bytes[line + 1]! | 32) !== 101
    )
      continue
    const name = line + 3
    switch (nameEnd - name) {
      case 2:
        if (!isNamed(bytes, name, names.id)) break
        if (into.idFrom !== 0) return refusals.idTwice
        into.idFrom = valueFrom
        into.idTo = valueTo
        break
      case 4:
        if (isNamed(bytes, name, names.type)) {
          if (into.typeFrom !== 0) return refusals.typeTwice
          into.typeFrom = valueFrom
          into.typeTo = valueTo
        } else if (isNamed(bytes, name, names.time)) {
          if (into.timeFrom !== 0) return refusals.timeTwice
          into.timeFrom = valueFrom
          into.timeTo = valueTo
        }
        break
      case 6:
        if (!isNamed(bytes, name, names.source)) break
        if (into.sourceFrom !== 0) return refusals.sourceTwice
        into.sourceFrom = valueFrom
        into.sourceTo = valueTo
        break
      case 7:
        if (isNamed(bytes, name, names.subject)) {
          if (into.subjectFrom !== 0) return refusals.subjectTwice
          into.subjectFrom = valueFrom
          into.subjectTo = valueTo
        } else if (isNamed(bytes, name, names.expires)) {
          if (into.expiresFrom !== 0) return refusals.expiresTwice
          into.expiresFrom = valueFrom
          into.expiresTo = valueTo
        } else if (isNamed(bytes, name, names.marking)) {
          if (into.markingFrom !== 0) return refusals.markingTwice
          into.markingFrom = valueFrom
          into.markingTo = valueTo
        } else if (isNamed(bytes, name, names.caveats)) {
          if (into.caveatsFrom !== 0) return refusals.caveatsTwice
          into.caveatsFrom = valueFrom
          into.caveatsTo = valueTo
        }
        break
      case 11:
        if (!isNamed(bytes, name, names.specversion)) break
        if (version !== 0) return refusals.versionTwice
        version =
          valueTo - valueFrom === 3 &&
          bytes[valueFrom] === 49 &&
          bytes[valueFrom + 1] === 46 &&
          bytes[valueFrom + 2] === 48
            ? 1
            : 2
        break
    }
  }
  if (version === 0) return refusals.noVersion
  if (version === 2) return refusals.version
  if (into.idTo === into.idFrom) return refusals.noId
  if (into.sourceTo === into.sourceFrom) return refusals.noSource
  if (into.typeTo === into.typeFrom) return refusals.noType
  if (into.timeTo === into.timeFrom) return refusals.noTime
  if (into.subjectTo === into.subjectFrom) return refusals.noSubject
  if (into.idTo - into.idFrom > 255) return refusals.longId
  if (into.sourceTo - into.sourceFrom > 1000) return refusals.longSource
  if (into.subjectTo - into.subjectFrom > 200) return refusals.longSubject
  if (into.markingTo - into.markingFrom > 64) return refusals.longMarking
  if (into.caveatsTo - into.caveatsFrom > 200) return refusals.longCaveats
  return null
}

const digit = (bytes: Uint8Array, at: number): number => {
  const value = bytes[at]! - 48
  return value >= 0 && value <= 9 ? value : Number.NaN
}
const two = (bytes: Uint8Array, at: number): number => digit(bytes, at) * 10 + digit(bytes, at + 1)

/** Days from 1970-01-01 in the proleptic Gregorian calendar. */
function days(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return (
    era * 146_097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    719_468
  )
}

const monthDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** RFC 3339 date-time. @returns ms since 1970 UTC, NaN where it is none */
export function readTime(bytes: Uint8Array, from: number, to: number): number {
  if (to - from < 20 || to - from > 40) return Number.NaN
  const year = two(bytes, from) * 100 + two(bytes, from + 2)
  const month = two(bytes, from + 5)
  const day = two(bytes, from + 8)
  const hour = two(bytes, from + 11)
  const minute = two(bytes, from + 14)
  const second = two(bytes, from + 17)
  const t = bytes[from + 10]
  if (bytes[from + 4] !== 45 || bytes[from + 7] !== 45 || (t !== 84 && t !== 116 && t !== SPACE))
    return Number.NaN
  if (bytes[from + 13] !== COLON || bytes[from + 16] !== COLON) return Number.NaN
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= monthDays[month - 1]!)) return Number.NaN
  if (day === 29 && month === 2 && (year % 4 !== 0 || (year % 100 === 0 && year % 400 !== 0)))
    return Number.NaN
  // 60: a leap second
  if (!(hour <= 23 && minute <= 59 && second <= 60)) return Number.NaN
  let at = from + 19
  let fraction = 0
  if (bytes[at] === 46) {
    at++
    let unit = 100
    const start = at
    for (let value = digit(bytes, at); at < to && !Number.isNaN(value); value = digit(bytes, ++at)) {
      fraction += value * unit
      unit /= 10
    }
    if (at === start) return Number.NaN
  }
  const ms =
    days(year, month, day) * 86_400_000 +
    hour * 3_600_000 +
    minute * 60_000 +
    second * 1000 +
    Math.floor(fraction + 1e-6)
  const zone = bytes[at]
  if ((zone === 90 || zone === 122) && at + 1 === to) return ms
  if ((zone !== 43 && zone !== 45) || at + 6 !== to || bytes[at + 3] !== COLON) return Number.NaN
  const zoneHour = two(bytes, at + 1)
  const zoneMinute = two(bytes, at + 4)
  if (!(zoneHour <= 23 && zoneMinute <= 59)) return Number.NaN
  const offset = (zoneHour * 60 + zoneMinute) * 60_000
  return zone === 43 ? ms - offset : ms + offset
}

/** Printable ASCII without space, as a NATS subject's tokens are. */
export function isPlain(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const code = bytes[i]!
    if (code <= SPACE || code > 126) return false
  }
  return true
}
