/** An entity's versions, out of the log: segments say by a hash whether it may be in them. */
import { entityHash, readEntity, recordBytes, viewOf } from '../event/record.ts'
import type { Reader } from './reader.ts'
import { hasHash } from './segment.ts'

/** Segments whose index is read at a time. */
const perRead = 500

/**
 * Newest first.
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
  for (;;) {
    const segments = await reader.all<{ id: number; first: number; entities: Uint8Array }>(
      'SELECT id, first, entities FROM segment WHERE product = ? AND first < ? ORDER BY first DESC LIMIT ?',
      [product, before, perRead],
    )
    for (const { id, entities } of segments) {
      if (!hasHash(entities, hash)) continue
      const [segment] = await reader.all<{ body: Buffer }>('SELECT body FROM segment WHERE id = ?', [id])
      if (!segment) continue
      const { body } = segment
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
