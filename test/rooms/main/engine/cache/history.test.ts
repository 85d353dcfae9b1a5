/** What was: one reader serves all windows, so no question may have it for as long as a log is. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Cache } from '../../../../../main/engine/cache/cache.ts'
import type { Committer, Lane } from '../../../../../main/engine/cache/commit.ts'
import { compact } from '../../../../../main/engine/cache/compact.ts'
import { readHistory } from '../../../../../main/engine/cache/history.ts'
import type { Reader } from '../../../../../main/engine/cache/reader.ts'
import { createCheck, rulesOf } from '../../../../../main/engine/check/check.ts'
import { readRecord, viewOf } from '../../../../../main/engine/event/record.ts'
import { encode } from '../../../../../main/exercise/message.ts'
import { defaultScheme } from '../../../../../preload/contract/marking.ts'
import { eventOf, headOf } from '../../../../doubles/event.ts'
import { largest, message, product } from '../../../../platform/product.ts'
import { openACache, plainCommitter, type ACache } from './a-cache.ts'

const MiB = 2 ** 20
const { name, descriptor } = product('security.places', 'feature')
const check = createCheck()
let opened: ACache
let cache: Cache
let committer: Committer
let lane: Lane
let last: number
/** bytes that came out of the cache */
let read: number

beforeEach(async () => {
  opened = await openACache()
  cache = opened.cache
  committer = plainCommitter(cache)
  lane = committer.lane(await cache.name(name, descriptor), 'live')
  last = read = 0
})
afterEach(async () => {
  await committer.dispose()
  await opened.dispose()
})

const small = (of: string, sequence: number, more: { entity: string }) =>
  message(of, 'feature', sequence, more)
const put = (entity: string, of: typeof largest | typeof small = small): void => {
  const sequence = ++last
  const one = of(name, sequence, { entity })
  const { headers, payload } = encode(one)
  const head = headOf(headers.keys().map((key) => `${key}: ${headers.get(key)}`))
  const event = eventOf({ head, body: payload, entity, sequence, published: one.time })
  expect(check.accept(event, rulesOf(descriptor, defaultScheme, null), lane.batch)).toBeNull()
  committer.settled(lane, sequence, sequence, one.time, payload.length)
}
const reader: Reader = {
  async all<Row>(sql: string, values: Parameters<Reader['all']>[1]) {
    const rows = await cache.reader.all<Row>(sql, values)
    for (const row of rows)
      for (const value of Object.values(row as object)) if (value instanceof Uint8Array) read += value.length
    return rows
  },
}
/** The sequences of its versions, as they are told; none of them is enough. */
const versionsOf = async (entity: string, from = reader): Promise<number[]> => {
  const told: number[] = []
  await readHistory(from, lane.held.id, entity, (bytes, at) => {
    told.push(readRecord(bytes, viewOf(bytes), at).sequence)
    return true
  })
  return told
}

it('all versions are found, newest first, whatever lies between', async () => {
  for (let i = 0; i < 300; i++) {
    put(`e-${i % 100}`)
    if (i % 3 === 0) await committer.flush()
  }
  await committer.flush()
  expect(await versionsOf('e-7')).toEqual([208, 108, 8])
})

it('a question reads so much and no more, however much of it is nothing that its window may see', async () => {
  for (let i = 0; i < 150; i++) {
    put('e-1', largest)
    await committer.flush()
  }
  const versions = await versionsOf('e-1')
  expect(versions[0]).toBe(150)
  expect(versions.length).toBeGreaterThan(100)
  // it may be in the midst of a segment when it has had enough
  expect(read).toBeLessThanOrEqual((128 + 5) * MiB)
})

it('the places where it is to be looked for are no long read either', async () => {
  // each segment says for each of its entities that it may be there
  for (let segment = 0; segment < 100; segment++) {
    for (let i = 0; i < 900; i++) put(`s-${segment}-${i}`)
    await committer.flush()
  }
  let most = 0
  const watched: Reader = {
    async all<Row>(sql: string, values: Parameters<Reader['all']>[1]) {
      const before = read
      const rows = await reader.all<Row>(sql, values)
      most = Math.max(most, read - before)
      return rows
    },
  }
  await readHistory(watched, lane.held.id, 's-0-1', () => true)
  expect(most).toBeLessThanOrEqual(64 * 900 * 4)
})

it.each([1, 4, 8])(
  'segments that are joined after read %i leave no version out, and tell none twice',
  async (when) => {
    for (let i = 0; i < 10; i++) {
      put('e-1')
      put(`other-${i}`)
      await committer.flush()
    }
    let reads = 0
    const meanwhile: Reader = {
      async all<Row>(sql: string, values: Parameters<Reader['all']>[1]) {
        const rows = await reader.all<Row>(sql, values)
        reads++
        if (reads === when) expect(await compact(cache.database, lane.held)).toBe(9)
        return rows
      },
    }
    expect(await versionsOf('e-1', meanwhile)).toEqual([19, 17, 15, 13, 11, 9, 7, 5, 3, 1])
  },
)

it('what is let go while it is looked for is not another product’s, though that has its number now', async () => {
  put('e-1')
  await committer.flush()
  const asked = lane.held.id
  const meanwhile: Reader = {
    async all<Row>(sql: string, values: Parameters<Reader['all']>[1]) {
      const rows = await reader.all<Row>(sql, values)
      if (lane.held.id !== asked) return rows
      await cache.database.single('DELETE FROM segment', [])
      lane = committer.lane(await cache.name('police.places', descriptor), 'live')
      put('e-1')
      await committer.flush()
      return rows
    },
  }
  const told: number[] = []
  await readHistory(meanwhile, asked, 'e-1', (_, at) => {
    told.push(at)
    return true
  })
  expect(told).toEqual([])
})
