import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Cache } from '../../../../main/engine/cache/cache.ts'
import { createCommitter, type Committer } from '../../../../main/engine/cache/commit.ts'
import { createCheck } from '../../../../main/engine/check/check.ts'
import { createBackfill } from '../../../../main/engine/intake/backfill.ts'
import { createPicture } from '../../../../main/engine/picture/picture.ts'
import { createProduct, type Product } from '../../../../main/engine/product.ts'
import { createColumnsView } from '../../../../main/engine/windows/columns.ts'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import { product } from '../../../platform/product.ts'
import { openACache, type ACache } from './cache/a-cache.ts'
import { nothingSent } from '../../../doubles/outbox.ts'

let opened: ACache
let cache: Cache
let committer: Committer

beforeEach(async () => {
  opened = await openACache()
  cache = opened.cache
})
afterEach(async () => {
  await committer.dispose()
  await opened.dispose()
})

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
/** What is in use, not what the system has lent. */
const megabytes = (): number => {
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 2 ** 20
}

it('ten thousand products that say nothing cost less than 300 MB, three maps of each included', async () => {
  const picture = createPicture(cache, defaultScheme, Date.now, () => performance.now())
  committer = createCommitter({
    outbox: nothingSent,
    database: cache.database,
    dueState: () => picture.dueState(),
    applied: () => undefined,
    failing: (_, why) => expect.unreachable(why),
  })
  const shared = {
    cache,
    committer,
    picture,
    check: createCheck(),
    upstream: 'log' as const,
    scheme: defaultScheme,
    time: Date,
    counts: { received: 0, rejected: 0 },
    changed: () => undefined,
    judged: () => undefined,
    lowers: () => false,
    sure: () => undefined,
    pictured: () => undefined,
    followed: () => undefined,
  }
  const before = megabytes()
  const products: Product[] = []
  const views: unknown[] = []
  const all = Array.from({ length: 10_000 }, (_, i) => product(`hostile.p-${i}`, 'track'))
  const held = await Promise.all(all.map(({ name, descriptor }) => cache.name(name, descriptor)))
  for (const one of held) {
    const table = picture.table(one)
    products.push(createProduct({ held: one, ...shared }))
    for (let screen = 0; screen < 3; screen++) views.push(createColumnsView(table, 1))
  }
  await committer.flush()
  expect(megabytes() - before).toBeLessThan(300)
  expect([products.length, views.length]).toEqual([10_000, 30_000])
})

it('of many products only some begin to read at once, and the others when those have begun', async () => {
  const backfill = createBackfill()
  committer = createCommitter({
    outbox: nothingSent,
    database: cache.database,
    dueState: () => [],
    applied: () => undefined,
    failing: () => undefined,
  })
  const begun: (() => void)[] = []
  for (let i = 0; i < 5000; i++) void backfill.begin().then((over) => begun.push(over))
  await new Promise((resolve) => setImmediate(resolve))
  expect(begun).toHaveLength(32)
  for (let i = 0; i < 5000; i++) {
    begun[i]!()
    await Promise.resolve()
  }
  expect(begun).toHaveLength(5000)
})
