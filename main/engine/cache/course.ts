/** One series' points between two times, out of the log. */
import { eventTypes, readRecord, recordBytes, viewOf } from '../event/record.ts'
import type { Reader } from './reader.ts'

/** Segments listed at a time. */
const perRead = 256
/** What one question reads of the log: all windows have one reader. */
const mostBytes = 64 * 1024 * 1024
/** ms after which a point that came later than it happened is not looked for */
const latest = 10 * 60_000
const utf8 = new TextDecoder()
const metric = eventTypes.indexOf('vigie.metric.v1')
/** Written as it is in any JSON that its sender's encoder does not escape without need. */
const plain = /^[\x20-\x7e]+$/
const escaped = /["\\/<>&'+]/

export interface Point {
  /** when it happened, ms since 1970 */
  time: number
  value: number
  /** the level as it was sent; none: the product's */
  marking: string
}

/** @returns null where the record is no point of the series */
function pointAt(bytes: Buffer, view: DataView, at: number, series: string): Point | null {
  const stored = readRecord(bytes, view, at)
  if (stored.from === stored.to || stored.type !== eventTypes[metric]) return null
  let body: unknown
  try {
    body = JSON.parse(utf8.decode(bytes.subarray(stored.from, stored.to)))
  } catch {
    return null
  }
  if (typeof body !== 'object' || body === null) return null
  const { series: name, value } = body as { series?: unknown; value?: unknown }
  if (name !== series || typeof value !== 'number' || !Number.isFinite(value)) return null
  return { time: stored.time, value, marking: stored.marking }
}

/**
 * The newest segment first; within one, in the stream's order.
 * @param from ms since 1970, as `to`
 * @returns how far back it was read, ms since 1970: `from`, or where one question may read no further
 */
export async function readCourse(
  reader: Reader,
  product: number,
  series: string,
  from: number,
  to: number,
  each: (point: Point) => void,
): Promise<number> {
  const needle = plain.test(series) && !escaped.test(series) ? Buffer.from(`"${series}"`) : null
  let before = Number.MAX_SAFE_INTEGER
  let read = 0
  for (;;) {
    const segments = await reader.all<{ first: number; first_time: number; last_time: number }>(
      'SELECT first, first_time, last_time FROM segment WHERE product = ? AND first < ? ORDER BY first DESC LIMIT ?',
      [product, before, perRead],
    )
    for (const { first, first_time: begins, last_time: ends } of segments) {
      // what was published before happened before, too
      if (ends < from) return from
      before = first
      if (begins > to + latest) continue
      const [segment] = await reader.all<{ body: Buffer }>(
        'SELECT body FROM segment WHERE product = ? AND first = ?',
        [product, first],
      )
      // joined with its neighbours since it was listed, or let go
      if (segment === undefined) continue
      const { body } = segment
      const view = viewOf(body)
      let next = needle === null ? 0 : body.indexOf(needle)
      for (let at = 0; at < body.length && next >= 0;) {
        const end = at + recordBytes(view, at)
        if (end <= at) break
        if (needle === null || next < end) {
          const point = pointAt(body, view, at, series)
          if (point !== null && point.time >= from && point.time <= to) each(point)
          if (needle !== null) next = body.indexOf(needle, end)
        }
        at = end
      }
      read += body.length
      if (read >= mostBytes) return Math.max(from, begins)
    }
    if (segments.length < perRead) return from
  }
}
