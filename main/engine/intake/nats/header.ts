/**
 * The CloudEvents attributes of a message (NATS binding, binary mode), read straight from the header's bytes:
 * making a map of strings of every message costs more than all else together.
 */
import { clearAttributes, reject, type Event, type Rejection } from '../../event/event.ts'

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

const missing = (name: string): Rejection => reject('message.header-missing', `ce-${name} is missing`)
const twice = (name: string): Rejection => reject('message.header-invalid', `ce-${name} is there twice`)
const long = (name: string): Rejection => reject('message.header-invalid', `ce-${name} is too long`)

const rejections = {
  none: reject('message.header-missing', 'the message has no headers'),
  version: reject('message.header-invalid', 'ce-specversion is not 1.0'),
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

/** Fills `into` from the header block that lies at `from`…`to` of `bytes`. @returns why it is rejected, or null */
export function readHeader(bytes: Uint8Array, from: number, to: number, into: Event): Rejection | null {
  into.bytes = bytes
  clearAttributes(into)
  if (to - from < 12) return rejections.none
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
        if (into.idFrom !== 0) return rejections.idTwice
        into.idFrom = valueFrom
        into.idTo = valueTo
        break
      case 4:
        if (isNamed(bytes, name, names.type)) {
          if (into.typeFrom !== 0) return rejections.typeTwice
          into.typeFrom = valueFrom
          into.typeTo = valueTo
        } else if (isNamed(bytes, name, names.time)) {
          if (into.timeFrom !== 0) return rejections.timeTwice
          into.timeFrom = valueFrom
          into.timeTo = valueTo
        }
        break
      case 6:
        if (!isNamed(bytes, name, names.source)) break
        if (into.sourceFrom !== 0) return rejections.sourceTwice
        into.sourceFrom = valueFrom
        into.sourceTo = valueTo
        break
      case 7:
        if (isNamed(bytes, name, names.subject)) {
          if (into.subjectFrom !== 0) return rejections.subjectTwice
          into.subjectFrom = valueFrom
          into.subjectTo = valueTo
        } else if (isNamed(bytes, name, names.expires)) {
          if (into.expiresFrom !== 0) return rejections.expiresTwice
          into.expiresFrom = valueFrom
          into.expiresTo = valueTo
        } else if (isNamed(bytes, name, names.marking)) {
          if (into.markingFrom !== 0) return rejections.markingTwice
          into.markingFrom = valueFrom
          into.markingTo = valueTo
        } else if (isNamed(bytes, name, names.caveats)) {
          if (into.caveatsFrom !== 0) return rejections.caveatsTwice
          into.caveatsFrom = valueFrom
          into.caveatsTo = valueTo
        }
        break
      case 11:
        if (!isNamed(bytes, name, names.specversion)) break
        if (version !== 0) return rejections.versionTwice
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
  if (version === 0) return rejections.noVersion
  if (version === 2) return rejections.version
  if (into.idTo === into.idFrom) return rejections.noId
  if (into.sourceTo === into.sourceFrom) return rejections.noSource
  if (into.typeTo === into.typeFrom) return rejections.noType
  if (into.timeTo === into.timeFrom) return rejections.noTime
  if (into.subjectTo === into.subjectFrom) return rejections.noSubject
  if (into.idTo - into.idFrom > 255) return rejections.longId
  if (into.sourceTo - into.sourceFrom > 1000) return rejections.longSource
  if (into.subjectTo - into.subjectFrom > 200) return rejections.longSubject
  if (into.markingTo - into.markingFrom > 64) return rejections.longMarking
  if (into.caveatsTo - into.caveatsFrom > 200) return rejections.longCaveats
  return null
}
