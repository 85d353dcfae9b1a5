/** When the picture is kept as it is, how, and how it goes again with what it was made of. */
import { recordBytes, recordPublished } from '../event/record.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { Database } from './database.ts'
import { positionOf, type Held } from './held.ts'
import { readBlock, type Pictured, type StateBlock } from './state.ts'

/** ms between two of one product at least */
const interval = 300_000
/** Events between two: less is read as fast without one. */
const leastEvents = 2000
/** … and so many times what the picture has, so that all of them together are a quarter of the log. */
const timesEntities = 4

/** Whether one more is worth its writing. */
export const isDue = (last: Checkpoint | null, held: Held, entities: number, now: number): boolean => {
  if (held.live === null) return false
  // of a stream that was made anew the numbers begin again
  const since = positionOf(held) < (last?.sequence ?? 0) ? null : last
  if (since !== null && now - since.taken < interval && now >= since.taken) return false
  const events = since === null ? held.events : positionOf(held) - since.sequence
  return events >= Math.max(leastEvents, timesEntities * entities)
}

const oldestOf = ({ block, body }: StateBlock): number => {
  let oldest = Infinity
  readBlock(block, body, (_, view, at) => {
    oldest = Math.min(oldest, recordPublished(view, at))
  })
  return Math.floor(oldest)
}

/**
 * In one transaction: between two of them nothing is committed, so the picture stays what it is.
 * @returns null: the log has nothing that it could be the picture of
 */
export const takeCheckpoint = (
  database: Database,
  held: Held,
  picture: () => Pictured,
  now: number,
): Promise<Checkpoint | null> =>
  database.transaction(async () => {
    // its stream was made anew meanwhile, and the picture is empty
    if (held.live === null) return null
    const sequence = positionOf(held)
    const [segment] = await database.all<{ last_time: number }>(
      'SELECT last_time FROM segment WHERE product = ? AND last <= ? ORDER BY first DESC LIMIT 1',
      [held.id, sequence],
    )
    if (!segment) return null
    const taken: Checkpoint = { sequence, published: segment.last_time, taken: Math.round(now) }
    await database.run('INSERT OR REPLACE INTO checkpoint VALUES (?, ?, ?, ?)', [
      held.id,
      sequence,
      taken.published,
      taken.taken,
    ])
    for (const each of picture().blocks)
      if (each.body.length > 0)
        await database.run('INSERT OR REPLACE INTO checkpoint_block VALUES (?, ?, ?, ?, ?)', [
          held.id,
          sequence,
          each.block,
          oldestOf(each),
          each.body,
        ])
    return taken
  })

/** Of one transaction. */
const blocksPerStep = 64

/** The block without what was published before; null: nothing is left of it. */
function youngerOf({ block, body }: StateBlock, before: number): StateBlock | null {
  const pieces: Uint8Array[] = []
  readBlock(block, body, (bytes, view, at) => {
    if (recordPublished(view, at) >= before) pieces.push(bytes.subarray(at - 1, at + recordBytes(view, at)))
  })
  return pieces.length === 0 ? null : { product: 0, block, body: Buffer.concat(pieces) }
}

/** What was published before `before` leaves every picture of then, too. @returns checkpoints and blocks that it changed */
export async function purgeCheckpoints(database: Database, held: Held, before: number): Promise<number> {
  let changed = await database.transaction(async () => {
    const gone = await database.all<{ sequence: number }>(
      'DELETE FROM checkpoint WHERE product = ? AND published < ? RETURNING sequence',
      [held.id, before],
    )
    for (const { sequence } of gone)
      await database.run('DELETE FROM checkpoint_block WHERE product = ? AND sequence = ?', [
        held.id,
        sequence,
      ])
    return gone.length
  })
  for (;;) {
    const step = await database.transaction(async () => {
      const old = await database.all<StateBlock & { sequence: number }>(
        'SELECT sequence, block, body FROM checkpoint_block WHERE product = ? AND oldest < ? LIMIT ?',
        [held.id, Math.floor(before), blocksPerStep],
      )
      for (const one of old) {
        const place = [held.id, one.sequence, one.block]
        const left = youngerOf(one, Math.floor(before))
        if (left === null)
          await database.run(
            'DELETE FROM checkpoint_block WHERE product = ? AND sequence = ? AND block = ?',
            place,
          )
        else
          await database.run(
            'UPDATE checkpoint_block SET body = ?, oldest = ? WHERE product = ? AND sequence = ? AND block = ?',
            [left.body, oldestOf(left), ...place],
          )
      }
      return old.length
    })
    changed += step
    if (step < blocksPerStep) return changed
  }
}
