/**
 * All products' current state. Built from the cache before there is any network, then changed by committed batches
 * only. It says which of its blocks the cache should have again.
 */
import { rankOf, type MarkingScheme, type Rank } from '../../../preload/contract/marking.ts'
import type { ProductName } from '../../../preload/contract/product.ts'
import type { Batch } from '../event/batch.ts'
import type { Reader } from '../cache/reader.ts'
import { positionOf, type Held } from '../cache/held.ts'
import type { DueState, Pictured } from '../cache/state.ts'
import { blocksIn, blocksOf } from './blocks.ts'
import { createAccounts, type Budget } from './budget.ts'
import { createLoad } from './load.ts'
import { createTable, type Table } from './table.ts'

export interface Picture {
  readonly tables: ReadonlyMap<ProductName, Table>
  /** the product's table; another kind than before begins a new one */
  table(held: Held): Table
  /** the product is described otherwise: another marking holds at once, another kind begins anew */
  described(held: Held): void
  /** reads the product's state and what the log has after it */
  load(held: Held): Promise<Table>
  /** what should be written with the next commit, if anything is due */
  dueState(): DueState[]
  /** all of one product, now: its first state has no log behind it */
  wholeState(held: Held, watermark: number): DueState
  /** all of one product as it is, whatever of it was written before */
  whole(held: Held): Pictured
  /** what was published before it leaves. @returns rows that went */
  purge(held: Held, before: number): number
  /** times that an entity was left out for want of room */
  leftOut(product: ProductName): number
  /** a committed batch of the stream; `live` false: it was replayed */
  applied(held: Held, batch: Batch, live: boolean): void
  /** the product begins anew, with an empty table */
  forget(held: Held): void
  /** the product is no more, and its table neither */
  drop(held: Held): void
  expire(now: number): void
}

/** ms: a block waits no longer than this for its turn */
const longest = 30_000
/** Start replays at most so many events per product, or as many as it has entities. */
const replayed = 5000
/** … or so many bytes of them. */
const replayedBytes = 64 * 1024 * 1024

interface Flushing {
  /** events and bytes applied since the last flush, and when that was */
  since: number
  bytes: number
  at: number
}

/**
 * @param now what the platform's time is at least: nothing expires by another
 * @param monotonic ms
 */
export function createPicture(
  cache: { reader: Reader; held: ReadonlyMap<ProductName, Held> },
  scheme: MarkingScheme,
  now: () => number,
  monotonic: () => number,
  budget?: Budget,
): Picture {
  const accounts = createAccounts(budget)
  const tables = new Map<ProductName, Table>()
  const flushing = new Map<ProductName, Flushing>()
  const load = createLoad(cache.reader, scheme, now)

  const table = (held: Held): Table => {
    const known = tables.get(held.product)
    if (known && known.kind === held.descriptor.kind) return known
    known?.dispose()
    const made = createTable(held.product, held.descriptor.kind, scheme, now, accounts.open())
    made.remark(rank(held.descriptor.marking))
    if (known && held.live !== null) made.unwritten.addAll(known.size)
    tables.set(held.product, made)
    flushing.set(held.product, { since: 0, bytes: 0, at: monotonic() })
    return made
  }

  const rank = (level: string): Rank => rankOf(scheme, level)

  const dueOf = (held: Held, from: Table, watermark: number): DueState => {
    const { blocks, written } = from.unwritten.take()
    return { held, watermark, blocks: blocksOf(from, held.id, blocks), written }
  }

  const drop = ({ product }: Held): void => {
    tables.get(product)?.dispose()
    tables.delete(product)
    flushing.delete(product)
  }

  const forget = (held: Held): void => {
    drop(held)
    table(held)
  }

  return {
    tables,
    table,
    described(held) {
      const known = tables.get(held.product)
      if (known === undefined) return
      if (known.kind !== held.descriptor.kind) table(held)
      else known.remark(rank(held.descriptor.marking))
    },
    async load(held) {
      const into = table(held)
      const { events, bytes } = await load(held, into)
      const state = flushing.get(held.product)
      if (state) {
        state.since += events
        state.bytes += bytes
      }
      into.clearChanges()
      into.metrics?.takeRewritten()
      return into
    },
    dueState() {
      const due: DueState[] = []
      const instant = monotonic()
      for (const [product, state] of flushing) {
        const from = tables.get(product)
        const held = cache.held.get(product)
        if (!from || !held || held.live === null || from.unwritten.count === 0) continue
        const enough = state.since >= Math.max(replayed, from.entities) || state.bytes >= replayedBytes
        // a tick later for each product, so that they don't all come with one commit
        if (!enough && instant - state.at < longest + (held.id % 16) * 1000) continue
        due.push(dueOf(held, from, positionOf(held)))
        state.since = 0
        state.bytes = 0
        state.at = instant
      }
      return due
    },
    wholeState: (held, watermark) => dueOf(held, table(held), watermark),
    whole(held) {
      const from = table(held)
      return { entities: from.entities, blocks: blocksOf(from, held.id, blocksIn(from)) }
    },
    purge: (held, before) => tables.get(held.product)?.purge(before) ?? 0,
    leftOut: (product) => tables.get(product)?.leftOut ?? 0,
    applied(held, batch, live) {
      const into = table(held)
      const state = flushing.get(held.product)
      if (state) {
        state.since += batch.count
        state.bytes += batch.used
      }
      into.apply(batch, live)
    },
    forget,
    drop,
    expire(instant) {
      for (const from of tables.values()) from.expire(instant)
    },
  }
}
