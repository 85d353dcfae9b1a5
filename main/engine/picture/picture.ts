/**
 * All products' current state. Built from the cache before there is any network, then changed by committed batches
 * only. It says which of its blocks the cache should have again.
 */
import { rankOf, type MarkingScheme, type Rank } from '../../../preload/contract/marking.ts'
import type { Body } from '../../../preload/contract/event.ts'
import type { ProductName } from '../../../preload/contract/product.ts'
import { appendRecord, clearBatch, createBatch, type Batch } from '../event/batch.ts'
import { clearFacts, createFacts, readFacts, type Facts } from '../event/facts.ts'
import { viewOf } from '../event/record.ts'
import type { Reader } from '../cache/reader.ts'
import { positionOf, type Held } from '../cache/held.ts'
import { readBlock, type DueState, type Pictured } from '../cache/state.ts'
import { blocksIn, blocksOf } from './blocks.ts'
import { createAccounts, type Budget } from './budget.ts'
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
const seriesSpan = 24 * 3_600_000
const mostSeriesEvents = 100_000

/** … or so many bytes of them. */
const replayedBytes = 64 * 1024 * 1024
/** Read, decoded or applied at once; a block or a segment is read whole, however large. */
const perPiece = 1024 * 1024
const perRead = 4 * 1024 * 1024
/** Of the last day's points, what is read at most. */
const mostSeriesBytes = 64 * 1024 * 1024

interface Flushing {
  /** events and bytes applied since the last flush, and when that was */
  since: number
  bytes: number
  at: number
}

const utf8 = new TextDecoder()

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
    known?.dispose()
    const made = createTable(held.product, held.descriptor.kind, scheme, now, accounts.open())
    made.remark(rank(held.descriptor.marking))
    if (known && held.live !== null) made.unwritten.addAll(known.size)
    tables.set(held.product, made)
    flushing.set(held.product, { since: 0, bytes: 0, at: monotonic() })
    return made
  }

  const rank = (level: string): Rank => rankOf(scheme, level)

  /** A segment's events, some at a time. @returns how many there are */
  const decode = (bytes: Uint8Array, batch: Batch, apply: () => void): number => {
    const view = viewOf(bytes)
    let events = 0
    const piece = (): void => {
      events += batch.count
      apply()
      clearBatch(batch)
    }
    for (let at = 0; at < bytes.length;) {
      at = appendRecord(batch, bytes, view, at, rank, readBody)
      if (batch.used >= perPiece) piece()
    }
    piece()
    return events
  }

  const readSegment = async (id: number): Promise<Buffer | undefined> => {
    const [segment] = await cache.reader.all<{ body: Buffer }>('SELECT body FROM segment WHERE id = ?', [id])
    return segment?.body
  }

  /** Some blocks at a time: the state may be larger than what the picture has room for. */
  const loadState = async (held: Held, into: Table): Promise<void> => {
    const blocks = await cache.reader.all<{ block: number; bytes: number }>(
      'SELECT block, length(body) AS bytes FROM state WHERE product = ? ORDER BY block',
      [held.id],
    )
    const batch = createBatch()
    const rows: number[] = []
    const piece = (): void => {
      into.restore(batch, rows)
      clearBatch(batch)
      rows.length = 0
    }
    for (let from = 0; from < blocks.length;) {
      let to = from
      for (let bytes = 0; to < blocks.length && (to === from || bytes < perRead); to++)
        bytes += blocks[to]!.bytes
      const read = await cache.reader.all<{ block: number; body: Buffer }>(
        'SELECT block, body FROM state WHERE product = ? AND block BETWEEN ? AND ? ORDER BY block',
        [held.id, blocks[from]!.block, blocks[to - 1]!.block],
      )
      for (const { block, body } of read)
        readBlock(block, body, (bytes, view, at, row) => {
          appendRecord(batch, bytes, view, at, rank, readBody)
          rows.push(row)
          if (batch.used >= perPiece) piece()
        })
      from = to
    }
    piece()
    into.restored()
  }

  /** What the log has after the state. */
  const replay = async (held: Held, into: Table, state: Flushing | undefined): Promise<void> => {
    const segments = await cache.reader.all<{ id: number }>(
      'SELECT id FROM segment WHERE product = ? AND last > ? AND first > ? ORDER BY first',
      [held.id, held.watermark, held.live ?? 0],
    )
    const batch = createBatch()
    for (const { id } of segments) {
      const body = await readSegment(id)
      if (!body) continue
      const events = decode(body, batch, () => into.apply(batch, false))
      if (!state) continue
      state.since += events
      state.bytes += body.length
    }
  }

  /** The last day of points; the state has only each series' last. */
  const loadSeries = async (held: Held, into: Table): Promise<void> => {
    const segments = await cache.reader.all<{ id: number; count: number; bytes: number }>(
      'SELECT id, count, bytes FROM segment WHERE product = ? AND last <= ? AND last_time > ? ORDER BY first DESC',
      [held.id, held.watermark, now() - seriesSpan],
    )
    const wanted: number[] = []
    let events = 0
    let read = 0
    for (const { id, count, bytes } of segments) {
      events += count
      read += bytes
      if (events > mostSeriesEvents || read > mostSeriesBytes) break
      wanted.unshift(id)
    }
    const batch = createBatch()
    for (const id of wanted) {
      const body = await readSegment(id)
      if (body) decode(body, batch, () => into.applyHistory(batch))
    }
  }

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
      if (held.descriptor.kind === 'metric') await loadSeries(held, into)
      await loadState(held, into)
      await replay(held, into, flushing.get(held.product))
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
