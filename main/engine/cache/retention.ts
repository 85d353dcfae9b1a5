/**
 * What a product's retention has let go on the platform goes here too: log, gaps, quarantine. A descriptor asks for
 * it; how long and how much a product is kept at least and at most is the node's own policy.
 */
import { durationMs } from '../../../preload/contract/product.ts'
import type { Database } from './database.ts'
import type { Held } from './held.ts'
import { purgeCheckpoints } from './take-checkpoint.ts'

/** How long (ms) and how much (bytes of events) the node keeps of each product, whatever its descriptor asks for. */
export interface Keeping {
  leastRetention: number
  mostRetention: number
  mostBytes: number
}

/** @returns ms since 1970: what was published before it may go */
export function cutOff({ descriptor }: Held, keeping: Keeping, now: number): number {
  const asked = durationMs(descriptor.retention)
  return now - Math.max(keeping.leastRetention, Math.min(asked, keeping.mostRetention))
}

/** Of one transaction: other products' commits have their turn between two of them. */
const stepSegments = 64
const stepBytes = 8 * 1024 * 1024

interface Step {
  last: number
  events: number
  bytes: number
}

/** The oldest segments that may go together. @param enough bytes that are to go; one segment always may */
async function oldest(
  database: Database,
  held: Held,
  upTo: number,
  before: number,
  enough: number,
): Promise<Step | null> {
  const rows = await database.all<{ last: number; count: number; bytes: number }>(
    `SELECT last, count, bytes FROM segment INDEXED BY segment_range
     WHERE product = ? AND last <= ? AND last_time < ? ORDER BY first LIMIT ${stepSegments}`,
    [held.id, upTo, before],
  )
  if (rows.length === 0) return null
  const step: Step = { last: 0, events: 0, bytes: 0 }
  for (const { last, count, bytes } of rows) {
    if (step.last > 0 && (step.bytes >= enough || step.bytes + bytes > stepBytes)) break
    step.last = last
    step.events += count
    step.bytes += bytes
  }
  return step
}

/** `secure_delete` overwrites what goes. Interrupted, it has not happened, and the next one does it. */
async function letGo(
  database: Database,
  held: Held,
  upTo: number,
  before: number,
  enough = Infinity,
): Promise<Step | null> {
  const step = await database.transaction(async () => {
    const found = await oldest(database, held, upTo, before, enough)
    if (found === null) return null
    const { last } = found
    await database.run('DELETE FROM segment WHERE product = ? AND last <= ? AND last_time < ?', [
      held.id,
      last,
      before,
    ])
    await database.run('DELETE FROM gap WHERE product = ? AND last <= ?', [held.id, last])
    // behind them there is a hole now: nobody can follow the log from there
    for (const table of ['checkpoint', 'checkpoint_block'])
      await database.run(`DELETE FROM ${table} WHERE product = ? AND sequence < ?`, [held.id, last])
    // the position stays: what is let go was had
    await database.run('UPDATE product SET origin = max(origin, ?), live = max(live, ?) WHERE id = ?', [
      last + 1,
      last,
      held.id,
    ])
    return found
  })
  if (step === null) return null
  const { last, events, bytes } = step
  held.origin = Math.max(held.origin, last + 1)
  if (held.live !== null) held.live = Math.max(held.live, last)
  held.gaps = held.gaps.filter((gap) => gap.last > last)
  held.ranges = held.ranges.filter((range) => range.last > last)
  held.events -= events
  held.bytes -= bytes
  return step
}

/** What was published before `before`, and what was rejected before it. @returns how much of both went */
export async function purge(
  database: Database,
  held: Held,
  before: number,
): Promise<{ events: number; rejected: number; checkpoints: number }> {
  const rejected = await database.transaction(() =>
    database.all('DELETE FROM quarantine WHERE product = ? AND received < ? RETURNING id', [held.id, before]),
  )
  const checkpoints = await purgeCheckpoints(database, held, before)
  const gone = { events: 0, rejected: rejected.length, checkpoints }
  const [old] = await database.all<{ last: number | null }>(
    'SELECT max(last) AS last FROM segment INDEXED BY segment_range WHERE product = ? AND last_time < ?',
    [held.id, before],
  )
  if (typeof old?.last !== 'number') return gone
  for (;;) {
    const step = await letGo(database, held, old.last, before)
    if (step === null) return gone
    gone.events += step.events
  }
}

/** The oldest go, until the product has no more than `most` bytes of events. @returns events that went */
export async function shrink(database: Database, held: Held, most: number): Promise<number> {
  let gone = 0
  while (held.bytes > most) {
    const step = await letGo(database, held, Number.MAX_SAFE_INTEGER, Infinity, held.bytes - most)
    if (step === null) break
    gone += step.events
  }
  return gone
}
