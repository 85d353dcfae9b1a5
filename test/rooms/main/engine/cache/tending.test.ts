import { afterEach, beforeEach, expect, it } from 'vitest'
import { missing, positionOf, type Held } from '../../../../../main/engine/cache/held.ts'
import type { Cache } from '../../../../../main/engine/cache/cache.ts'
import { createCommitter, type Committer, type Lane } from '../../../../../main/engine/cache/commit.ts'
import { compact } from '../../../../../main/engine/cache/compact.ts'
import { readHistory } from '../../../../../main/engine/cache/history.ts'
import { cutOff, purge, shrink } from '../../../../../main/engine/cache/retention.ts'
import { readId, viewOf } from '../../../../../main/engine/event/record.ts'
import { cacheStats } from '../../../../../main/engine/cache/stats.ts'
import type { Track } from '../../../../../preload/contract/event.ts'
import { createCheck, rulesOf, type Check } from '../../../../../main/engine/check/check.ts'
import { createAuthority } from '../../../../../main/exercise/authority.ts'
import { encode } from '../../../../../main/exercise/message.ts'
import { defaultScheme } from '../../../../../preload/contract/marking.ts'
import { message, product } from '../../../../platform/product.ts'
import { profileFolder, remove } from '../an-engine.ts'
import { eventOf, headOf } from '../../../../doubles/event.ts'
import { nothingSent } from '../../../../doubles/outbox.ts'
import { openCacheAs, type Keys } from '../../../../platform/unlocked.ts'

const { name, descriptor } = product('test.things', 'track', { retention: 'PT1H' })
let keys: Keys
let profile: string
let cache: Cache
let held: Held
let committer: Committer
let lane: Lane
let check: Check

const open = async (): Promise<void> => {
  const opened = await openCacheAs(keys, profile)
  if (!opened.ok) throw new Error(opened.error.message)
  cache = opened.value
  held = await cache.name(name, descriptor)
  committer = createCommitter({
    outbox: nothingSent,
    database: cache.database,
    dueState: () => [],
    applied: () => undefined,
    failing: (_, why) => expect.unreachable(why),
  })
  lane = committer.lane(held, 'live')
  check = createCheck()
}
const close = async (): Promise<void> => {
  await committer.dispose()
  await cache.close()
}

beforeEach(async () => {
  profile = await profileFolder()
  const { certificate, key } = await (await createAuthority('Test', Date.now())).issueClient([['CN', 'w']])
  keys = { certificate, key }
  await open()
})
afterEach(async () => {
  await close()
  await remove(profile)
})

const take = (sequence: number, published: number, filler = ''): void => {
  const plain = message(name, 'track', sequence, {
    entity: `e-${sequence % 3}`,
    id: `id-${sequence}`,
    time: published,
  })
  const { properties, ...body } = plain.body as Track
  const one = encode({ ...plain, body: { ...body, properties: { ...properties, filler } } })
  const lines = one.headers.keys().map((key) => `${key}: ${one.headers.get(key)}`)
  const event = eventOf({
    head: headOf(lines),
    body: one.payload,
    entity: plain.entity,
    sequence,
    published,
  })
  const rejection = check.accept(event, rulesOf(descriptor, defaultScheme, null), lane.batch)
  expect(rejection).toBeNull()
  committer.settled(lane, sequence, sequence, published, one.payload.length)
}

/** A commit of its own for each, as a quiet product makes them. */
const put = async (sequence: number, published: number): Promise<void> => {
  take(sequence, published)
  await committer.flush()
}

const history = async (): Promise<string[]> => {
  const ids: string[] = []
  await readHistory(
    cache.reader,
    held.id,
    'e-1',
    (bytes, at) => ids.push(readId(bytes, viewOf(bytes), at)) > 0,
  )
  return ids
}

it('a flood of large events lies in segments that can be read one at a time', async () => {
  const filler = 'x'.repeat(1_000_000)
  for (let sequence = 1; sequence <= 40; sequence++) take(sequence, Date.now() + sequence, filler)
  await committer.flush()
  const segments = await cache.reader.all<{ first: number; last: number; count: number; bytes: number }>(
    'SELECT first, last, count, bytes FROM segment ORDER BY first',
  )
  expect(Math.max(...segments.map(({ bytes }) => bytes))).toBeLessThan(6_000_000)
  expect(segments.map(({ first }) => first - 1)).toEqual([
    0,
    ...segments.slice(0, -1).map(({ last }) => last),
  ])
  for (const { first, last, count } of segments) expect(count).toBe(last - first + 1)
  expect((await cacheStats(cache))[0]).toMatchObject({ events: 40, first: 1, last: 40 })
  expect(await history()).toEqual([40, 37, 34, 31, 28, 25, 22, 19, 16, 13, 10, 7, 4, 1].map((n) => `id-${n}`))
})

it('small segments become one, and nothing else changes', async () => {
  for (let sequence = 1; sequence <= 100; sequence++) await put(sequence, Date.now())
  const before = await cacheStats(cache)
  const ids = await history()
  expect(held.small).toBe(100)
  expect(await compact(cache.database, held)).toBe(99)
  expect(await cacheStats(cache)).toEqual(before)
  expect(await history()).toEqual(ids)
  expect(ids.slice(0, 2)).toEqual(['id-100', 'id-97'])
  await close()
  await open()
  expect(positionOf(held)).toBe(100)
  expect(held).toMatchObject({ events: 100, small: 1 })
})

it('small segments are joined in steps that let commits in between', async () => {
  const filler = 'x'.repeat(40_000)
  for (let sequence = 1; sequence <= 60; sequence++) {
    take(sequence, Date.now(), filler)
    await committer.flush()
  }
  const before = await cacheStats(cache)
  const ids = await history()
  const segments = async (): Promise<number> => {
    const [row] = await cache.reader.all<{ all: number }>('SELECT count(*) AS "all" FROM segment')
    return row?.all ?? 0
  }
  const order: string[] = []
  const compacting = compact(cache.database, held).then((fewer) => {
    order.push('joined')
    return fewer
  })
  // asked for after the first step: it is not to wait for the last one
  const writing = (async () => {
    while ((await segments()) === 60) await new Promise((resolve) => setImmediate(resolve))
    await cache.database.single('UPDATE product SET rejected = 0 WHERE id = ?', [held.id])
    order.push('committed')
  })()
  const fewer = await compacting
  await writing
  expect(order).toEqual(['committed', 'joined'])
  expect(await segments()).toBe(60 - fewer)
  expect(fewer).toBeGreaterThan(50)
  expect(await cacheStats(cache)).toEqual(before)
  expect(await history()).toEqual(ids)
})

it('what went while segments were looked for is not joined', async () => {
  for (let sequence = 1; sequence <= 100; sequence++) await put(sequence, Date.now())
  const { database } = cache
  const fewer = await compact(
    {
      ...database,
      async transaction(work) {
        await database.single('DELETE FROM segment WHERE product = ? AND first = 50', [held.id])
        return database.transaction(work)
      },
    },
    held,
  )
  expect(fewer).toBe(0)
  const [row] = await cache.reader.all<{ all: number }>('SELECT count(*) AS "all" FROM segment')
  expect(row?.all).toBe(99)
})

it('what is older than the product’s retention goes, the position stays', async () => {
  const now = Date.now()
  const old = now - 2 * 3_600_000
  await cache.database.single('UPDATE product SET live = 0 WHERE id = ?', [held.id])
  held.live = 0
  for (let sequence = 1; sequence <= 10; sequence++) await put(sequence, sequence <= 6 ? old : now)
  const keeping = { leastRetention: 0, mostRetention: Infinity, mostBytes: Infinity }
  expect(await purge(cache.database, held, cutOff(held, keeping, now))).toMatchObject({ events: 6 })
  expect(held.events).toBe(4)
  expect((await cacheStats(cache))[0]).toMatchObject({ events: 4, first: 7, last: 10 })
  expect(missing(held)).toEqual([])
  const later = cutOff(held, keeping, now + 4 * 3_600_000)
  expect(await purge(cache.database, held, later)).toMatchObject({ events: 4 })
  await close()
  await open()
  expect(positionOf(held)).toBe(10)
  expect(missing(held)).toEqual([])
})

it('however long or short a descriptor wants its messages kept, the node’s policy bounds it', () => {
  const hour = 3_600_000
  const keeping = { leastRetention: hour, mostRetention: 90 * 24 * hour, mostBytes: 1 }
  const keptFor = (retention: string): number =>
    -cutOff({ ...held, descriptor: { ...descriptor, retention } }, keeping, 0)
  expect(keptFor('PT0S')).toBe(hour)
  expect(keptFor('P2D')).toBe(48 * hour)
  expect(keptFor(`P${'9'.repeat(38)}D`)).toBe(90 * 24 * hour)
})

it('a product that is too large loses its oldest, in steps that let commits in between, and no more than it must', async () => {
  await cache.database.single('UPDATE product SET live = 0 WHERE id = ?', [held.id])
  held.live = 0
  for (let sequence = 1; sequence <= 300; sequence++) await put(sequence, Date.now())
  const bytes = held.bytes
  const order: string[] = []
  const shrinking = shrink(cache.database, held, bytes / 3).then((gone) => {
    order.push('shrunk')
    return gone
  })
  // asked for after the first step: it is not to wait for the last one
  const writing = (async () => {
    while (held.bytes === bytes) await new Promise((resolve) => setImmediate(resolve))
    await cache.database.single('UPDATE product SET rejected = 0 WHERE id = ?', [held.id])
    order.push('committed')
  })()
  const gone = await shrinking
  await writing
  expect(order).toEqual(['committed', 'shrunk'])
  expect(held.bytes).toBeLessThanOrEqual(bytes / 3)
  expect(held.bytes).toBeGreaterThan(bytes / 3 - bytes / 100)
  const [stats] = await cacheStats(cache)
  expect(stats).toMatchObject({ events: 300 - gone, first: gone + 1, last: 300, bytes: held.bytes })
  expect(missing(held)).toEqual([])
  await close()
  await open()
  expect(held).toMatchObject({ bytes: stats?.bytes, events: 300 - gone })
  expect(positionOf(held)).toBe(300)
  expect(missing(held)).toEqual([])
})
