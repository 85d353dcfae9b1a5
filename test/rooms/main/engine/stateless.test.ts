/** What is missing of a product is known only where its intake's upstream is a log. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Cache } from '../../../../main/engine/cache/cache.ts'
import { createCommitter, type Committer } from '../../../../main/engine/cache/commit.ts'
import { createCheck } from '../../../../main/engine/check/check.ts'
import type { Upstream } from '../../../../main/engine/intake/intake.ts'
import { createPicture, type Picture } from '../../../../main/engine/picture/picture.ts'
import { createProduct, type Product } from '../../../../main/engine/product.ts'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import { eventOf, headOf } from '../../../doubles/event.ts'
import { product } from '../../../platform/product.ts'
import { openACache, type ACache } from './cache/a-cache.ts'
import { nothingSent } from '../../../doubles/outbox.ts'

const ours = product('security.units', 'track')
let opened: ACache
let cache: Cache
let committer: Committer
let picture: Picture

beforeEach(async () => {
  opened = await openACache()
  cache = opened.cache
  picture = createPicture(cache, defaultScheme, Date.now, () => performance.now())
  committer = createCommitter({
    outbox: nothingSent,
    database: cache.database,
    dueState: () => picture.dueState(),
    applied: (committed) => {
      for (const { lane, batch } of committed) picture.applied(lane.held, batch, true)
    },
    failing: (_, why) => expect.unreachable(why),
  })
})
afterEach(async () => {
  await committer.dispose()
  await opened.dispose()
})

/** It was there to 3, heard 7, and is there again when its upstream has nothing before 12 any more. */
const heard = async (upstream: Upstream): Promise<Product> => {
  const held = await cache.name(ours.name, ours.descriptor)
  picture.table(held)
  const one = createProduct({
    ...{ cache, committer, picture, held, upstream },
    check: createCheck(),
    scheme: defaultScheme,
    time: Date,
    counts: { received: 0, rejected: 0 },
    changed: () => undefined,
    judged: () => undefined,
    lowers: () => false,
    sure: () => undefined,
    pictured: () => undefined,
    followed: () => undefined,
  })
  await one.opened({ first: 1, last: 3, created: 1 })
  await one.stateDone(3, 4)
  // whatever it says, it has its place
  one.live(
    eventOf({ head: headOf([]), body: new Uint8Array(), entity: 'e-1', sequence: 7, published: Date.now() }),
  )
  expect(one.unexplained).toBe(upstream === 'log')
  await committer.flush()
  await one.opened({ first: 12, last: 20, created: 1 })
  return one
}

it('of a log it is a gap', async () => {
  const { held } = await heard('log')
  expect(held.gaps.map(({ first, last }) => [first, last])).toEqual([
    [4, 6],
    [8, 11],
  ])
})

it('of a stateless upstream nothing is said to be missing: it comes again when it is said again', async () => {
  const { held } = await heard('stateless')
  expect(held.gaps).toEqual([])
})
