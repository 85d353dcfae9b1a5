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
 * | 36 | 1 | type, index into `eventTypes` |
 * | 37 | 1 | bytes of marking (the level as it was sent; none: the product's) |
 * | 38 | 1 | bytes of entity |
 * | 39 | 1 | bytes of caveats, comma separated |
 * | 40 | 2 | bytes of id |
 * | 42 | 2 | bytes of source |
 * | 44 | … | marking, entity, caveats, id, source, body; an empty body ends the entity |
 */
import { bodies, type EventType } from '../../../preload/contract/event.ts'

/** Stored by index: only ever append. */
export const eventTypes = Object.keys(bodies) as EventType[]

/** A segment below this is small: several of them are joined. */
export const smallBytes = 64 * 1024

export const headBytes = 44

/** A record as it lies in `bytes`; texts are decoded only when asked for. */
export interface StoredEvent {
  sequence: number
  published: number
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
export const recordSequence = (view: DataView, at: number): number => view.getFloat64(at + 4, true)

/** @throws RangeError where the bytes are no record */
export function readRecord(bytes: Uint8Array, view: DataView, at: number): StoredEvent {
  const size = view.getUint32(at, true)
  const to = at + size
  if (size < headBytes || to > bytes.length) throw new RangeError('a record reaches beyond its segment')
  let from = at + headBytes
  const text = (length: number): string => {
    const start = from
    from += length
    return utf8.decode(bytes.subarray(start, from))
  }
  const expires = view.getFloat64(at + 28, true)
  const type = eventTypes[view.getUint8(at + 36)]
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

/** The entity and id of a record, without the rest: what a search through the log needs. */
export function readEntity(bytes: Uint8Array, view: DataView, at: number): string {
  const from = at + headBytes + view.getUint8(at + 37)
  return utf8.decode(bytes.subarray(from, from + view.getUint8(at + 38)))
}

export function readId(bytes: Uint8Array, view: DataView, at: number): string {
  const from = at + headBytes + view.getUint8(at + 37) + view.getUint8(at + 38) + view.getUint8(at + 39)
  return utf8.decode(bytes.subarray(from, from + view.getUint16(at + 40, true)))
}

/** FNV-1a, 32 bit: small and even enough to say that an entity is not in a segment. */
export function entityHash(entity: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < entity.length; i++) hash = Math.imul(hash ^ entity.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** @param hashes of a batch, repeats allowed; @returns the sorted set, as it is stored */
export function hashIndex(hashes: Uint32Array): Uint8Array {
  const sorted = hashes.slice().sort()
  let kept = 0
  for (let i = 0; i < sorted.length; i++) {
    const hash = sorted[i]!
    if (kept === 0 || sorted[kept - 1] !== hash) sorted[kept++] = hash
  }
  return new Uint8Array(sorted.buffer, 0, kept * 4)
}

export function hasHash(index: Uint8Array, hash: number): boolean {
  const view = viewOf(index)
  let low = 0
  let high = index.byteLength / 4 - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const found = view.getUint32(middle * 4, true)
    if (found === hash) return true
    if (found < hash) low = middle + 1
    else high = middle - 1
  }
  return false
}
