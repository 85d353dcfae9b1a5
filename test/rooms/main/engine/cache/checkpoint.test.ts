/** The picture as it was: kept beside the log, and gone with it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Cache } from '../../../../../main/engine/cache/cache.ts'
import { checkpointBefore, type Checkpoint } from '../../../../../main/engine/cache/checkpoint.ts'
import { createCommitter, type Committer, type Lane } from '../../../../../main/engine/cache/commit.ts'
import { positionOf, type Held } from '../../../../../main/engine/cache/held.ts'
import { beginAnew } from '../../../../../main/engine/cache/position.ts'
import { purge, shrink } from '../../../../../main/engine/cache/retention.ts'
import { readBlock } from '../../../../../main/engine/cache/state.ts'
import { isDue, takeCheckpoint } from '../../../../../main/engine/cache/take-checkpoint.ts'
import { createCheck, rulesOf } from '../../../../../main/engine/check/check.ts'
import { readRecord, recordBytes, viewOf } from '../../../../../main/engine/event/record.ts'
import { createPicture, type Picture } from '../../../../../main/engine/picture/picture.ts'
import { createAuthority } from '../../../../../main/exercise/authority.ts'
import { encode } from '../../../../../main/exercise/message.ts'
import { defaultScheme } from '../../../../../preload/contract/marking.ts'
import { startPlatform } from '../../../../platform/platform.ts'
import { message, messages, product } from '../../../../platform/product.ts'
import { addressOf, keysOf, persisted, profileFolder, remove, startEngine } from '../an-engine.ts'
import { eventOf, headOf } from '../../../../doubles/event.ts'
import { nothingSent } from '../../../../doubles/outbox.ts'
import { openCacheAs, type Keys } from '../../../../platform/unlocked.ts'

const { name, descriptor } = product('test.things', 'track')
const minute = 60_000
const begun = Date.UTC(2026, 6, 26, 18)
let profile: string
let keys: Keys

beforeEach(async () => {
  profile = await profileFolder()
  const { certificate, key } = await (await createAuthority('Test', Date.now())).issueClient([['CN', 'w']])
  keys = { certificate, key }
})
afterEach(() => remove(profile))

describe('a checkpoint', () => {
  let cache: Cache
  let held: Held
  let picture: Picture
  let committer: Committer
  let lane: Lane

  beforeEach(async () => {
    const opened = await openCacheAs(keys, profile)
    if (!opened.ok) throw new Error(opened.error.message)
    cache = opened.value
    held = await cache.name(name, descriptor)
    await cache.database.single('UPDATE product SET live = 0 WHERE id = ?', [held.id])
    held.live = 0
    picture = createPicture(
      cache,
      defaultScheme,
      () => begun,
      () => 0,
    )
    committer = createCommitter({
      outbox: nothingSent,
      database: cache.database,
      dueState: () => [],
      applied(committed) {
        for (const { batch } of committed) picture.applied(held, batch, true)
      },
      failing: (_, why) => expect.unreachable(why),
    })
    lane = committer.lane(held, 'live')
  })
  afterEach(async () => {
    await committer.dispose()
    await cache.close()
  })

  const check = createCheck()
  const take = (sequence: number, published = begun + sequence * 1000): void => {
    const one = message(name, 'track', sequence, { entity: `e-${(sequence * 7) % 90}`, time: published })
    const { headers, payload } = encode(one)
    const head = headOf(headers.keys().map((key) => `${key}: ${headers.get(key)}`))
    const event = eventOf({ head, body: payload, entity: one.entity, sequence, published })
    expect(check.accept(event, rulesOf(descriptor, defaultScheme, null), lane.batch)).toBeNull()
    committer.settled(lane, sequence, sequence, published, payload.length)
  }
  /** A commit of its own for every few. */
  const put = async (from: number, to: number): Promise<void> => {
    for (let sequence = from; sequence <= to; sequence++) {
      take(sequence)
      if (sequence % 10 === 0) await committer.flush()
    }
    await committer.flush()
  }
  const keep = async (): Promise<Checkpoint> => {
    const taken = await takeCheckpoint(cache.database, held, () => picture.whole(held), begun)
    if (!taken) throw new Error('there is nothing to keep')
    return taken
  }
  type State = Map<string, number>
  const addTo = (state: State, bytes: Uint8Array, at: number): void => {
    const { entity, sequence } = readRecord(bytes, viewOf(bytes), at)
    state.set(entity, sequence)
  }
  /** By entity, the sequence of what it was. */
  const keptIn = async (checkpoint: Checkpoint): Promise<State> => {
    const state: State = new Map()
    for (const { block, body } of await cache.reader.all<{ block: number; body: Buffer }>(
      'SELECT block, body FROM checkpoint_block WHERE product = ? AND sequence = ? ORDER BY block',
      [held.id, checkpoint.sequence],
    ))
      readBlock(block, body, (bytes, _, at) => addTo(state, bytes, at))
    return state
  }
  /** … as the log alone makes it, after `state` and up to a sequence. */
  const followed = async (state: State, after: number, upTo: number): Promise<State> => {
    for (const { body } of await cache.reader.all<{ body: Buffer }>(
      'SELECT body FROM segment WHERE product = ? AND last > ? AND first <= ? ORDER BY first',
      [held.id, after, upTo],
    ))
      for (let at = 0; at < body.length; at += recordBytes(viewOf(body), at)) {
        const { sequence } = readRecord(body, viewOf(body), at)
        if (sequence > after && sequence <= upTo) addTo(state, body, at)
      }
    return state
  }

  it('is what the log had made up to its sequence, whatever is committed while it is written', async () => {
    await put(1, 200)
    const putting = put(201, 900)
    const taken: Checkpoint[] = []
    while (positionOf(held) < 900) taken.push(await keep())
    await putting
    expect(new Set(taken.map(({ sequence }) => sequence)).size).toBeGreaterThan(3)
    for (const checkpoint of taken) {
      const { sequence, published } = checkpoint
      expect(published).toBe(begun + sequence * 1000)
      expect(await keptIn(checkpoint)).toEqual(await followed(new Map(), 0, sequence))
    }
  })

  it('and the log after it are any instant after it', async () => {
    await put(1, 300)
    await keep()
    await put(301, 600)
    await keep()
    await put(601, 700)
    for (const instant of [300, 301, 599, 600, 650, 700]) {
      const from = await checkpointBefore(cache.reader, held.id, begun + instant * 1000)
      expect(from?.sequence).toBe(instant < 600 ? 300 : 600)
      const made = await followed(await keptIn(from!), from!.sequence, instant)
      expect(made).toEqual(await followed(new Map(), 0, instant))
    }
    expect(await checkpointBefore(cache.reader, held.id, begun + 299_000)).toBeNull()
  })

  it('is due seldom, and only after so much that it saves reading', () => {
    const last = { sequence: 10_000, published: begun, taken: begun }
    const at = (position: number): Held => ({ ...held, ranges: [{ first: 1, last: position }] })
    expect(isDue(last, at(20_000), 100, begun + minute)).toBe(false)
    expect(isDue(last, at(20_000), 100, begun + 10 * minute)).toBe(true)
    expect(isDue(last, at(10_100), 100, begun + 10 * minute)).toBe(false)
    expect(isDue(last, at(20_000), 5000, begun + 10 * minute)).toBe(false)
    // a clock that was set back, and a stream that was made anew, don't keep it from being taken
    expect(isDue(last, at(20_000), 100, begun - 10 * minute)).toBe(true)
    expect(isDue(last, { ...at(5000), events: 5000 }, 100, begun + minute)).toBe(true)
    expect(isDue(null, { ...at(5000), events: 5000, live: null }, 100, begun)).toBe(false)
  })

  it('has nothing of what retention let go, and all of what it did not', async () => {
    await put(1, 300)
    const first = await keep()
    await put(301, 340)
    const second = await keep()
    const whole = await keptIn(second)
    // everything up to 280: of the 90 entities of the first checkpoint those remain that said something after it
    const { checkpoints } = await purge(cache.database, held, begun + 281_000)
    expect(checkpoints).toBeGreaterThan(0)
    expect(await keptIn(first)).toEqual(await followed(new Map(), 280, 300))
    expect(await keptIn(second)).toEqual(new Map([...whole].filter(([, sequence]) => sequence > 280)))
    await purge(cache.database, held, begun + 320_000)
    expect(await checkpointBefore(cache.reader, held.id, begun + 339_000)).toBeNull()
    expect(await keptIn(first)).toEqual(new Map())
    expect((await keptIn(second)).size).toBe(21)
  })

  it('goes where the log behind it goes, and with its stream', async () => {
    await put(1, 300)
    const first = await keep()
    await put(301, 600)
    const second = await keep()
    await shrink(cache.database, held, held.bytes / 2 - 5000)
    expect(await keptIn(first)).toEqual(new Map())
    expect((await keptIn(second)).size).toBe(90)
    expect(await checkpointBefore(cache.reader, held.id, Infinity)).toEqual(second)
    await beginAnew(cache, held, begun)
    expect(await checkpointBefore(cache.reader, held.id, Infinity)).toBeNull()
    expect(await keptIn(second)).toEqual(new Map())
  })
})

it('a running node keeps its picture by itself, and notes when it received, whatever its own clock says', async () => {
  const things = product(name, 'track')
  const platform = await startPlatform({ products: [things] })
  const year = 365 * 86_400_000
  const { engine } = await startEngine(profile, keysOf(platform.wall), { now: () => Date.now() + year })
  try {
    await engine.connect(addressOf(platform))
    await expect.poll(() => engine.report().products).toBe(1)
    await platform.publish(messages(name, 'track', 2500, 20))
    await persisted(engine, 2500)
    const opened = await openCacheAs(keysOf(platform.wall), profile, { readOnly: true })
    if (!opened.ok) throw new Error(opened.error.message)
    const { reader } = opened.value
    try {
      await expect.poll(() => checkpointBefore(reader, 1, Infinity)).not.toBeNull()
      const [segment] = await reader.all<{ body: Buffer }>(
        'SELECT body FROM segment ORDER BY id DESC LIMIT 1',
      )
      const { received, published } = readRecord(segment!.body, viewOf(segment!.body), 0)
      expect(Math.abs(received! - published)).toBeLessThan(year / 1000)
    } finally {
      await opened.value.close()
    }
  } finally {
    await engine.dispose()
    await platform.dispose()
  }
})
