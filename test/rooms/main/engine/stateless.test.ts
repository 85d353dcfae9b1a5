/** What is missing of a product is known only where its intake's source is a log. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openCache, type Cache } from '../../../../main/engine/cache/cache.ts'
import { createCommitter, type Committer } from '../../../../main/engine/cache/commit.ts'
import { createCheck } from '../../../../main/engine/check/check.ts'
import type { Source } from '../../../../main/engine/intake/intake.ts'
import { createPicture, type Picture } from '../../../../main/engine/picture/picture.ts'
import { createProduct, type Product } from '../../../../main/engine/product.ts'
import { createAuthority } from '../../../../main/exercise/authority.ts'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import { eventOf, headOf } from '../../../doubles/event.ts'
import { product } from '../../../platform/product.ts'
import { profileFolder, remove } from './an-engine.ts'

const ours = product('security.units', 'track')
let profile: string
let cache: Cache
let committer: Committer
let picture: Picture

beforeEach(async () => {
  profile = await profileFolder()
  const { certificate, key } = await (await createAuthority('Test', Date.now())).issueClient([['CN', 'w']])
  const opened = await openCache(profile, { certificate, key })
  if (!opened.ok) throw new Error(opened.error.message)
  cache = opened.value
  picture = createPicture(cache, defaultScheme, Date.now, () => performance.now())
  committer = createCommitter({
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
  await cache.close()
  await remove(profile)
})

/** It was there to 3, heard 7, and is there again when its source has nothing before 12 any more. */
const heard = async (source: Source): Promise<Product> => {
  const held = await cache.name(ours.name, ours.descriptor)
  picture.table(held)
  const one = createProduct({
    ...{ cache, committer, picture, held, source },
    check: createCheck(),
    scheme: defaultScheme,
    time: Date,
    counts: { received: 0, rejected: 0 },
    changed: () => undefined,
    judged: () => undefined,
    lowers: () => false,
    sure: () => undefined,
    pictured: () => undefined,
  })
  await one.opened({ first: 1, last: 3, created: 1 })
  await one.stateDone(3, 4)
  // whatever it says, it has its place
  one.live(
    eventOf({ head: headOf([]), body: new Uint8Array(), entity: 'e-1', sequence: 7, published: Date.now() }),
  )
  expect(one.unexplained).toBe(source === 'log')
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

it('of a stateless source nothing is said to be missing: it comes again when it is said again', async () => {
  const { held } = await heard('stateless')
  expect(held.gaps).toEqual([])
})
