/** A product's table from what the cache has: its state, and the log behind it. No network is needed for it. */
import { rankOf, type MarkingScheme, type Rank } from '../../../preload/contract/marking.ts'
import type { Body } from '../../../preload/contract/event.ts'
import { appendRecord, clearBatch, createBatch, type Batch } from '../event/batch.ts'
import { clearFacts, createFacts, readFacts, type Facts } from '../event/facts.ts'
import { viewOf } from '../event/record.ts'
import type { Held } from '../cache/held.ts'
import type { Reader } from '../cache/reader.ts'
import { readBlock } from '../cache/state.ts'
import type { Table } from './table.ts'

/** What was read of the log: it is read again by each start until the state is written anew. */
export interface Loaded {
  events: number
  bytes: number
}

/** Read, decoded or applied at once; a block or a segment is read whole, however large. */
const perPiece = 1024 * 1024
const perRead = 4 * 1024 * 1024
const seriesSpan = 24 * 3_600_000
/** Of the last day's points, what is read at most. */
const mostSeriesEvents = 100_000
const mostSeriesBytes = 64 * 1024 * 1024

const utf8 = new TextDecoder()

/** @param now what the platform's time is at least @returns how to load a table that is empty */
export function createLoad(
  reader: Reader,
  scheme: MarkingScheme,
  now: () => number,
): (held: Held, into: Table) => Promise<Loaded> {
  const facts = createFacts()
  const rank = (level: string): Rank => rankOf(scheme, level)

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
    const [segment] = await reader.all<{ body: Buffer }>('SELECT body FROM segment WHERE id = ?', [id])
    return segment?.body
  }

  /** Some blocks at a time: the state may be larger than what the picture has room for. */
  const loadState = async (held: Held, into: Table): Promise<void> => {
    const blocks = await reader.all<{ block: number; bytes: number }>(
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
      const read = await reader.all<{ block: number; body: Buffer }>(
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
  const loadLog = async (held: Held, into: Table): Promise<Loaded> => {
    // one that was joined may begin before what was read ahead, or before the state
    const segments = await reader.all<{ id: number }>(
      'SELECT id FROM segment WHERE product = ? AND last > ? ORDER BY first',
      [held.id, Math.max(held.watermark, held.live ?? 0)],
    )
    const batch = createBatch()
    const loaded: Loaded = { events: 0, bytes: 0 }
    for (const { id } of segments) {
      const body = await readSegment(id)
      if (!body) continue
      loaded.events += decode(body, batch, () => into.apply(batch, false))
      loaded.bytes += body.length
    }
    return loaded
  }

  /** The last day of points; the state has only each series' last. */
  const loadSeries = async (held: Held, into: Table): Promise<void> => {
    const segments = await reader.all<{ id: number; count: number; bytes: number }>(
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

  return async (held, into) => {
    if (into.metrics) await loadSeries(held, into)
    await loadState(held, into)
    return loadLog(held, into)
  }
}
