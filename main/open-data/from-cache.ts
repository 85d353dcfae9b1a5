/** A product's rows as the cache has them now: the last of each entity, of its state and of the log behind that. */
import { rankOf, type MarkingScheme, type Rank } from '../../preload/contract/marking.ts'
import type { Record } from '../../preload/contract/picture.ts'
import type { Cache } from '../engine/cache/cache.ts'
import type { Held } from '../engine/cache/held.ts'
import { readBlock } from '../engine/cache/state.ts'
import { readEntity, recordBytes, recordSequence, viewOf } from '../engine/event/record.ts'
import { decodeRecord } from '../engine/picture/record.ts'

type Each = (bytes: Uint8Array, view: DataView, at: number) => void

/** Every record that may be the last of its entity, a block or a segment at a time: a cache is larger than memory. */
async function* pieces({ reader }: Cache, held: Held): AsyncGenerator<(each: Each) => void> {
  const blocks = await reader.all<{ block: number }>(
    'SELECT block FROM state WHERE product = ? ORDER BY block',
    [held.id],
  )
  for (const { block } of blocks) {
    const [row] = await reader.all<{ body: Buffer }>(
      'SELECT body FROM state WHERE product = ? AND block = ?',
      [held.id, block],
    )
    if (row) yield (each) => readBlock(block, row.body, each)
  }
  const segments = await reader.all<{ id: number }>(
    'SELECT id FROM segment WHERE product = ? AND count > 0 AND last > ? ORDER BY first',
    [held.id, Math.max(held.watermark, held.live ?? 0)],
  )
  for (const { id } of segments) {
    const [segment] = await reader.all<{ body: Buffer }>('SELECT body FROM segment WHERE id = ?', [id])
    if (!segment) continue
    const { body } = segment
    yield (each) => {
      const view = viewOf(body)
      for (let at = 0; at < body.length; at += recordBytes(view, at)) each(body, view, at)
    }
  }
}

/**
 * @param now what expired by then is not there any more, ms since 1970
 * @param ceiling nothing above it is read
 * @param progress told how many pieces of how many were read
 */
export async function* rowsInCache(
  cache: Cache,
  held: Held,
  { scheme, ceiling, now }: { scheme: MarkingScheme; ceiling: Rank; now: number },
): AsyncGenerator<Record[], void, undefined> {
  const last = new Map<string, number>()
  for await (const piece of pieces(cache, held))
    piece((bytes, view, at) => {
      const entity = readEntity(bytes, view, at)
      const sequence = recordSequence(view, at)
      if (!((last.get(entity) ?? -1) >= sequence)) last.set(entity, sequence)
    })
  const own = rankOf(scheme, held.descriptor.marking)
  for await (const piece of pieces(cache, held)) {
    const rows: Record[] = []
    piece((bytes, view, at) => {
      const entity = readEntity(bytes, view, at)
      if (last.get(entity) !== recordSequence(view, at)) return
      // the log may have what is the state, too
      last.delete(entity)
      const record = decodeRecord(held.product, bytes, at, scheme, own, ceiling)
      if (record !== null && (record.expires === null || record.expires > now)) rows.push(record)
    })
    if (rows.length > 0) yield rows
  }
}
