import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Cache } from '../../../../../main/engine/cache/cache.ts'
import type { Committer } from '../../../../../main/engine/cache/commit.ts'
import type { Held } from '../../../../../main/engine/cache/held.ts'
import { faultOf } from '../../../../../main/engine/cache/quarantine.ts'
import { product } from '../../../../platform/product.ts'
import { openACache, plainCommitter, type ACache } from './a-cache.ts'

let opened: ACache
let cache: Cache
let committer: Committer

beforeEach(async () => {
  opened = await openACache()
  cache = opened.cache
  committer = plainCommitter(cache)
})
afterEach(async () => {
  await committer.dispose()
  await opened.dispose()
})

const named = (name: string): Promise<Held> => cache.name(name, product(name).descriptor)
const reject = (held: Held, text: string): void =>
  committer.reject(
    held,
    committer.wanted(held) ? { ...faultOf(held, 0, 'message.body-invalid', text), sequence: 1 } : null,
  )
/** What is kept of each, newest first. */
const kept = async (held: Held): Promise<string[]> =>
  (
    await cache.database.all<{ message: string }>(
      'SELECT message FROM quarantine WHERE product = ? ORDER BY id DESC',
      [held.id],
    )
  ).map(({ message }) => message)

it('a product that floods the quarantine evicts only its own, and takes no other’s place in a commit', async () => {
  const good = await named('good.one')
  const hostile = await named('hostile.one')
  reject(good, 'before')
  await committer.flush()
  for (let commit = 0; commit < 60; commit++) {
    for (let i = 0; i < 300; i++) reject(hostile, `${commit}/${i}`)
    if (commit === 30) reject(good, 'in the flood')
    await committer.flush()
  }
  expect(await kept(good)).toEqual(['in the flood', 'before'])
  const flood = await kept(hostile)
  expect(flood.length).toBeLessThanOrEqual(1000)
  expect(flood.length).toBeGreaterThan(500)
  expect(flood[0]).toMatch(/^59\//)
  // counted whole all the same
  expect(hostile.rejected).toBe(60 * 300)
})

it('many products that flood it leave the one that says little what it said, and all of it stays bounded', async () => {
  const good = await named('good.one')
  reject(good, 'before')
  const many = await Promise.all(Array.from({ length: 30 }, (_, i) => named(`hostile.p-${i}`)))
  for (let commit = 0; commit < 60; commit++) {
    for (let i = 0; i < 60; i++) for (const held of many) reject(held, `${commit}/${i}`)
    await committer.flush()
  }
  expect(await kept(good)).toEqual(['before'])
  const [row] = await cache.database.all<{ all: number }>('SELECT count(*) AS "all" FROM quarantine')
  expect(row?.all).toBeLessThanOrEqual(10_000)
  for (const held of many) expect((await kept(held)).length).toBeGreaterThan(0)
})

it('what is wrong with a product is kept beside its messages, counted for itself, and over a start as well', async () => {
  const held = await named('good.one')
  reject(held, 'a message')
  committer.fault(held, 1, 'product.clocks-apart', 'its clock')
  committer.fault(held, 2, 'product.picture-full', 'its picture')
  await committer.flush()
  expect(await kept(held)).toEqual(['its picture', 'its clock', 'a message'])
  expect(held).toMatchObject({ rejected: 1, faults: 2 })
  expect((await cache.look()).get('good.one')).toMatchObject({ rejected: 1, faults: 2 })
})

it('however many messages of a product are rejected, what is wrong with itself has its place beside them', async () => {
  const hostile = await named('hostile.one')
  for (let i = 0; i < 5000; i++) reject(hostile, `${i}`)
  committer.fault(hostile, 1, 'product.made-anew', 'it was made anew')
  // as many as it likes they are not, either
  for (let i = 0; i < 5000; i++) committer.fault(hostile, 1, 'product.descriptor-invalid', `title ${i}`)
  await committer.flush()
  expect(await kept(hostile)).toContain('it was made anew')
  expect((await kept(hostile)).length).toBeLessThanOrEqual(400)
  expect(hostile).toMatchObject({ rejected: 5000, faults: 200 })
})

it('a fault is durable though no message comes behind it', async () => {
  const held = await named('good.one')
  committer.fault(held, 1, 'product.clocks-apart', 'its clock')
  await vi.waitFor(() => expect(held.faults).toBe(1))
  expect(await kept(held)).toEqual(['its clock'])
})
