/**
 * The current state of one product, in columns: one row per entity, rows reused. Only committed batches change it.
 * What changed since the last look is kept as a list of rows, so all that follows costs by change.
 */
import { highestRank, type MarkingScheme, type Rank } from '../../../preload/contract/marking.ts'
import type { Kind, ProductName } from '../../../preload/contract/product.ts'
import { blockRows } from '../cache/state.ts'
import { unmarked, type Batch } from '../event/batch.ts'
import { eventTypes } from '../event/record.ts'
import { createArena } from './arena.ts'
import type { Account } from './budget.ts'
import { createExpiry } from './expiry.ts'
import { addPoint, createSeries, seriesBytes, type Series } from './series.ts'

/** Why a row is in the list of changes: 1 changed, 2 changed by a live event, whose latency counts. */
export type Change = 1 | 2

export interface Table {
  readonly product: ProductName
  readonly kind: Kind
  /** rows ever used; a row below is in use where `used` says so */
  readonly size: number
  /** rows in use */
  readonly entities: number
  /** the product's own rank: of all that has no marking of its own */
  readonly own: Rank
  /** the product is marked otherwise from now on, and so is what has no marking of its own */
  remark(own: Rank): void
  /** times that an entity was left out, or left, because there was no room for it */
  readonly leftOut: number
  /** rows in use per rank */
  readonly ranks: Float64Array
  /** newest `time` of events up to each rank; NaN: none */
  newestUpTo(rank: Rank): number
  readonly columns: Columns
  readonly entity: readonly string[]
  readonly name: readonly string[]
  /** symbol texts by index; 0 is '' */
  readonly symbols: readonly string[]
  readonly series: ReadonlyMap<string, Series>
  rowOf(entity: string): number | undefined
  /** the row's record as the cache has it; a view, valid until the next change */
  record(row: number): Uint8Array
  /** @param live events of now, for windows to measure; false: a replay */
  apply(batch: Batch, live: boolean): void
  /** history that came late: only series take it in */
  applyHistory(batch: Batch): void
  /** rows as some of the state's blocks had them; after the last of them, `restored` */
  restore(batch: Batch, rows: readonly number[]): void
  restored(): void
  expire(now: number): void
  /** what was published before it leaves: retention let it go. @returns rows that went */
  purge(before: number): number
  /** rows that changed since `clearChanges`, each once */
  readonly changes: { rows: Uint32Array; kinds: Uint8Array; count: number; series: ReadonlySet<Series> }
  clearChanges(): void
  /** whether series got points in their past since the last look: windows need them whole */
  takeSeriesRewritten(): boolean
  /** state blocks that changed since they were written */
  readonly dirtyBlocks: number
  /** these, to be written now; once they are, `written` takes them off, but for those that changed again since */
  toWrite(): { blocks: readonly number[]; written(): void }
  /** the cache has so many rows of the table before this one: they are to be overwritten */
  replaces(rows: number): void
  /** gives back what it holds */
  dispose(): void
}

/** Equally long; times in ms since 1970, NaN where there is none. */
export interface Columns {
  used: Uint8Array
  lon: Float32Array
  lat: Float32Array
  course: Float32Array
  speed: Float32Array
  time: Float64Array
  sequence: Float64Array
  published: Float64Array
  expires: Float64Array
  symbol: Uint16Array
  severity: Uint8Array
  marking: Uint8Array
  /** 1: without a marking of its own, `marking` is the product's */
  unmarked: Uint8Array
  type: Uint8Array
  slot: Int32Array
}

const mostSymbols = 4096
/** Beyond it the entity that came first leaves the picture; the log keeps it. */
const mostEntities: { [K in Kind]: number } = {
  track: 2_000_000,
  metric: 20_000,
  feature: 50_000,
  note: 5000,
  document: 5000,
  report: 1000,
}

/** About what a row takes beside its record and its texts: columns, marks, maps, and what windows keep of it. */
const rowBytes = 320
/** Texts are counted as if each character took two bytes. */
const textBytes = (text: string): number => 2 * text.length
const symbolBytes = 120
/** What is said once and for all: the oldest makes room for the newest. Things that live on keep their place. */
const isSaid: { [K in Kind]: boolean } = {
  track: false,
  metric: false,
  feature: false,
  note: true,
  document: true,
  report: true,
}
/** The oldest that leave for one that comes, at most. */
const mostLeaving = 64

/** A product may never say anything: its table grows with its entities. */
const firstRows = 16

const makeColumns = (length: number): Columns => ({
  used: new Uint8Array(length),
  lon: new Float32Array(length),
  lat: new Float32Array(length),
  course: new Float32Array(length),
  speed: new Float32Array(length),
  time: new Float64Array(length),
  sequence: new Float64Array(length),
  published: new Float64Array(length),
  expires: new Float64Array(length),
  symbol: new Uint16Array(length),
  severity: new Uint8Array(length),
  marking: new Uint8Array(length),
  unmarked: new Uint8Array(length),
  type: new Uint8Array(length),
  slot: new Int32Array(length).fill(-1),
})

const growColumns = (old: Columns, length: number): Columns => {
  const grown = makeColumns(length)
  for (const name of Object.keys(old) as (keyof Columns)[]) grown[name].set(old[name])
  return grown
}

export function createTable(
  product: ProductName,
  kind: Kind,
  scheme: MarkingScheme,
  now: () => number,
  account: Account,
): Table {
  let columns = makeColumns(firstRows)
  const entity: string[] = []
  const name: string[] = []
  const rows = new Map<string, number>()
  const freeRows: number[] = []
  let size = 0
  let leftOut = 0
  const arena = createArena(account)
  const expiry = createExpiry()
  const symbols: string[] = ['']
  const symbolOf = new Map<string, number>([['', 0]])
  const ranks = new Float64Array(highestRank(scheme) + 1)
  let own: Rank = highestRank(scheme)
  /** per rank, of what is marked itself; what is not counts with the product's rank */
  const newest = new Float64Array(highestRank(scheme) + 1).fill(Number.NaN)
  let newestUnmarked = Number.NaN
  const series = new Map<string, Series>()
  const most = mostEntities[kind]

  let changedRows = new Uint32Array(firstRows)
  let changedKinds = new Uint8Array(firstRows)
  /** by row: its place in the list of changes + 1 */
  let changedAt = new Uint32Array(firstRows)
  let changedCount = 0
  const changedSeries = new Set<Series>()
  let seriesRewritten = false
  /** by block, how often had been asked what is to be written when it changed last */
  const dirty = new Map<number, number>()
  let asked = 0

  const ensure = (row: number): void => {
    if (row < columns.used.length) return
    let length = columns.used.length
    while (row >= length) length *= 2
    columns = growColumns(columns, length)
    const grown = new Uint32Array(length)
    grown.set(changedAt)
    changedAt = grown
  }

  const change = (row: number, kindOfChange: Change): void => {
    dirty.set(Math.floor(row / blockRows), asked)
    tell(row, kindOfChange)
  }

  const tell = (row: number, kindOfChange: Change): void => {
    const known = changedAt[row]!
    if (known > 0) {
      if (kindOfChange === 2) changedKinds[known - 1] = 2
      return
    }
    if (changedCount === changedRows.length) {
      const more = new Uint32Array(changedCount * 2)
      more.set(changedRows)
      changedRows = more
      const kinds = new Uint8Array(changedCount * 2)
      kinds.set(changedKinds)
      changedKinds = kinds
    }
    changedRows[changedCount] = row
    changedKinds[changedCount] = kindOfChange
    changedAt[row] = ++changedCount
  }

  const symbolIndex = (text: string): number => {
    const known = symbolOf.get(text)
    if (known !== undefined) return known
    if (symbols.length >= mostSymbols || !account.take(symbolBytes + textBytes(text), true)) return 0
    symbols.push(text)
    symbolOf.set(text, symbols.length - 1)
    return symbols.length - 1
  }

  const remove = (row: number, kindOfChange: Change): void => {
    ranks[columns.marking[row]!]!--
    rows.delete(entity[row]!)
    account.give(rowBytes + textBytes(entity[row]!) + textBytes(name[row]!))
    arena.free(columns.slot[row]!)
    columns.slot[row] = -1
    columns.used[row] = 0
    entity[row] = ''
    name[row] = ''
    expiry.forget(row)
    freeRows.push(row)
    change(row, kindOfChange)
  }

  const leaveOldest = (): boolean => {
    const oldest = rows.values().next().value
    if (oldest !== undefined) remove(oldest, 1)
    return oldest !== undefined
  }

  /** Room for an entity that is new. @returns where its record lies; -1: there is none */
  const admit = (batch: Batch, i: number): number => {
    const bytes = rowBytes + textBytes(batch.entity[i]!)
    for (let left = 0; ; left++) {
      if (account.take(bytes, false)) {
        const slot = arena.put(-1, batch.bytes, batch.offset[i]!, batch.length[i]!)
        if (slot >= 0) return slot
        account.give(bytes)
      }
      if (!isSaid[kind] || left === mostLeaving || !leaveOldest()) return -1
      leftOut++
    }
  }

  /** Puts a batch's row into a row of the table, which is empty or the entity's own. */
  const write = (batch: Batch, i: number, row: number, slot: number): void => {
    const marked = batch.marking[i]!
    const rank = marked === unmarked ? own : marked
    columns.lon[row] = batch.lon[i]!
    columns.lat[row] = batch.lat[i]!
    columns.course[row] = batch.course[i]!
    columns.speed[row] = batch.speed[i]!
    const time = batch.time[i]!
    columns.time[row] = time
    columns.sequence[row] = batch.sequence[i]!
    columns.published[row] = batch.published[i]!
    columns.expires[row] = batch.expires[i]!
    columns.symbol[row] = symbolIndex(batch.symbol[i]!)
    columns.severity[row] = batch.severity[i]!
    columns.type[row] = batch.type[i]!
    if (columns.used[row] === 1) ranks[columns.marking[row]!]!--
    ranks[rank]!++
    columns.marking[row] = rank
    columns.unmarked[row] = marked === unmarked ? 1 : 0
    columns.used[row] = 1
    const text = batch.name[i]!
    const grown = textBytes(text) - textBytes(name[row] ?? '')
    if (grown !== 0) account.add(grown)
    name[row] = text
    columns.slot[row] = slot
    if (marked === unmarked) {
      if (!(newestUnmarked >= time)) newestUnmarked = time
    } else if (!(newest[rank]! >= time)) newest[rank] = time
    expiry.set(row, batch.expires[i]!)
  }

  const claim = (batchEntity: string): number => {
    if (rows.size >= most) leaveOldest()
    const row = freeRows.pop() ?? size++
    ensure(row)
    entity[row] = batchEntity
    rows.set(batchEntity, row)
    return row
  }

  const mayGrow = (bytes: number): boolean => account.take(bytes, true)

  const point = (batch: Batch, i: number): void => {
    const key = batch.series[i]!
    let known = series.get(key)
    if (!known) {
      if (series.size >= most || !account.take(seriesBytes + textBytes(key), true)) return
      known = createSeries(key)
      series.set(key, known)
    }
    known.unit = batch.unit[i]!
    const place = addPoint(known, batch.time[i]!, batch.value[i]!, batch.marking[i]!, mayGrow)
    if (place === 'end') changedSeries.add(known)
    else if (place === 'past') seriesRewritten = true
  }

  const isMetric = kind === 'metric'
  const metricType = eventTypes.indexOf('vigie.metric.v1')

  return {
    product,
    kind,
    get size() {
      return size
    },
    get entities() {
      return rows.size
    },
    get own() {
      return own
    },
    remark(next) {
      if (next === own) return
      for (let row = 0; row < size; row++) {
        if (columns.used[row] === 0 || columns.unmarked[row] === 0) continue
        ranks[own]!--
        ranks[next]!++
        columns.marking[row] = next
        tell(row, 1)
      }
      own = next
      if (isMetric) seriesRewritten = true
    },
    get leftOut() {
      return leftOut
    },
    ranks,
    newestUpTo(rank) {
      let time = own <= rank ? newestUnmarked : Number.NaN
      for (let i = 0; i <= rank && i < newest.length; i++)
        if (Number.isNaN(time) || newest[i]! > time) time = newest[i]!
      return time
    },
    get columns() {
      return columns
    },
    entity,
    name,
    symbols,
    series,
    rowOf: (wanted) => rows.get(wanted),
    record: (row) => arena.get(columns.slot[row]!),
    apply(batch, live) {
      const kindOfChange: Change = live ? 2 : 1
      const instant = now()
      for (let i = 0; i < batch.count; i++) {
        const key = batch.entity[i]!
        let row = rows.get(key)
        if (row !== undefined && columns.sequence[row]! >= batch.sequence[i]!) continue
        if (isMetric && batch.ended[i] === 0 && batch.type[i] === metricType) point(batch, i)
        if (batch.ended[i] === 1 || batch.expires[i]! <= instant) {
          if (row !== undefined) remove(row, kindOfChange)
          continue
        }
        const slot =
          row === undefined
            ? admit(batch, i)
            : arena.put(columns.slot[row]!, batch.bytes, batch.offset[i]!, batch.length[i]!)
        if (slot < 0) {
          // what it was before must not pass for what it is
          if (row !== undefined) remove(row, kindOfChange)
          leftOut++
          continue
        }
        row ??= claim(key)
        write(batch, i, row, slot)
        change(row, kindOfChange)
      }
    },
    applyHistory(batch) {
      if (!isMetric) return
      for (let i = 0; i < batch.count; i++) if (batch.ended[i] === 0) point(batch, i)
    },
    restore(batch, places) {
      const instant = now()
      for (let i = 0; i < batch.count; i++) {
        const row = places[i]!
        if (isMetric) point(batch, i)
        ensure(row)
        size = Math.max(size, row + 1)
        const gone = batch.expires[i]! <= instant
        const slot = gone ? -1 : admit(batch, i)
        if (slot < 0) {
          if (!gone) leftOut++
          dirty.set(Math.floor(row / blockRows), asked)
          continue
        }
        entity[row] = batch.entity[i]!
        rows.set(entity[row], row)
        write(batch, i, row, slot)
      }
    },
    restored() {
      freeRows.length = 0
      for (let row = size - 1; row >= 0; row--) if (columns.used[row] === 0) freeRows.push(row)
      for (let row = 0; row < size; row++) {
        entity[row] ??= ''
        name[row] ??= ''
      }
    },
    expire(instant) {
      expiry.due(
        instant,
        (row) => (columns.used[row] === 1 ? columns.expires[row]! : Number.NaN),
        (row) => remove(row, 1),
      )
    },
    purge(before) {
      let gone = 0
      for (let row = 0; row < size; row++)
        if (columns.used[row] === 1 && columns.published[row]! < before) {
          remove(row, 1)
          gone++
        }
      return gone
    },
    get changes() {
      return { rows: changedRows, kinds: changedKinds, count: changedCount, series: changedSeries }
    },
    clearChanges() {
      for (let i = 0; i < changedCount; i++) changedAt[changedRows[i]!] = 0
      changedCount = 0
      changedSeries.clear()
    },
    takeSeriesRewritten() {
      const rewritten = seriesRewritten
      seriesRewritten = false
      return rewritten
    },
    get dirtyBlocks() {
      return dirty.size
    },
    toWrite() {
      const blocks = [...dirty.keys()]
      const upTo = asked++
      return {
        blocks,
        written() {
          for (const block of blocks) if ((dirty.get(block) ?? Infinity) <= upTo) dirty.delete(block)
        },
      }
    },
    replaces(rows) {
      for (let row = 0; row < rows; row += blockRows) dirty.set(row / blockRows, asked)
    },
    dispose: () => account.close(),
  }
}
