/** A disk that refuses: what it did not take is asked for again, and nobody believes that it is there. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Cache } from '../../../../../main/engine/cache/cache.ts'
import { createCommitter, type Committer, type Lane } from '../../../../../main/engine/cache/commit.ts'
import type { Database } from '../../../../../main/engine/cache/database.ts'
import { missing, positionOf, type Held } from '../../../../../main/engine/cache/held.ts'
import { recordGaps, writeGaps } from '../../../../../main/engine/cache/position.ts'
import type { Value } from '../../../../../main/engine/cache/reader.ts'
import type { DueState } from '../../../../../main/engine/cache/state.ts'
import { nothingSent } from '../../../../doubles/outbox.ts'

let held: Held
let committer: Committer
let lane: Lane
/** of the next transaction: thrown, and then no more */
let refusal: Error | null
/** the most sequences of one segment that there is room for */
let room: number
/** first and last of each segment on the disk */
let written: [Value, Value][]
/** what was told of the disk, in turn */
let told: string[]
let due: DueState[]

const database = {
  single: (_: string, values: Value[]) => {
    if (Number(values[2]) - Number(values[1]) >= room) return Promise.reject(new Error('SQLITE_FULL'))
    written.push([values[1]!, values[2]!])
    return Promise.resolve()
  },
  transaction: (work: () => Promise<void>) => {
    const refused = refusal
    refusal = null
    return refused ? Promise.reject(refused) : work()
  },
  run: () => Promise.resolve(),
} as unknown as Database

beforeEach(() => {
  vi.useFakeTimers()
  refusal = null
  room = Infinity
  written = []
  told = []
  due = []
  held = {
    ...{ id: 1, product: 'security.units', live: 5, origin: 1, watermark: 5, events: 0, bytes: 0, small: 0 },
    ...{ ranges: [{ first: 1, last: 5 }], gaps: [], rejected: 0, faults: 0 },
  } as unknown as Held
  committer = createCommitter({
    outbox: nothingSent,
    database,
    dueState: () => due.splice(0),
    applied: () => undefined,
    failing: () => told.push('refuses'),
    recovered: () => told.push('takes it again'),
  })
  lane = committer.lane(held, 'live')
})
afterEach(() => vi.useRealTimers())

const come = (first: number, last: number): void => {
  for (let sequence = first; sequence <= last; sequence++)
    committer.settled(lane, sequence, sequence, Date.now(), 10)
}

it('behind what a full disk did not take nothing is written at the end: the next start reads all of it again', async () => {
  room = 2
  come(6, 10)
  await vi.advanceTimersByTimeAsync(100)
  expect(told).toContain('refuses')
  come(11, 12)
  const ended = committer.dispose()
  await vi.advanceTimersByTimeAsync(5000)
  await ended
  expect(written).toEqual([])
  expect(positionOf(held)).toBe(5)
})

it('who waits until all is durable is told that it is not, and writes no gap over it', async () => {
  room = 2
  come(6, 10)
  const flushed = committer.flush().then(
    () => 'durable',
    () => 'refused',
  )
  await vi.advanceTimersByTimeAsync(100)
  const ended = committer.dispose()
  await vi.advanceTimersByTimeAsync(5000)
  await ended
  expect(await flushed).toBe('refused')
  await expect(committer.flush()).rejects.toThrow()
})

it('a hole behind what we followed is a gap that is told, not a place that nobody looks at', async () => {
  held.ranges.push({ first: 11, last: 12 })
  const cache = { database } as Cache
  await writeGaps(cache, held, [{ first: 13, last: 14 }], 1)
  expect(missing(held)).toEqual([])
  expect(await recordGaps(cache, held, 1, 1)).toBe(true)
  expect(held.gaps).toMatchObject([
    { first: 6, last: 10 },
    { first: 13, last: 14 },
  ])
  expect(await recordGaps(cache, held, 1, 1)).toBe(false)
})

it('once the disk took the picture that it had refused, that is told: no event has to come for it', async () => {
  refusal = new Error('SQLITE_BUSY')
  due = [{ held, watermark: 6, blocks: [], written: () => undefined }]
  come(6, 6)
  await vi.advanceTimersByTimeAsync(100)
  expect(told).toEqual(['refuses'])
  await vi.advanceTimersByTimeAsync(5000)
  expect(held.watermark).toBe(6)
  expect(told).toEqual(['refuses', 'takes it again'])
})
