import { Kvm } from '@nats-io/kv'
import { jetstream } from '@nats-io/jetstream'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { startPlatform, type Platform } from '../../../platform/platform.ts'
import { messages, product } from '../../../platform/product.ts'
import { openWindow } from './a-window.ts'
import {
  addressOf,
  keysOf,
  persisted,
  profileFolder,
  remove,
  startEngine,
  until,
  type AnEngine,
} from './an-engine.ts'
import { openCacheAs } from '../../../platform/unlocked.ts'

const beds = product('health.beds', 'metric')
const units = product('security.units', 'track')

let platform: Platform
let profile: string
let running: AnEngine | null = null

const start = async (): Promise<AnEngine> => {
  running = await startEngine(profile, keysOf(platform.wall))
  await running.engine.connect(addressOf(platform))
  return running
}
const stop = async (): Promise<void> => {
  await running?.engine.dispose()
  running = null
}
/** As an owner writes it into the catalog, right or wrong. */
const describe = async (name: string, descriptor: unknown): Promise<void> => {
  const catalog = await new Kvm(jetstream(platform.feeder)).open('catalog')
  await catalog.put(name, JSON.stringify(descriptor))
}

beforeAll(async () => {
  platform = await startPlatform({ products: [beds, units] })
  await platform.publish(messages(beds.name, 'metric', 20, 2))
  await platform.publish(messages(units.name, 'track', 20, 2))
  profile = await profileFolder()
})
afterEach(stop)
afterAll(async () => {
  await platform.dispose()
  await remove(profile)
})

it('a range written as a list loses no message of its product, and its owner can read why', async () => {
  await describe(beds.name, { ...beds.descriptor, range: [0, 480] })
  const { engine } = await start()
  await persisted(engine, 40)
  const window = openWindow(engine, 'desk')
  window.subscribe([])
  await until(() => (window.catalog?.products.length ?? 0) === 2, 'both products are told')
  expect(window.product(beds.name)?.descriptor).toEqual(beds.descriptor)
  const answer = await window.ask('quarantine', { product: beds.name, limit: 10 })
  expect(answer).toMatchObject({
    ok: true,
    value: [
      {
        product: beds.name,
        problem: { code: 'product.descriptor-invalid', message: expect.stringMatching(/^range: /) },
      },
    ],
  })
  // no message was refused: what is wrong is the product's
  expect(engine.report()).toMatchObject({ received: 40, rejected: 0 })
  const stream = () => window.health?.products.find(({ product }) => product === beds.name)?.stream
  await until(() => stream()?.faults === 1, 'the fault is told')
  expect(stream()).toMatchObject({ received: 20, rejected: 0 })
  window.close()
})

it('a schema that is wrong keeps its product’s messages on the platform until it is mended', async () => {
  await describe(units.name, { ...units.descriptor, dataschema: { properties: { a: { $ref: '#' } } } })
  const { engine, problems } = await start()
  await until(
    () => problems.some(({ subject, message }) => subject === units.name && /refers to itself/.test(message)),
    'it is told',
  )
  await platform.publish(messages(units.name, 'track', 10, 2, 20))
  await platform.publish(messages(beds.name, 'metric', 10, 2, 20))
  await persisted(engine, 10)
  expect(engine.report().received).toBe(10)
  await describe(units.name, units.descriptor)
  await persisted(engine, 20)
  expect(engine.report().rejected).toBe(0)
})

it('a descriptor that this version does not understand loses nothing of what is held', async () => {
  const open = async () => {
    const opened = await openCacheAs(keysOf(platform.wall), profile)
    if (!opened.ok) throw new Error(opened.error.message)
    return opened.value
  }
  let cache = await open()
  const before = { ...cache.held.get(units.name)! }
  await cache.database.run('UPDATE product SET descriptor = ? WHERE name = ?', [
    JSON.stringify({ ...units.descriptor, kind: 'smell' }),
    units.name,
  ])
  await cache.close()
  cache = await open()
  expect(cache.held.has(units.name)).toBe(false)
  expect(await cache.name(units.name, units.descriptor)).toEqual(before)
  await cache.close()
})
