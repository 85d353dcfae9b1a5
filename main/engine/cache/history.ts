/** An entity's versions, out of the log: segments say by a hash whether it may be in them. */
import { entityHash, readEntity, recordBytes, recordSequence, viewOf } from '../event/record.ts'
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
    const segments = await reader.all<{ first: number; entities: Uint8Array }>(
      'SELECT first, entities FROM segment WHERE product = ? AND first < ? ORDER BY first DESC LIMIT ?',
      [product, before, perRead],
    )
    let isWhole = true
    for (const { first, entities } of segments) {
      read += entities.length
      if (read >= mostBytes) return
      if (hasHash(entities, hash)) {
        // its number may be another one's by now
        const [segment] = await reader.all<{ body: Buffer }>(
          'SELECT body FROM segment WHERE product = ? AND first = ?',
          [product, first],
        )
        isWhole = segment !== undefined
        // joined with its neighbours since it was listed, or let go: from here it is listed again
        if (!segment) break
        const { body } = segment
        read += body.length
        const view = viewOf(body)
        const places: number[] = []
        for (let at = 0; at < body.length; at += recordBytes(view, at))
          // what it was joined with was looked through already
          if (recordSequence(view, at) < before && readEntity(body, view, at) === entity) places.push(at)
        for (const at of places.reverse()) if (!each(body, at)) return
      }
      before = first
    }
    if (isWhole && segments.length < perRead) return
  }
}
