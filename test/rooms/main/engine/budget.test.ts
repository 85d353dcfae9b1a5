/** A product that sends more than there is memory for: the engine goes on, and so does its next start. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Budget } from '../../../../main/engine/picture/budget.ts'
import { startPlatform, type Platform } from '../../../platform/platform.ts'
import { largest, messages, product } from '../../../platform/product.ts'
import { openWindow } from './a-window.ts'
import {
  addressOf,
  keysOf,
  profileFolder,
  remove,
  keeping,
  startEngine,
  statsOf,
  until,
  type AnEngine,
} from './an-engine.ts'

const MiB = 2 ** 20
const small: Budget = { perProduct: 16 * MiB, all: 64 * MiB }
const large: Budget = { perProduct: 1024 * MiB, all: 2048 * MiB }

const huge = product('hostile.huge', 'feature')
const units = product('security.units', 'track')
const incidents = product('security.incidents', 'feature')
const metro = product('transport.metro', 'metric')

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const held = (): number => {
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / MiB
}

const some = 150
let platform: Platform
let profile: string
let one: AnEngine | null = null

const start = async (budget: Budget, connects = true): Promise<AnEngine> => {
  one = await startEngine(profile, keysOf(platform.wall), Date, keeping, budget)
  if (connects) await one.engine.connect(addressOf(platform))
  return one
}
const stop = async (): Promise<void> => {
  await one?.engine.dispose()
  one = null
}
const publishHuge = async (from: number, count: number): Promise<void> => {
  for (let i = from; i < from + count; i += 10)
    await platform.publish(
      Array.from({ length: Math.min(10, from + count - i) }, (_, at) => largest(huge.name, i + at)),
    )
}
const told = (engine: AnEngine): boolean =>
  engine.problems.some(({ code, subject }) => code === 'product.picture-full' && subject === huge.name)

beforeAll(async () => {
  platform = await startPlatform({
    products: [huge, units, incidents, metro].map((each) => ({ ...each, keepBytes: 1024 * MiB })),
  })
  await publishHuge(0, some)
  await platform.publish(messages(units.name, 'track', 2000, 500))
  await platform.publish(messages(incidents.name, 'feature', 50))
  await platform.publish(messages(metro.name, 'metric', 100, 5))
})
beforeEach(async () => {
  profile = await profileFolder()
})
afterEach(async () => {
  await stop()
  await remove(profile)
})
afterAll(() => platform.dispose())

const goodOnesComplete = async (engine: AnEngine): Promise<void> => {
  const window = openWindow(engine.engine, 'desk')
  window.subscribe([{ form: 'columns' }, { form: 'series' }])
  await until(
    () =>
      window.columns.get(units.name)?.size === 500 &&
      window.columns.get(incidents.name)?.size === 50 &&
      window.series.get(metro.name)?.size === 5,
    'the good products are complete',
  )
  // what is not in the picture might have been left out: nobody is told that it is not there
  const known = new Map(window.catalog?.products.map((entry) => [entry.product, entry.known]))
  expect([known.get(huge.name), known.get(units.name), known.get(metro.name)]).toEqual([false, true, true])
  expect(window.columns.get(huge.name)?.size ?? 0).toBeLessThan(20)
  expect(window.columns.get(huge.name)?.size ?? 0).toBeGreaterThan(10)
  window.close()
}

it('a product of 150 entities of 1 MiB takes its share of memory, and the others arrive whole', async () => {
  const before = held()
  const engine = await start(small)
  await until(() => engine.engine.report().persisted >= some + 2150, 'all is in the log')
  expect(told(engine)).toBe(true)
  await goodOnesComplete(engine)
  // the picture's, and what batches keep for their next round; a commit may be under way
  await until(() => held() - before < 75, 'little is held')
  const window = openWindow(engine.engine, 'desk')
  const quarantine = await window.ask('quarantine', { product: huge.name, limit: 50 })
  expect(quarantine.ok && quarantine.value.map(({ problem }) => problem.code)).toEqual([
    'product.picture-full',
  ])
  await stop()
  // the log has its own bound, on disk
  expect((await statsOf(profile, keysOf(platform.wall))).get(huge.name)?.events).toBe(some)
})

it('a cache with more in it than there is room for opens, and is told of', async () => {
  const older = await start(large)
  await until(() => older.engine.report().persisted >= some + 2150, 'all is in the log')
  await stop()
  const before = held()
  const engine = await start(small, false)
  expect(told(engine)).toBe(true)
  await until(() => held() - before < 75, 'little is held')
  await goodOnesComplete(engine)
})

it('an entity that is in a full picture goes on being current', async () => {
  const engine = await start(small)
  await until(() => engine.engine.report().persisted >= some + 2150, 'all is in the log')
  const window = openWindow(engine.engine, 'desk')
  window.subscribe([{ form: 'columns' }])
  await until(() => (window.columns.get(huge.name)?.size ?? 0) > 10, 'it is shown')
  const [row] = window.columns.get(huge.name)!.keys()
  const shown = await window.ask('row', { product: huge.name, row: row! })
  if (!shown.ok) throw new Error(shown.error.message)
  const { entity } = shown.value
  const again = largest(huge.name, 9999, { entity })
  await platform.publish([again])
  await until(() => engine.engine.report().persisted >= some + 2151, 'its next event is in the log')
  const current = await window.ask('record', { product: huge.name, entity })
  expect(current.ok && current.value.id).toBe(again.id)
})
