/** What the log has of a product since an instant: for whoever sums up what was. */
import type { Body } from '../../../preload/contract/event.ts'
import { rankOf, type MarkingScheme } from '../../../preload/contract/marking.ts'
import { appendRecord, clearBatch, createBatch, type Batch } from '../event/batch.ts'
import { clearFacts, createFacts, readFacts, type Facts } from '../event/facts.ts'
import { viewOf } from '../event/record.ts'
import type { Held } from './held.ts'
import type { Reader } from './reader.ts'

/** Of what is asked, so much is read at most: the newest. */
const mostEvents = 200_000
const mostBytes = 64 * 1024 * 1024
const perPiece = 512 * 1024

const utf8 = new TextDecoder()
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/**
 * @param since ms since 1970
 * @param each told some at a time, oldest first, valid until it returns; other work has its turn between. false: enough
 * @returns since when nothing is left out, ms since 1970
 */
export async function readRecent(
  reader: Reader,
  held: Pick<Held, 'id'>,
  scheme: MarkingScheme,
  since: number,
  each: (batch: Batch) => boolean,
): Promise<number> {
  const facts = createFacts()
  const readBody = (type: number, body: Uint8Array): Facts => {
    clearFacts(facts)
    try {
      if (body.length > 0) readFacts(type, JSON.parse(utf8.decode(body)) as Body, facts)
    } catch {
      clearFacts(facts)
    }
    return facts
  }
  const segments = await reader.all<{ id: number; count: number; bytes: number; last_time: number }>(
    'SELECT id, count, bytes, last_time FROM segment WHERE product = ? AND last_time > ? ORDER BY first DESC',
    [held.id, since],
  )
  const wanted: number[] = []
  let events = 0
  let bytes = 0
  let whole = since
  for (const segment of segments) {
    events += segment.count
    bytes += segment.bytes
    if (events > mostEvents || bytes > mostBytes) {
      whole = segment.last_time
      break
    }
    wanted.unshift(segment.id)
  }
  const batch = createBatch()
  for (const id of wanted) {
    const [segment] = await reader.all<{ body: Buffer }>('SELECT body FROM segment WHERE id = ?', [id])
    if (segment === undefined) continue
    const { body } = segment
    const view = viewOf(body)
    for (let at = 0; at < body.length;) {
      at = appendRecord(batch, body, view, at, (level) => rankOf(scheme, level), readBody)
      if (batch.used < perPiece && at < body.length) continue
      if (!each(batch)) return whole
      clearBatch(batch)
      await turn()
    }
  }
  return whole
}
