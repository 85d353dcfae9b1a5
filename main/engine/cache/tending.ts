/**
 * What is done for a cache now and then: small segments become one, what may no longer be kept goes, and the picture is
 * kept as it is. In turn, and never two at once: it shares the disk with the commits.
 */
import type { Cache } from './cache.ts'
import { checkpointBefore, type Checkpoint } from './checkpoint.ts'
import { compact, manySmall } from './compact.ts'
import { letLeftBehindGo } from './left-behind.ts'
import { isEmpty, positionOf, type Held } from './held.ts'
import { cutOff, purge, shrink, type Keeping } from './retention.ts'
import type { DueState, Pictured } from './state.ts'
import { isDue, takeCheckpoint } from './take-checkpoint.ts'
import { writeState } from './write-state.ts'

export interface TendingOptions {
  cache: Cache
  keeping: Keeping
  time: {
    monotonic(): number
    now(): number
    /** what the platform's time is at least: nothing goes by another */
    atLeast(): number
    /** ms for which it has gone on without a jump */
    steadyFor(): number
  }
  picture: {
    whole(held: Held): Pictured
    wholeState(held: Held, watermark: number): DueState
    /** what was published before it leaves. @returns rows that went */
    purge(held: Held, before: number): number
  }
  /** the product has more than the node keeps of it: told once */
  beyondSize: (held: Held, mostBytes: number) => void
  /** the catalog has it no more, and the last of what was kept of it is gone */
  emptied: (held: Held) => void
  failed: (error: unknown) => void
}

const tendInterval = 5000
const purgeInterval = 60_000
/** ms that the platform's time must have gone on without a jump before anything is let go by it */
const steadyBeforePurge = 60_000

export function startTending(options: TendingOptions): { dispose(): Promise<void> } {
  const { cache, keeping, time, picture } = options
  /** when each was last looked through for what may go; monotonic */
  const purged = new WeakMap<Held, number>()
  const checkpoints = new Map<Held['id'], Checkpoint | null>()
  /** those whose owner was told that they are too large */
  const shrunk = new WeakSet<Held>()
  /** the highest number of a product when nothing was left behind: one that takes another has a higher one */
  let swept = Number.NaN
  /** the log beside the database may still have what was let go */
  let overwritten = false
  let tended: Promise<void> | null = null
  let disposed = false

  const letGo = async (held: Held): Promise<void> => {
    const { mostBytes } = keeping
    if (held.bytes > mostBytes && (await shrink(cache.database, held, mostBytes)) > 0) {
      overwritten = true
      if (!shrunk.has(held)) options.beyondSize(held, mostBytes)
      shrunk.add(held)
    }
    if (time.steadyFor() < steadyBeforePurge) return
    if (time.monotonic() - (purged.get(held) ?? -Infinity) < purgeInterval) return
    purged.set(held, time.monotonic())
    const before = cutOff(held, keeping, time.atLeast())
    const { events, rejected, checkpoints: changed } = await purge(cache.database, held, before)
    const rows = picture.purge(held, before)
    if (rows > 0 && held.live !== null)
      await writeState(cache.database, picture.wholeState(held, positionOf(held)))
    overwritten ||= events + rejected + changed + rows > 0
    if (held.withdrawn && isEmpty(held) && picture.whole(held).entities === 0) options.emptied(held)
  }

  const keepPicture = async (held: Held): Promise<void> => {
    let last = checkpoints.get(held.id)
    if (last === undefined) last = await checkpointBefore(cache.reader, held.id, Infinity)
    const due = isDue(last, held, picture.whole(held).entities, time.now())
    checkpoints.set(
      held.id,
      due ? await takeCheckpoint(cache.database, held, () => picture.whole(held), time.now()) : last,
    )
  }

  /** of streams that were made anew */
  const sweep = async (): Promise<void> => {
    const highest = Math.max(...[...cache.held.values()].map(({ id }) => id))
    if (highest === swept) return
    while (!disposed && (await letLeftBehindGo(cache.database)) > 0) overwritten = true
    if (!disposed) swept = highest
  }

  const tend = async (): Promise<void> => {
    try {
      await sweep()
      for (const held of cache.held.values()) {
        if (disposed) return
        if (held.small >= manySmall) await compact(cache.database, held)
        await letGo(held)
        await keepPicture(held)
      }
      if (overwritten) overwritten = !(await cache.database.emptyLog())
    } catch (error) {
      options.failed(error)
    } finally {
      tended = null
    }
  }
  const timer = setInterval(() => {
    tended ??= tend()
  }, tendInterval)

  return {
    async dispose() {
      disposed = true
      clearInterval(timer)
      await tended
    },
  }
}
