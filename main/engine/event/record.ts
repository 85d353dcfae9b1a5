/**
 * How an event lies in the cache: a fixed head, its attributes, and the body's bytes as they came, so nothing is
 * serialised twice. A segment's body is a run of these, nothing between them. Little-endian.
 *
 * | at | size | |
 * |---|---|---|
 * | 0 | 4 | bytes of the whole record |
 * | 4 | 8 | stream sequence, f64 |
 * | 12 | 8 | published, ms since 1970, f64 |
 * | 20 | 8 | time |
 * | 28 | 8 | expires, NaN: never |
 * | 36 | 1 | type, index into `eventTypes`; with `withReceived` on it, the record has its received time |
 * | 37 | 1 | bytes of marking (the level as it was sent; none: the product's) |
 * | 38 | 1 | bytes of entity |
 * | 39 | 1 | bytes of caveats, comma separated |
 * | 40 | 2 | bytes of id |
 * | 42 | 2 | bytes of source |
 * | 44 | 6 | received, ms since 1970, whole; records of versions 1 and 2 of the cache are without it |
 * | 50 | … | marking, entity, caveats, id, source, body; an empty body ends the entity |
 */
import { bodies, type EventType } from '../../../preload/contract/event.ts'

/** Stored by index: only ever append. */
export const eventTypes = Object.keys(bodies) as EventType[]

/** On the type: the head is longer by the time at which the event was received. */
const withReceived = 0x80
const bareHeadBytes = 44
/** Of a record as it is written now. */
export const headBytes = 50

/** A record as it lies in `bytes`; texts are decoded only when asked for. */
export interface StoredEvent {
  sequence: number
  published: number
  /** null: it was kept before that was noted */
  received: number | null
  time: number
  expires: number | null
  type: EventType
  marking: string
  entity: string
  caveats: string
  id: string
  source: string
  /** of the body, in the bytes that were read */
  from: number
  to: number
}

const utf8 = new TextDecoder()

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

export const recordBytes = (view: DataView, at: number): number => view.getUint32(at, true)
export const recordPublished = (view: DataView, at: number): number => view.getFloat64(at + 12, true)
export const recordSequence = (view: DataView, at: number): number => view.getFloat64(at + 4, true)

const isWithReceived = (view: DataView, at: number): boolean => (view.getUint8(at + 36) & withReceived) !== 0
const textsAt = (view: DataView, at: number): number =>
  at + (isWithReceived(view, at) ? headBytes : bareHeadBytes)

/** @returns ms since 1970; null: it was kept before that was noted */
const receivedAt = (view: DataView, at: number): number | null =>
  isWithReceived(view, at) ? view.getUint32(at + 44, true) + view.getUint16(at + 48, true) * 2 ** 32 : null

const latest = 2 ** 48 - 1

/** @param type index into `eventTypes` */
export function writeTypeAndReceived(view: DataView, at: number, type: number, received: number): void {
  const whole = Math.min(latest, Math.max(0, Math.round(received)))
  view.setUint8(at + 36, type | withReceived)
  view.setUint32(at + 44, whole % 2 ** 32, true)
  view.setUint16(at + 48, Math.floor(whole / 2 ** 32), true)
}

/** @throws RangeError where the bytes are no record */
export function readRecord(bytes: Uint8Array, view: DataView, at: number): StoredEvent {
  const size = view.getUint32(at, true)
  const to = at + size
  let from = textsAt(view, at)
  if (from > to || to > bytes.length) throw new RangeError('a record reaches beyond its segment')
  const text = (length: number): string => {
    const start = from
    from += length
    return utf8.decode(bytes.subarray(start, from))
  }
  const expires = view.getFloat64(at + 28, true)
  const type = eventTypes[view.getUint8(at + 36) & ~withReceived]
  if (type === undefined) throw new RangeError('a record of an unknown type')
  const marking = text(view.getUint8(at + 37))
  const entity = text(view.getUint8(at + 38))
  const caveats = text(view.getUint8(at + 39))
  const id = text(view.getUint16(at + 40, true))
  const source = text(view.getUint16(at + 42, true))
  if (from > to) throw new RangeError('a record shorter than its texts')
  return {
    sequence: view.getFloat64(at + 4, true),
    published: view.getFloat64(at + 12, true),
    received: receivedAt(view, at),
    time: view.getFloat64(at + 20, true),
    expires: Number.isNaN(expires) ? null : expires,
    type,
    marking,
    entity,
    caveats,
    id,
    source,
    from,
    to,
  }
}

/** Where the record's body begins; it ends with the record. */
export const bodyAt = (view: DataView, at: number): number =>
  textsAt(view, at) +
  view.getUint8(at + 37) +
  view.getUint8(at + 38) +
  view.getUint8(at + 39) +
  view.getUint16(at + 40, true) +
  view.getUint16(at + 42, true)

/** The entity and id of a record, without the rest: what a search through the log needs. */
export function readEntity(bytes: Uint8Array, view: DataView, at: number): string {
  const from = textsAt(view, at) + view.getUint8(at + 37)
  return utf8.decode(bytes.subarray(from, from + view.getUint8(at + 38)))
}

/** Its caveats as they stand, comma separated; '': it has none, which nearly all have, and costs nothing to know. */
export function readCaveats(bytes: Uint8Array, view: DataView, at: number): string {
  const length = view.getUint8(at + 39)
  if (length === 0) return ''
  const from = textsAt(view, at) + view.getUint8(at + 37) + view.getUint8(at + 38)
  return utf8.decode(bytes.subarray(from, from + length))
}

export function readId(bytes: Uint8Array, view: DataView, at: number): string {
  const from = textsAt(view, at) + view.getUint8(at + 37) + view.getUint8(at + 38) + view.getUint8(at + 39)
  return utf8.decode(bytes.subarray(from, from + view.getUint16(at + 40, true)))
}

/** FNV-1a, 32 bit: small and even enough to say that an entity is not in a segment. */
export function entityHash(entity: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < entity.length; i++) hash = Math.imul(hash ^ entity.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
