/** What people share, from a real bucket to what is told of it, and over ends, cuts and what others write there. */
import type { KV } from '@nats-io/kv'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { mostSharedBytes } from '../../../../../preload/contract/shared.ts'
import { startPlatform, type Platform } from '../../../../platform/platform.ts'
import { addressOf, profileFolder, remove, until } from '../an-engine.ts'
import { bucketOf, permit, startSharer, written, type ASharer } from './a-bucket.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let platform: Platform
let bucket: KV
let profile: string
let one: ASharer

const connect = async (): Promise<ASharer> => {
  one = await startSharer(profile, platform)
  await one.engine.connect(addressOf(platform))
  return one
}
const offline = async (): Promise<ASharer> => (one = await startSharer(profile, platform))
const stop = (): Promise<void> => one.engine.dispose()
const revisionOf = (key: string) => one.things.get(key)?.revision
const put = (key: string, changes?: Record<string, unknown>): Promise<number> =>
  bucket.put(key, written(key, changes))
const scene = 'scene.cncs.evening'
const roster = 'roster.cncs.night'

beforeAll(async () => {
  // larger than a document may be, so that one that is larger still can be sent
  platform = await startPlatform({ maxPayload: 16 * 2 ** 20 })
})
beforeEach(async () => {
  await permit(platform)
  bucket = await bucketOf(platform)
  profile = await profileFolder()
})
afterEach(async () => {
  await stop()
  await bucket.destroy()
  await remove(profile)
})
afterAll(() => platform.dispose())

describe('a thing that people share', () => {
  it('is there with its owner, its version and what it says, and so is each change', async () => {
    const first = await put(scene)
    await connect()
    await until(() => revisionOf(scene) === first, 'it is told')
    expect(one.things.get(scene)).toMatchObject({
      rank: 0,
      wrong: null,
      document: { owner: 'cncs', version: 1, title: { fr: 'La evening' }, content: { scene: 'evening' } },
    })
    const second = await put(scene, { version: 2, title: 'Evening', marking: 'dr' })
    await until(() => revisionOf(scene) === second, 'the change is told')
    expect(one.things.get(scene)).toMatchObject({ rank: 1, document: { version: 2, title: 'Evening' } })
    await put(roster)
    await until(() => one.things.has(roster), 'another kind is told')
  })

  it('that is deleted is gone, and so is one that was deleted while nobody was here', async () => {
    await Promise.all([put(scene), put(roster)])
    await connect()
    await until(() => one.things.size === 2, 'both are told')
    await bucket.delete(scene)
    await until(() => !one.things.has(scene), 'it is gone')
    await stop()
    await bucket.purge(roster)
    await offline()
    await until(() => one.things.has(roster), 'what is kept is there')
    await one.engine.connect(addressOf(platform))
    await until(() => one.things.size === 0, 'it is gone')
  })

  it('is there without a platform, as it was, after any number of starts', async () => {
    const revision = await put(scene)
    await connect()
    await until(() => revisionOf(scene) === revision, 'it is told')
    const told = one.things.get(scene)
    for (const _ of [1, 2]) {
      await stop()
      await offline()
      await until(() => one.things.has(scene), 'it is kept')
      expect(one.things.get(scene)).toEqual(told)
    }
    await put(scene, { version: 2 })
    await one.engine.connect(addressOf(platform))
    await until(() => one.things.get(scene)?.document?.version === 2, 'what changed meanwhile is told')
  })
})
