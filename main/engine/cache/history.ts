/** An entity's versions, out of the log: segments say by a hash whether it may be in them. */
import { entityHash, readEntity, recordBytes, viewOf } from '../event/record.ts'
import type { Reader } from './reader.ts'
import { hasHash } from './segment.ts'

/** Segments whose index is read at a time: each has four bytes for each of its entities. */
const perRead = 64
/** What one question reads of the log: all windows have one reader, and what a window may not see is read as well. */
const mostBytes = 128 * 1024 * 1024

/**
 * Newest first; what lies behind so much of the log is not looked for.
 * @param each told where a record lies; false: enough
 */
export async function readHistory(
  reader: Reader,
  product: number,
  entity: string,
  each: (bytes: Uint8Array, at: number) => boolean,
): Promise<void> {
  const hash = entityHash(entity)
  let before = Number.MAX_SAFE_INTEGER
  let read = 0
  for (;;) {
    const segments = await reader.all<{ id: number; first: number; entities: Uint8Array }>(
      'SELECT id, first, entities FROM segment WHERE product = ? AND first < ? ORDER BY first DESC LIMIT ?',
      [product, before, perRead],
    )
    for (const { id, entities } of segments) {
      read += entities.length
      if (read >= mostBytes) return
      if (!hasHash(entities, hash)) continue
      const [segment] = await reader.all<{ body: Buffer }>('SELECT body FROM segment WHERE id = ?', [id])
      if (!segment) continue
      const { body } = segment
      read += body.length
      const view = viewOf(body)
      const places: number[] = []
      for (let at = 0; at < body.length; at += recordBytes(view, at))
        if (readEntity(body, view, at) === entity) places.push(at)
      for (const at of places.reverse()) if (!each(body, at)) return
    }
    const oldest = segments.at(-1)
    if (!oldest || segments.length < perRead) return
    before = oldest.first
  }
}
