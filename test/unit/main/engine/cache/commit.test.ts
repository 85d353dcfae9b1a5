/** When a commit begins, on a clock and a disk that the test holds. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createCommitter, type Committer, type Lane } from '../../../../../main/engine/cache/commit.ts'
import type { Database } from '../../../../../main/engine/cache/database.ts'
import type { DueState } from '../../../../../main/engine/cache/state.ts'
import type { Held } from '../../../../../main/engine/cache/held.ts'
import { nothingSent } from '../../../../doubles/outbox.ts'

let committer: Committer
let lane: Lane
let sequence: number
/** what the disk has yet to say is written */
let writing: (() => void)[]
/** the last sequence that is durable, of what is followed and of what is read behind it */
let durable: number
let past: number
/** blocks of the picture that are due */
let due: DueState[]

beforeEach(() => {
  vi.useFakeTimers()
  sequence = durable = past = 0
  writing = []
  due = []
  const work = (): Promise<void> => new Promise((resolve) => writing.push(resolve))
  committer = createCommitter({
    outbox: nothingSent,
    database: { single: work, transaction: work } as unknown as Database,
    dueState: () => due.splice(0),
    applied(committed) {
      for (const { lane, batch } of committed)
        if (lane.kind === 'live') durable = batch.last
        else past = batch.last
    },
    failing: (_, why) => expect.unreachable(why),
  })
  lane = committer.lane({ id: 1, ranges: [], events: 0, bytes: 0, small: 0 } as unknown as Held, 'live')
})
afterEach(() => vi.useRealTimers())

const come = (): void => {
  sequence++
  committer.settled(lane, sequence, sequence, Date.now(), 100)
}
const write = async (): Promise<void> => {
  for (const resolve of writing.splice(0)) resolve()
  await vi.advanceTimersByTimeAsync(0)
}
/** as if the disk took no time */
const pass = async (milliseconds: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(milliseconds)
  await write()
}

it('what comes after a while of quiet does not wait for others to come', async () => {
  come()
  await pass(5)
  expect(durable).toBe(1)
  await pass(60)
  come()
  await pass(5)
  expect(durable).toBe(2)
})

it('what comes in several pieces is one commit', async () => {
  come()
  await vi.advanceTimersByTimeAsync(2)
  come()
  await pass(3)
  expect(durable).toBe(2)
})

it('what comes all the time is written every 50 ms, however little it is', async () => {
  let commits = 0
  for (let at = 0; at < 1000; at++) {
    come()
    await vi.advanceTimersByTimeAsync(1)
    commits += writing.length
    await write()
  }
  expect(commits).toBeGreaterThan(18)
  expect(commits).toBeLessThan(22)
})

it('what waited while the disk was slow does not wait once more', async () => {
  come()
  await vi.advanceTimersByTimeAsync(5)
  expect(writing).toHaveLength(1)
  come()
  // the first is written only now
  await vi.advanceTimersByTimeAsync(200)
  expect(durable).toBe(0)
  await write()
  expect(durable).toBe(1)
  await pass(5)
  expect(durable).toBe(2)
})

it('events do not wait for the picture that is due with them, and nothing is applied while it is written', async () => {
  const written = vi.fn()
  due = [{ held: lane.held, watermark: 1, blocks: [], written }]
  come()
  await pass(5)
  expect(durable).toBe(1)
  expect(written).not.toHaveBeenCalled()
  come()
  await vi.advanceTimersByTimeAsync(200)
  expect(durable).toBe(1)
  // the picture's transaction, and then what came meanwhile
  await write()
  expect(written).toHaveBeenCalledOnce()
  expect(lane.held.watermark).toBe(1)
  expect(durable).toBe(1)
  await pass(5)
  expect(durable).toBe(2)
})

it('what happens does not wait for what happened, which is written behind it', async () => {
  const behind = committer.lane(lane.held, 'history')
  for (let at = 1; at <= 900; at++) committer.settled(behind, at, at, Date.now(), 100)
  come()
  await pass(5)
  expect(durable).toBe(1)
  expect(past).toBe(0)
  await write()
  expect(past).toBe(900)
})
