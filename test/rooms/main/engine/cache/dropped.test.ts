import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Cache } from '../../../../../main/engine/cache/cache.ts'
import { createAuthority } from '../../../../../main/exercise/authority.ts'
import { product } from '../../../../platform/product.ts'
import { profileFolder, remove } from '../an-engine.ts'
import { openCacheAs, type Keys } from '../../../../platform/unlocked.ts'

const old = product('hostile.one')
const other = product('good.one')

let profile: string
let keys: Keys
let cache: Cache

const open = async (): Promise<void> => {
  const opened = await openCacheAs(keys, profile)
  if (!opened.ok) throw new Error(opened.error.message)
  cache = opened.value
}
beforeEach(async () => {
  profile = await profileFolder()
  const { certificate, key } = await (await createAuthority('Test', Date.now())).issueClient([['CN', 'w']])
  keys = { certificate, key }
  await open()
})
afterEach(async () => {
  await cache.close()
  await remove(profile)
})

it('what still comes for a product that was dropped is never taken for another’s, over a start neither', async () => {
  const dropped = await cache.name(old.name, old.descriptor)
  await cache.drop(dropped)
  expect(cache.held.has(old.name)).toBe(false)
  // a commit that was under way
  await cache.database.run('INSERT INTO gap (product, first, last, found) VALUES (?, 1, 5, 0)', [dropped.id])
  expect((await cache.name(other.name, other.descriptor)).id).not.toBe(dropped.id)
  await cache.drop(cache.held.get(other.name)!)
  await cache.close()
  await open()
  expect([...cache.held.keys()]).toEqual([])
  const made = await cache.name(other.name, other.descriptor)
  expect(made.id).toBeGreaterThan(dropped.id)
  await cache.close()
  await open()
  expect(cache.held.get(other.name)?.gaps).toEqual([])
})

it('a product that is dropped and listed again at once is there, and begins anew', async () => {
  const first = await cache.name(old.name, old.descriptor)
  // one that is under way already
  const before = cache.drop(await cache.name(other.name, other.descriptor))
  const gone = cache.drop(first)
  const again = await cache.name(old.name, { ...old.descriptor, owner: 'Another' })
  await Promise.all([before, gone])
  expect(again.id).not.toBe(first.id)
  await cache.close()
  await open()
  expect([...cache.held.values()].map(({ id, product: name }) => [id, name])).toEqual([[again.id, old.name]])
  expect(cache.held.get(old.name)?.descriptor.owner).toBe('Another')
})
