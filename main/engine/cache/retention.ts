/** What a product's retention has let go on the platform goes here too: log, gaps, quarantine. */
import { durationMs } from '../../../preload/contract/product.ts'
import type { Held } from './cache.ts'
import type { Database } from './database.ts'

export const cutOff = (held: Held, now: number): number => now - durationMs(held.descriptor.retention)

/**
 * `secure_delete` overwrites what goes. Interrupted, it has not happened, and the next one does it.
 * @returns events that went
 */
export async function purge(database: Database, held: Held, now: number): Promise<number> {
  const before = cutOff(held, now)
  const [old] = await database.all<{ last: number | null; count: number | null }>(
    `SELECT max(last) AS last, sum(count) AS count FROM segment INDEXED BY segment_range
     WHERE product = ? AND last_time < ?`,
    [held.id, before],
  )
  await database.transaction(async () => {
    await database.run('DELETE FROM quarantine WHERE product = ? AND received < ?', [held.id, before])
    if (typeof old?.last !== 'number') return
    await database.run('DELETE FROM segment WHERE product = ? AND last <= ? AND last_time < ?', [
      held.id,
      old.last,
      before,
    ])
    await database.run('DELETE FROM gap WHERE product = ? AND last <= ?', [held.id, old.last])
    // the position stays: what is let go was had
    await database.run('UPDATE product SET origin = max(origin, ?), live = max(live, ?) WHERE id = ?', [
      old.last + 1,
      old.last,
      held.id,
    ])
  })
  if (typeof old?.last !== 'number') return 0
  const { last } = old
  held.origin = Math.max(held.origin, last + 1)
  if (held.live !== null) held.live = Math.max(held.live, last)
  held.gaps = held.gaps.filter((gap) => gap.last > last)
  held.ranges = held.ranges.filter((range) => range.last > last)
  held.events -= old.count ?? 0
  return old.count ?? 0
}
