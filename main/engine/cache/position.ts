/** What changes a product's place in its stream, other than committing events. */
import type { Cache } from './cache.ts'
import { missing, positionOf, neverFollowed, type Held } from './held.ts'
import type { Range } from './ranges.ts'
import type { Reader } from './reader.ts'
import type { DueState } from './state.ts'
import { writeBlocks } from './write-state.ts'

/** The state that was read ahead and no other, and from where the log follows: together or not at all. */
export async function writeFirstState(
  cache: Cache,
  { held, blocks, written }: DueState,
  live: number,
  origin: number,
): Promise<void> {
  await cache.database.transaction(async () => {
    await cache.database.run('DELETE FROM state WHERE product = ?', [held.id])
    await writeBlocks(cache.database, blocks)
    await cache.database.run('UPDATE product SET live = ?, origin = ?, watermark = ? WHERE id = ?', [
      live,
      origin,
      live,
      held.id,
    ])
  })
  held.live = live
  held.origin = origin
  held.watermark = live
  written()
}

/**
 * Holes that lie before the server's first message can't be filled any more, and those behind where we began to follow
 * are not: what follows them is in the picture already.
 * @returns whether there are such
 */
export async function recordGaps(
  cache: Cache,
  held: Held,
  serverFirst: number,
  found: number,
): Promise<boolean> {
  const lost = missing(held)
    .filter(({ first }) => first < serverFirst)
    .map(({ first, last }) => ({ first, last: Math.min(last, serverFirst - 1) }))
  lost.push(...neverFollowed(held))
  const position = positionOf(held)
  if (serverFirst > position + 1) lost.push({ first: position + 1, last: serverFirst - 1 })
  return writeGaps(cache, held, lost, found)
}

/** What was never had, and can't be had any more. @returns whether there is any */
export async function writeGaps(
  cache: Cache,
  held: Held,
  lost: readonly Range[],
  found: number,
): Promise<boolean> {
  if (lost.length === 0) return false
  await cache.database.transaction(async () => {
    for (const { first, last } of lost)
      await cache.database.run(
        'INSERT OR REPLACE INTO gap (product, first, last, found) VALUES (?, ?, ?, ?)',
        [held.id, first, last, found],
      )
  })
  for (const { first, last } of lost) held.gaps.push({ first, last, found })
  held.gaps.sort((a, b) => a.first - b.first)
  return true
}

/** When the last message up to this place was published, or one before it that says later; 0: it is not kept. */
export async function publishedAt(reader: Reader, held: Held, position: number): Promise<number> {
  const [segment] = await reader.all<{ last: number; last_time: number }>(
    'SELECT last, last_time FROM segment WHERE product = ? ORDER BY first DESC LIMIT 1',
    [held.id],
  )
  return segment?.last === position ? segment.last_time : 0
}

/** Which stream our sequences are of. */
export async function keepCreated(cache: Cache, held: Held, created: number): Promise<void> {
  if (held.created === created) return
  await cache.database.single('UPDATE product SET created = ? WHERE id = ?', [created, held.id])
  held.created = created
}

/**
 * The stream was made anew: its sequences mean something else now. The product takes another number, and what it had
 * under the one before is nobody's: one small step, however much that is (left-behind.ts lets it go).
 */
export async function beginAnew(cache: Cache, held: Held, created: number): Promise<void> {
  const { database } = cache
  const before = held.id
  const next = cache.nextNumber()
  try {
    await database.transaction(async () => {
      await database.run(
        'UPDATE product SET id = ?, live = NULL, origin = 1, watermark = 0, created = ? WHERE id = ?',
        [next, created, before],
      )
      await database.run('UPDATE quarantine SET product = ? WHERE product = ?', [next, before])
      // what comes behind in the same commit is of the new one
      held.id = next
    })
  } catch (error) {
    held.id = before
    throw error
  }
  held.created = created
  held.live = null
  held.origin = 1
  held.watermark = 0
  held.events = 0
  held.bytes = 0
  held.ranges = []
  held.gaps = []
  held.small = 0
}
