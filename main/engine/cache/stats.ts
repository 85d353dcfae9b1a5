/** What a cache holds, for the administrator and for tests that hold it against the platform. */
import { createHash } from 'node:crypto'
import type { ProductName } from '../../../preload/contract/product.ts'
import { readEntity, readId, recordBytes, recordSequence, viewOf } from '../event/record.ts'
import type { Cache } from './cache.ts'
import type { Held } from './held.ts'
import { holds } from './ranges.ts'
import { readBlock } from './state.ts'

export interface CacheStats {
  product: ProductName
  /** held: the log's, and state that was read ahead of it */
  events: number
  entities: number
  /** stream sequences of the first and last event; null: none is held */
  first: number | null
  last: number | null
  /** of the records, without the database's own */
  bytes: number
  /** SHA-256, hex, over the lines `<sequence> <ce-id>\n` in order of sequence over all events held */
  digest: string
}

/** A record of the state that the log does not have yet. */
interface Ahead {
  sequence: number
  id: string
  entity: string
  bytes: number
}

async function readAhead(cache: Cache, held: Held): Promise<Ahead[]> {
  const ahead: Ahead[] = []
  const blocks = await cache.reader.all<{ block: number }>(
    'SELECT block FROM state WHERE product = ? ORDER BY block',
    [held.id],
  )
  for (const { block } of blocks) {
    const [row] = await cache.reader.all<{ body: Buffer }>(
      'SELECT body FROM state WHERE product = ? AND block = ?',
      [held.id, block],
    )
    if (!row) continue
    readBlock(block, row.body, (bytes, view, at) => {
      const sequence = recordSequence(view, at)
      if (holds(held.ranges, sequence)) return
      ahead.push({
        sequence,
        id: readId(bytes, view, at),
        entity: readEntity(bytes, view, at),
        bytes: recordBytes(view, at),
      })
    })
  }
  return ahead.sort((a, b) => a.sequence - b.sequence)
}

async function statsOf(cache: Cache, held: Held): Promise<CacheStats> {
  const hash = createHash('sha256')
  const entities = new Set<string>()
  const ahead = await readAhead(cache, held)
  let events = 0
  let bytes = 0
  let first: number | null = null
  let last: number | null = null
  let lines: string[] = []
  let next = 0

  const add = (sequence: number, id: string, entity: string, size: number): void => {
    first ??= sequence
    last = sequence
    events++
    bytes += size
    entities.add(entity)
    lines.push(`${sequence} ${id}\n`)
    if (lines.length < 1000) return
    hash.update(lines.join(''))
    lines = []
  }
  const addAheadBefore = (sequence: number): void => {
    for (let one = ahead[next]; one && one.sequence < sequence; one = ahead[++next])
      add(one.sequence, one.id, one.entity, one.bytes)
  }

  // a segment at a time: a cache is larger than memory
  const segments = await cache.reader.all<{ id: number; first: number }>(
    'SELECT id, first FROM segment WHERE product = ? AND count > 0 ORDER BY first',
    [held.id],
  )
  for (const { id, first: from } of segments) {
    addAheadBefore(from)
    const [segment] = await cache.reader.all<{ body: Buffer }>('SELECT body FROM segment WHERE id = ?', [id])
    if (!segment) continue
    const { body } = segment
    const view = viewOf(body)
    for (let at = 0; at < body.length; at += recordBytes(view, at))
      add(recordSequence(view, at), readId(body, view, at), readEntity(body, view, at), recordBytes(view, at))
  }
  addAheadBefore(Number.POSITIVE_INFINITY)
  hash.update(lines.join(''))
  return {
    product: held.product,
    events,
    entities: entities.size,
    first,
    last,
    bytes,
    digest: hash.digest('hex'),
  }
}

/** In order of product name; one consistent view, whatever a running node commits meanwhile. */
export async function cacheStats(cache: Cache): Promise<CacheStats[]> {
  await cache.reader.script('BEGIN')
  try {
    const stats: CacheStats[] = []
    for (const held of [...(await cache.look()).values()].sort((a, b) => (a.product < b.product ? -1 : 1)))
      stats.push(await statsOf(cache, held))
    return stats
  } finally {
    await cache.reader.script('COMMIT')
  }
}
