/**
 * All products' current state. Built from the cache before there is any network, then changed by committed batches
 * only. It says which of its blocks the cache should have again.
 */
import { rankOf, type MarkingScheme, type Rank } from '../../../preload/contract/marking.ts'
import type { Body } from '../../../preload/contract/event.ts'
import type { ProductName } from '../../../preload/contract/product.ts'
import { appendRecord, clearBatch, createBatch, type Batch } from '../batch.ts'
import { createFacts, readFacts, clearFacts, type Facts } from '../check/body.ts'
import { positionOf, type Cache, type Held } from '../cache/cache.ts'
import type { DueState } from '../cache/commit.ts'
import { viewOf } from '../cache/segment.ts'
import { blockOf, readBlock } from '../cache/state.ts'
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
  /** a committed batch of the stream; `live` false: it was replayed */
  applied(held: Held, batch: Batch, live: boolean): void
  /** the product begins anew, with an empty table */
  forget(held: Held): void
  expire(now: number): void
}

/** ms: a block waits no longer than this for its turn */
const longest = 30_000
/** Start replays at most so many events per product, or as many as it has entities. */
const replayed = 5000
const seriesSpan = 24 * 3_600_000
const mostSeriesEvents = 100_000

interface Flushing {
  /** events applied since the last flush, and when that was */
  since: number
  at: number
}

const utf8 = new TextDecoder()

/**
 * @param now what the platform's time is at least: nothing expires by another
 * @param monotonic ms
 */
export function createPicture(
  cache: Cache,
  scheme: MarkingScheme,
  now: () => number,
  monotonic: () => number,
): Picture {
  const tables = new Map<ProductName, Table>()
  const flushing = new Map<ProductName, Flushing>()
  const facts = createFacts()

  const readBody = (type: number, body: Uint8Array): Facts => {
    clearFacts(facts)
    if (body.length === 0) return facts
    try {
      readFacts(type, JSON.parse(utf8.decode(body)) as Body, facts)
    } catch {
      clearFacts(facts)
    }
    return facts
  }

  const table = (held: Held): Table => {
    const known = tables.get(held.product)
    if (known && known.kind === held.descriptor.kind) return known
    const made = createTable(held.product, held.descriptor.kind, scheme, now)
    made.remark(rank(held.descriptor.marking))
    tables.set(held.product, made)
    flushing.set(held.product, { since: 0, at: monotonic() })
    return made
  }

  const rank = (level: string): Rank => rankOf(scheme, level)

  const decode = (bytes: Uint8Array, batch: Batch): void => {
    const view = viewOf(bytes)
    for (let at = 0; at < bytes.length;) at = appendRecord(batch, bytes, view, at, rank, readBody)
  }

  const loadState = async (held: Held, into: Table): Promise<void> => {
    const blocks = await cache.reader.all<{ block: number; body: Buffer }>(
      'SELECT block, body FROM state WHERE product = ? ORDER BY block',
      [held.id],
    )
    const batch = createBatch()
    const rows: number[] = []
    for (const { block, body } of blocks)
      readBlock(block, body, (bytes, view, at, row) => {
        appendRecord(batch, bytes, view, at, rank, readBody)
        rows.push(row)
      })
    into.restore(batch, rows)
  }

  const replay = async (held: Held, into: Table): Promise<number> => {
    const segments = await cache.reader.all<{ id: number }>(
      'SELECT id FROM segment WHERE product = ? AND last > ? AND first > ? ORDER BY first',
      [held.id, held.watermark, held.live ?? 0],
    )
    const batch = createBatch()
    let events = 0
    for (const { id } of segments) {
      const [segment] = await cache.reader.all<{ body: Buffer }>('SELECT body FROM segment WHERE id = ?', [
        id,
      ])
      if (!segment) continue
      clearBatch(batch)
      decode(segment.body, batch)
      into.apply(batch, false)
      events += batch.count
    }
    return events
  }

  /** The last day of points; the state has only each series' last. */
  const loadSeries = async (held: Held, into: Table): Promise<void> => {
    const segments = await cache.reader.all<{ id: number; count: number }>(
      'SELECT id, count FROM segment WHERE product = ? AND last <= ? AND last_time > ? ORDER BY first DESC',
      [held.id, held.watermark, now() - seriesSpan],
    )
    const wanted: number[] = []
    let events = 0
    for (const { id, count } of segments) {
      if ((events += count) > mostSeriesEvents) break
      wanted.unshift(id)
    }
    const batch = createBatch()
    for (const id of wanted) {
      const [segment] = await cache.reader.all<{ body: Buffer }>('SELECT body FROM segment WHERE id = ?', [
        id,
      ])
      if (!segment) continue
      clearBatch(batch)
      decode(segment.body, batch)
      into.applyHistory(batch)
    }
  }

  const dueOf = (held: Held, from: Table, watermark: number): DueState => ({
    held,
    watermark,
    blocks: from.takeDirtyBlocks().map((block) => blockOf(from, held.id, block)),
  })

  const forget = (held: Held): void => {
    tables.delete(held.product)
    flushing.delete(held.product)
    table(held)
  }

  return {
    tables,
    table,
    described(held) {
      const known = tables.get(held.product)
      if (known === undefined) return
      if (known.kind !== held.descriptor.kind) forget(held)
      else known.remark(rank(held.descriptor.marking))
    },
    async load(held) {
      const into = table(held)
      if (held.descriptor.kind === 'metric') await loadSeries(held, into)
      await loadState(held, into)
      const events = await replay(held, into)
      const state = flushing.get(held.product)
      if (state) state.since = events
      into.clearChanges()
      into.takeSeriesRewritten()
      return into
    },
    dueState() {
      const due: DueState[] = []
      const instant = monotonic()
      for (const [product, state] of flushing) {
        const from = tables.get(product)
        const held = cache.held.get(product)
        if (!from || !held || held.live === null || from.dirtyBlocks === 0) continue
        const enough = state.since >= Math.max(replayed, from.entities)
        // a tick later for each product, so that they don't all come with one commit
        if (!enough && instant - state.at < longest + (held.id % 16) * 1000) continue
        due.push(dueOf(held, from, positionOf(held)))
        state.since = 0
        state.at = instant
      }
      return due
    },
    wholeState: (held, watermark) => dueOf(held, table(held), watermark),
    applied(held, batch, live) {
      const into = table(held)
      const state = flushing.get(held.product)
      if (state) state.since += batch.count
      into.apply(batch, live)
    },
    forget,
    expire(instant) {
      for (const from of tables.values()) from.expire(instant)
    },
  }
}
