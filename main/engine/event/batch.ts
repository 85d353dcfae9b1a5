/**
 * Checked events of one product on their way to a commit: what the picture needs as columns, what the cache keeps
 * as one run of records (`record.ts`). Reused from commit to commit, so a steady stream makes no garbage.
 */
import type { Rank } from '../../../preload/contract/marking.ts'
import type { Event } from './event.ts'
import type { Facts } from './facts.ts'
import {
  entityHash,
  eventTypes,
  headBytes,
  readRecord,
  recordBytes,
  viewOf,
  writeTypeAndReceived,
} from './record.ts'

/**
 * In the place of a rank: the message has no marking of its own, so it has its product's, whatever that is when somebody
 * looks. A rank that was resolved on the way in would outlive a product that is raised.
 */
export const unmarked = 255

/** Columns are equally long; only the first `count` rows count. Times in ms since 1970, NaN for none. */
export interface Batch {
  count: number
  /** the sequences that this batch settles, rejected ones too; `last` 0: none yet */
  first: number
  last: number
  firstPublished: number
  lastPublished: number
  sequence: Float64Array
  published: Float64Array
  time: Float64Array
  expires: Float64Array
  lon: Float64Array
  lat: Float64Array
  course: Float32Array
  speed: Float32Array
  value: Float64Array
  severity: Uint8Array
  /** a rank, or `unmarked` */
  marking: Uint8Array
  type: Uint8Array
  /** 1: the entity is ended */
  ended: Uint8Array
  hash: Uint32Array
  /** of the record in `bytes` */
  offset: Uint32Array
  length: Uint32Array
  entity: string[]
  symbol: string[]
  name: string[]
  series: string[]
  unit: (string | null)[]
  bytes: Buffer
  view: DataView
  used: number
}

/** Small: a catalog may list thousands of products that say little. A busy one's batch grows once and is kept. */
const firstRows = 16
const firstBytes = 4 * 1024
/** A batch that a flood made larger than this is let go after its commit. */
const keptBytes = 8 * 1024 * 1024

export function createBatch(): Batch {
  const bytes = Buffer.allocUnsafeSlow(firstBytes)
  return {
    count: 0,
    first: 0,
    last: 0,
    firstPublished: 0,
    lastPublished: 0,
    sequence: new Float64Array(firstRows),
    published: new Float64Array(firstRows),
    time: new Float64Array(firstRows),
    expires: new Float64Array(firstRows),
    lon: new Float64Array(firstRows),
    lat: new Float64Array(firstRows),
    course: new Float32Array(firstRows),
    speed: new Float32Array(firstRows),
    value: new Float64Array(firstRows),
    severity: new Uint8Array(firstRows),
    marking: new Uint8Array(firstRows),
    type: new Uint8Array(firstRows),
    ended: new Uint8Array(firstRows),
    hash: new Uint32Array(firstRows),
    offset: new Uint32Array(firstRows),
    length: new Uint32Array(firstRows),
    entity: [],
    symbol: [],
    name: [],
    series: [],
    unit: [],
    bytes,
    view: viewOf(bytes),
    used: 0,
  }
}

/** @returns whether the batch is worth keeping for another round */
export function clearBatch(batch: Batch): boolean {
  batch.count = 0
  batch.first = 0
  batch.last = 0
  batch.firstPublished = 0
  batch.lastPublished = 0
  batch.used = 0
  return batch.bytes.length <= keptBytes
}

/** What it takes of memory, about: a row's columns are 85 bytes. */
export const batchBytes = (batch: Batch): number => batch.bytes.length + batch.sequence.length * 85

type NumberColumn = Float64Array | Float32Array | Uint32Array | Uint8Array

function longer<C extends NumberColumn>(column: C): C {
  const grown = new (column.constructor as new (length: number) => C)(column.length * 2)
  grown.set(column)
  return grown
}

function growRows(batch: Batch): void {
  batch.sequence = longer(batch.sequence)
  batch.published = longer(batch.published)
  batch.time = longer(batch.time)
  batch.expires = longer(batch.expires)
  batch.lon = longer(batch.lon)
  batch.lat = longer(batch.lat)
  batch.course = longer(batch.course)
  batch.speed = longer(batch.speed)
  batch.value = longer(batch.value)
  batch.severity = longer(batch.severity)
  batch.marking = longer(batch.marking)
  batch.type = longer(batch.type)
  batch.ended = longer(batch.ended)
  batch.hash = longer(batch.hash)
  batch.offset = longer(batch.offset)
  batch.length = longer(batch.length)
}

function growBytes(batch: Batch, needed: number): void {
  let size = batch.bytes.length
  while (size < batch.used + needed) size *= 2
  const grown = Buffer.allocUnsafeSlow(size)
  grown.set(batch.bytes.subarray(0, batch.used))
  batch.bytes = grown
  batch.view = viewOf(grown)
}

/** The sequence is settled by this batch, with an event or without. Sequences come in order. */
export function settle(batch: Batch, from: number, sequence: number, published: number): void {
  if (batch.last === 0) {
    batch.first = from
    batch.firstPublished = published
  }
  batch.last = sequence
  batch.lastPublished = published
}

const copy = (target: Uint8Array, at: number, source: Uint8Array, from: number, to: number): number => {
  // A loop beats `set` of a new view for the short runs that attributes are.
  for (let i = from; i < to; i++) target[at++] = source[i]!
  return at
}

function columns(batch: Batch, row: number, facts: Facts): void {
  batch.lon[row] = facts.lon
  batch.lat[row] = facts.lat
  batch.course[row] = facts.course
  batch.speed[row] = facts.speed
  batch.severity[row] = facts.severity
  batch.value[row] = facts.value
  batch.symbol[row] = facts.symbol
  batch.name[row] = facts.name
  batch.series[row] = facts.series
  batch.unit[row] = facts.unit
}

/** What check found of an event besides its facts. */
export interface Judged {
  time: number
  /** NaN: never */
  expires: number
  /** index into `eventTypes` */
  type: number
  /** or `unmarked` */
  rank: Rank
}

/** Takes what is to be kept of it: the event itself may be filled again afterwards. */
export function append(batch: Batch, event: Event, judged: Judged, facts: Facts): void {
  const row = batch.count
  if (row === batch.sequence.length) growRows(batch)
  const marking = event.markingTo - event.markingFrom
  const caveats = event.caveatsTo - event.caveatsFrom
  const { body } = event
  const entity = event.subjectTo - event.subjectFrom
  const id = event.idTo - event.idFrom
  const source = event.sourceTo - event.sourceFrom
  const size = headBytes + marking + entity + caveats + id + source + body.length
  if (batch.used + size > batch.bytes.length) growBytes(batch, size)
  const { bytes, view } = batch
  const at = batch.used
  view.setUint32(at, size, true)
  view.setFloat64(at + 4, event.sequence, true)
  view.setFloat64(at + 12, event.published, true)
  view.setFloat64(at + 20, judged.time, true)
  view.setFloat64(at + 28, judged.expires, true)
  writeTypeAndReceived(view, at, judged.type, event.received)
  bytes[at + 37] = marking
  bytes[at + 38] = entity
  bytes[at + 39] = caveats
  view.setUint16(at + 40, id, true)
  view.setUint16(at + 42, source, true)
  let to = at + headBytes
  to = copy(bytes, to, event.bytes, event.markingFrom, event.markingTo)
  to = copy(bytes, to, event.bytes, event.subjectFrom, event.subjectTo)
  to = copy(bytes, to, event.bytes, event.caveatsFrom, event.caveatsTo)
  to = copy(bytes, to, event.bytes, event.idFrom, event.idTo)
  to = copy(bytes, to, event.bytes, event.sourceFrom, event.sourceTo)
  bytes.set(body, to)
  batch.used = at + size
  batch.sequence[row] = event.sequence
  batch.published[row] = event.published
  batch.time[row] = judged.time
  batch.expires[row] = judged.expires
  batch.type[row] = judged.type
  batch.marking[row] = judged.rank
  batch.ended[row] = body.length === 0 ? 1 : 0
  batch.entity[row] = event.entity
  batch.hash[row] = entityHash(event.entity)
  batch.offset[row] = at
  batch.length[row] = size
  columns(batch, row, facts)
  batch.count = row + 1
}

/** A record of the cache back into columns. @returns where the next one begins */
export function appendRecord(
  batch: Batch,
  bytes: Uint8Array,
  view: DataView,
  at: number,
  rank: (level: string) => Rank,
  read: (type: number, body: Uint8Array) => Facts,
): number {
  const row = batch.count
  if (row === batch.sequence.length) growRows(batch)
  const size = recordBytes(view, at)
  const stored = readRecord(bytes, view, at)
  if (batch.used + size > batch.bytes.length) growBytes(batch, size)
  batch.bytes.set(bytes.subarray(at, at + size), batch.used)
  batch.offset[row] = batch.used
  batch.length[row] = size
  batch.used += size
  batch.sequence[row] = stored.sequence
  batch.published[row] = stored.published
  batch.time[row] = stored.time
  batch.expires[row] = stored.expires ?? Number.NaN
  const type = eventTypes.indexOf(stored.type)
  batch.type[row] = type
  batch.marking[row] = stored.marking === '' ? unmarked : rank(stored.marking)
  batch.ended[row] = stored.from === stored.to ? 1 : 0
  batch.entity[row] = stored.entity
  columns(batch, row, read(type, bytes.subarray(stored.from, stored.to)))
  batch.count = row + 1
  return at + size
}
