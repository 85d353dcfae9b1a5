/** Somebody who may write the catalog for one domain, and what the other domains' products lose by it: nothing. */
import { Kvm, type KV } from '@nats-io/kv'
import { jetstream } from '@nats-io/jetstream'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startPlatform, type Platform } from '../../../platform/platform.ts'
import { messages, product } from '../../../platform/product.ts'
import { openWindow, type AWindow } from './a-window.ts'
import {
  addressOf,
  keysOf,
  profileFolder,
  remove,
  startEngine,
  statsOf,
  until,
  type AnEngine,
} from './an-engine.ts'
import { openCacheAs } from '../../../platform/unlocked.ts'

const units = product('security.units', 'track')
const large = { description: 'x'.repeat(60_000) }

let platform: Platform
let catalog: KV
let profile: string
let running: AnEngine | null = null

beforeEach(async () => {
  platform = await startPlatform({ products: [units] })
  await platform.publish(messages(units.name, 'track', 20, 5))
  catalog = await new Kvm(jetstream(platform.feeder)).open('catalog')
  profile = await profileFolder()
})
afterEach(async () => {
  await stop()
  await platform.dispose()
  await remove(profile)
})

const start = async (): Promise<{ engine: AnEngine; window: AWindow }> => {
  running = await startEngine(profile, keysOf(platform.wall))
  const window = openWindow(running.engine, 'desk')
  window.subscribe([{ form: 'columns' }])
  await running.engine.connect(addressOf(platform))
  await shown(window)
  return { engine: running, window }
}
const stop = async (): Promise<void> => {
  await running?.engine.dispose()
  running = null
}
const shown = (window: AWindow): Promise<void> =>
  until(() => window.columns.get(units.name)?.size === 5, 'the good product is shown')
const put = (name: string, descriptor: unknown): Promise<unknown> =>
  catalog.put(name, JSON.stringify(descriptor))
const describeLarge = async (domain: string, count: number): Promise<string[]> => {
  const names = Array.from({ length: count }, (_, i) => `${domain}.p-${i}`)
  await Promise.all(names.map((name) => put(name, { ...units.descriptor, domain, dataschema: large })))
  return names
}
const tooMany = (engine: AnEngine): Promise<void> =>
  until(() => engine.problems.some(({ code }) => code === 'product.too-many'), 'it is told')
/** The names that the cache has. */
const kept = async (): Promise<string[]> => [...(await statsOf(profile, keysOf(platform.wall))).keys()]

it('what a domain lists and takes away again leaves nothing, and good products may say more of themselves', async () => {
  const { engine, window } = await start()
  const names = await describeLarge('hostile', 600)
  await tooMany(engine)
  await Promise.all(names.map((name) => catalog.delete(name)))
  await until(() => window.catalog?.products.length === 1, 'they are gone')
  await put(units.name, { ...units.descriptor, title: 'Units, and what they are', dataschema: large })
  await until(
    () => window.product(units.name)?.descriptor.title === 'Units, and what they are',
    'it says more',
  )
  await shown(window)
  // the domain's part is free again
  const { name, descriptor } = product('hostile.another', 'track')
  await put(name, descriptor)
  await until(() => window.product(name) !== undefined, 'it is followed')
  await stop()
  expect((await kept()).sort()).toEqual([name, units.name])
})

it('a product of another domain goes on while one domain lists more than is followed', async () => {
  const { engine, window } = await start()
  await describeLarge('hostile', 600)
  await tooMany(engine)
  await put(units.name, { ...units.descriptor, title: 'Units, and what they are', dataschema: large })
  await until(
    () => window.product(units.name)?.descriptor.title === 'Units, and what they are',
    'it says more',
  )
  await shown(window)
  await stop()
  const again = await start()
  expect(again.window.product(units.name)?.descriptor.title).toBe('Units, and what they are')
})

it('a known product that says more than there is room for is marked as it says, and goes on by what it was', async () => {
  const { engine, window } = await start()
  // each domain takes half of what the ones before leave
  for (let domain = 0; domain < 10; domain++) await describeLarge(`hostile-${domain}`, (560 >> domain) + 3)
  await tooMany(engine)
  const low = openWindow(engine.engine, 'desk', 0)
  low.subscribe([{ form: 'columns' }])
  await shown(low)
  await put(units.name, { ...units.descriptor, marking: 'dr', title: 'More', dataschema: large })
  await until(() => window.product(units.name)?.descriptor.marking === 'dr', 'it is marked')
  await until(() => !low.product(units.name), 'it leaves who may not see it')
  expect(window.product(units.name)?.descriptor.title).toEqual(units.descriptor.title)
  await shown(window)
  await platform.publish(messages(units.name, 'track', 10, 5, 20))
  await until(() => engine.engine.report().persisted >= 30, 'its messages are read')
  const told = async (): Promise<string> => {
    const answer = await window.ask('quarantine', { product: units.name, limit: 5 })
    return answer.ok ? answer.value.map(({ problem }) => problem.message).join() : ''
  }
  await expect.poll(told).toMatch(/used up/)
  await stop()
  const cache = await openCacheAs(keysOf(platform.wall), profile, { readOnly: true })
  if (!cache.ok) throw new Error(cache.error.message)
  expect(cache.value.held.get(units.name)).toMatchObject({ withdrawn: false, descriptor: { marking: 'dr' } })
  await cache.value.close()
})
