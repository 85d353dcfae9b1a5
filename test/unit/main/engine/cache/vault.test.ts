import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openCache } from '../../../../../main/engine/cache/cache.ts'
import { createAuthority, type Authority } from '../../../../../main/exercise/authority.ts'
import type { Keys } from '../../../../../main/engine/orders.ts'
import { product } from '../../../../platform/product.ts'
import { profileFolder, remove } from '../an-engine.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

let authority: Authority
let ours: Keys
let profile: string

const issue = async (name: string): Promise<Keys> => {
  const { certificate, key } = await authority.issueClient([['CN', name]])
  return { certificate, key }
}
const make = async (keys = ours): Promise<void> => {
  const cache = await openCache(profile, keys)
  if (!cache.ok) throw new Error(cache.error.message)
  await cache.value.name('test.things', product('test.things').descriptor)
  await cache.value.close()
}

beforeAll(async () => {
  authority = await createAuthority('Test', Date.now())
  ours = await issue('wall-01')
})
beforeEach(async () => {
  profile = join(await profileFolder(), 'node')
})
afterEach(() => remove(join(profile, '..')))

describe('the vault', () => {
  it('opens again with the same key, and what was written is there', async () => {
    await make()
    const cache = await openCache(profile, ours)
    expect(cache.ok && [...cache.value.held.keys()]).toEqual(['test.things'])
    if (cache.ok) await cache.value.close()
  })

  it('opens with a renewed certificate of the same key', async () => {
    await make()
    const renewed = await authority.issueClient([['CN', 'other']])
    expect(await openCache(profile, { ...ours, certificate: renewed.certificate })).toMatchObject({
      ok: false,
      error: { code: 'cache.key-refused' },
    })
  })

  it('refuses another certificate, and a key that is not the certificate’s', async () => {
    await make()
    const other = await issue('wall-02')
    for (const keys of [other, { certificate: ours.certificate, key: other.key }])
      expect(await openCache(profile, keys)).toMatchObject({
        ok: false,
        error: { code: 'cache.key-refused' },
      })
  })

  it('says that slots or a first page are damaged, and never writes over them', async () => {
    await make()
    const file = join(profile, 'vault.json')
    const good = await readFile(file)
    await writeFile(file, 'not json')
    expect(await openCache(profile, ours)).toMatchObject({ ok: false, error: { code: 'cache.damaged' } })
    await writeFile(file, good)
    const database = join(profile, 'cache.db')
    const bytes = await readFile(database)
    await writeFile(
      database,
      bytes.map((byte, at) => (at < 4096 ? byte ^ 0x55 : byte)),
    )
    expect(await openCache(profile, ours)).toMatchObject({ ok: false, error: { code: 'cache.damaged' } })
  })

  it('is not made anew beside a cache that has lost it', async () => {
    await mkdir(profile)
    await writeFile(join(profile, 'cache.db'), 'something')
    expect(await openCache(profile, ours)).toMatchObject({ ok: false, error: { code: 'cache.damaged' } })
  })

  it('and the cache are for their owner only', async () => {
    await make()
    expect((await stat(profile)).mode & 0o777).toBe(0o700)
    for (const file of ['vault.json', 'cache.db'])
      expect((await stat(join(profile, file))).mode & 0o777, file).toBe(0o600)
  })

  it('is not made by who only wants to read', async () => {
    expect(await openCache(profile, ours, { readOnly: true })).toMatchObject({ ok: false })
    await expect(stat(profile)).rejects.toThrow()
  })
})
