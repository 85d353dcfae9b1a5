/** The current state of one product: one row per entity, in columns. Only committed batches change it. */
import { highestRank, type MarkingScheme, type Rank } from '../../../preload/contract/marking.ts'
import type { Kind, ProductName } from '../../../preload/contract/product.ts'
import { unmarked, type Batch } from '../event/batch.ts'
import { createArena } from './arena.ts'
import { textBytes, type Account } from './budget.ts'
import { createChanges, type Change, type Changes } from './changes.ts'
import { columnsWith, createColumns, writeColumns, type Columns } from './columns.ts'
import { createExpiry } from './expiry.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { createNewest } from './newest.ts'
import { createRanks, type Ranks } from './ranks.ts'
import { mostLeaving, roomOf, rowBytes } from './room.ts'
import { createRows } from './rows.ts'
import { createSymbols } from './symbols.ts'
import { createUnwritten, type Unwritten } from './unwritten.ts'

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
  /** of the rows in use */
  readonly ranks: Pick<Ranks, 'upTo' | 'highest'>
  /** newest `time` of events up to each rank; NaN: none */
  newestUpTo(rank: Rank): number
  readonly columns: Columns
  readonly entity: readonly string[]
  readonly name: readonly string[]
  /** symbol texts by index; 0 is '' */
  readonly symbols: readonly string[]
  /** null: it is no product of metrics */
  readonly metrics: Metrics | null
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
  readonly changes: Pick<Changes, 'rows' | 'kinds' | 'count'>
  /** whether rows or series changed since `clearChanges` */
  readonly isChanged: boolean
  clearChanges(): void
  readonly unwritten: Pick<Unwritten, 'count' | 'take' | 'addAll'>
  /** gives back what it holds */
  dispose(): void
}

/** A product may never say anything: its table grows with its entities. */
const firstRows = 16

export function createTable(
  product: ProductName,
  kind: Kind,
  scheme: MarkingScheme,
  now: () => number,
  account: Account,
): Table {
  const { most, isSaid } = roomOf[kind]
  const rows = createRows()
  const { entity } = rows
  let columns = createColumns(firstRows)
  const name: string[] = []
  const arena = createArena(account)
  const symbols = createSymbols(account)
  const metrics = kind === 'metric' ? createMetrics(account, most) : null
  const expiry = createExpiry()
  const ranks = createRanks()
  const newest = createNewest(highestRank(scheme))
  const changes = createChanges()
  const unwritten = createUnwritten()
  let own: Rank = highestRank(scheme)
  let leftOut = 0

  const change = (row: number, how: Change): void => {
    unwritten.add(row)
    changes.add(row, how)
  }

  const remove = (row: number, how: Change): void => {
    ranks.remove(columns.marking[row]!)
    account.give(rowBytes + textBytes(entity[row]!) + textBytes(name[row]!))
    rows.free(row)
    arena.free(columns.slot[row]!)
    columns.slot[row] = -1
    columns.used[row] = 0
    name[row] = ''
    expiry.forget(row)
    change(row, how)
  }

  const leaveFirst = (): boolean => {
    const first = rows.first(columns.sequence)
    if (first !== undefined) remove(first, 1)
    return first !== undefined
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
      if (!isSaid || left === mostLeaving || !leaveFirst()) return -1
      leftOut++
    }
  }

  const claim = (wanted: string): number => {
    if (rows.count >= most) leaveFirst()
    const row = rows.take(wanted)
    columns = columnsWith(row, columns)
    return row
  }

  /** Puts a batch's event into a row, which is empty or the entity's own. */
  const write = (batch: Batch, i: number, row: number, slot: number): void => {
    const isUnmarked = batch.marking[i] === unmarked
    const rank = isUnmarked ? own : batch.marking[i]!
    writeColumns(columns, row, batch, i)
    columns.symbol[row] = symbols.indexOf(batch.symbol[i]!)
    if (columns.used[row] === 0) ranks.add(rank)
    else if (columns.marking[row] !== rank) {
      ranks.remove(columns.marking[row]!)
      ranks.add(rank)
    }
    columns.marking[row] = rank
    columns.unmarked[row] = isUnmarked ? 1 : 0
    columns.used[row] = 1
    columns.slot[row] = slot
    const text = batch.name[i]!
    const grown = textBytes(text) - textBytes(name[row] ?? '')
    if (grown !== 0) account.add(grown)
    name[row] = text
    if (isUnmarked) newest.unmarked(batch.time[i]!)
    else newest.marked(rank, batch.time[i]!)
    expiry.set(row, batch.expires[i]!)
  }

  const applyOne = (batch: Batch, i: number, how: Change, instant: number): void => {
    let row = rows.of(batch.entity[i]!)
    if (row !== undefined && columns.sequence[row]! >= batch.sequence[i]!) return
    metrics?.take(batch, i)
    if (batch.ended[i] === 1 || batch.expires[i]! <= instant) {
      if (row !== undefined) remove(row, how)
      return
    }
    const slot =
      row === undefined
        ? admit(batch, i)
        : arena.put(columns.slot[row]!, batch.bytes, batch.offset[i]!, batch.length[i]!)
    if (slot < 0) {
      // what it was before must not pass for what it is
      if (row !== undefined) remove(row, how)
      leftOut++
      return
    }
    row ??= claim(batch.entity[i]!)
    write(batch, i, row, slot)
    change(row, how)
  }

  return {
    product,
    kind,
    get size() {
      return rows.size
    },
    get entities() {
      return rows.count
    },
    get own() {
      return own
    },
    remark(next) {
      if (next === own) return
      for (let row = 0; row < rows.size; row++) {
        if (columns.used[row] === 0 || columns.unmarked[row] === 0) continue
        ranks.remove(own)
        ranks.add(next)
        columns.marking[row] = next
        // its record says nothing of it: the cache has it as it is
        changes.add(row, 1)
      }
      own = next
      metrics?.rewrite()
    },
    get leftOut() {
      return leftOut
    },
    ranks,
    newestUpTo: (rank) => newest.upTo(rank, own),
    get columns() {
      return columns
    },
    entity,
    name,
    symbols: symbols.texts,
    metrics,
    rowOf: rows.of,
    record: (row) => arena.get(columns.slot[row]!),
    apply(batch, live) {
      const instant = now()
      const how: Change = live ? 2 : 1
      for (let i = 0; i < batch.count; i++) applyOne(batch, i, how, instant)
    },
    applyHistory(batch) {
      if (metrics) for (let i = 0; i < batch.count; i++) metrics.take(batch, i)
    },
    restore(batch, places) {
      const instant = now()
      for (let i = 0; i < batch.count; i++) {
        const row = places[i]!
        metrics?.take(batch, i)
        const gone = batch.expires[i]! <= instant
        const slot = gone ? -1 : admit(batch, i)
        if (slot < 0) {
          if (!gone) leftOut++
          unwritten.add(row)
          continue
        }
        columns = columnsWith(row, columns)
        while (name.length < row) name.push('')
        rows.restore(row, batch.entity[i]!)
        write(batch, i, row, slot)
      }
    },
    restored: rows.restored,
    expire(instant) {
      expiry.due(
        instant,
        (row) => (columns.used[row] === 1 ? columns.expires[row]! : Number.NaN),
        (row) => remove(row, 1),
      )
    },
    purge(before) {
      let gone = 0
      for (let row = 0; row < rows.size; row++)
        if (columns.used[row] === 1 && columns.published[row]! < before) {
          remove(row, 1)
          gone++
        }
      return gone
    },
    changes,
    get isChanged() {
      return changes.count > 0 || (metrics?.added.size ?? 0) > 0
    },
    clearChanges() {
      changes.clear()
      metrics?.clear()
    },
    unwritten,
    dispose: () => account.close(),
  }
}
