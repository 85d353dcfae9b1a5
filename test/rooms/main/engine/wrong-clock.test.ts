/** A node whose wall clock is wrong, or is stepped while it runs, on a real platform whose clock is right. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { startPlatform, type Platform } from '../../../platform/platform.ts'
import { message, messages, product } from '../../../platform/product.ts'
import { databaseFile } from '../../../../main/engine/cache/database-file.ts'
import { openDatabase } from '../../../../main/engine/cache/database.ts'
import { openWindow } from './a-window.ts'
import {
  addressOf,
  keysOf,
  persisted,
  profileFolder,
  remove,
  startEngine,
  statsOf,
  until,
  type AnEngine,
} from './an-engine.ts'
import { unlock } from '../../../platform/unlocked.ts'

const hour = 3_600_000
const year = 365 * 24 * hour
const jumps: [string, number][] = [
  ['an hour behind', -hour],
  ['an hour ahead', hour],
  ['ten years behind', -10 * year],
  ['ten years ahead', 10 * year],
]

const units = product('security.units', 'track', { retention: 'PT1H' })
const metro = product('transport.metro', 'metric', { retention: 'PT1H' })
/** Its descriptor lets go what is a minute old, and the node's policy allows it here. */
const brief = product('security.brief', 'note', { retention: 'PT1M' })
const bounds = { leastRetention: 60_000, mostRetention: 90 * 24 * hour, mostBytes: 1e9 }

let platform: Platform
let profile: string
let running: AnEngine | null = null
/** what the machine's clocks are off by, ms */
let wallOff = 0
let passed = 0

const start = async (): Promise<AnEngine> => {
  running = await startEngine(
    profile,
    keysOf(platform.wall),
    { now: () => Date.now() + wallOff, monotonic: () => performance.now() + passed },
    bounds,
  )
  return running
}
const stop = async (): Promise<void> => {
  await running?.engine.dispose()
  running = null
}
const events = async (name: string): Promise<number> =>
  (await statsOf(profile, keysOf(platform.wall))).get(name)?.events ?? 0

beforeAll(async () => {
  platform = await startPlatform({ products: [units, metro, brief] })
})
afterEach(async () => {
  await stop()
  await remove(profile)
  wallOff = 0
  passed = 0
})
afterAll(() => platform.dispose())

let index = 0
const feed = async (): Promise<void> => {
  index += 1000
  await platform.publish([
    ...messages(units.name, 'track', 5, 5, index),
    ...messages(metro.name, 'metric', 5, 1, index),
    message(brief.name, 'note', index),
  ])
}
const all = async (): Promise<number> =>
  (await Promise.all([units, metro, brief].map(({ name }) => platform.digest(name)))).reduce(
    (sum, { messages: count }) => sum + count,
    0,
  )

it.each(jumps)('%s from the start, it takes every message and shows it', async (_, off) => {
  profile = await profileFolder()
  wallOff = off
  await feed()
  const { engine } = await start()
  const window = openWindow(engine, 'desk')
  window.subscribe([{ form: 'columns' }, { form: 'series' }])
  await engine.connect(addressOf(platform))
  await persisted(engine, await all())
  await feed()
  await persisted(engine, await all())
  expect(engine.report().rejected).toBe(0)
  await until(() => (window.columns.get(units.name)?.size ?? 0) >= 5, 'the units are shown')
  await until(() => window.health?.skew !== null, 'the skew is told')
  // how late the fastest message came is in it
  expect(Math.abs(engine.report().clockSkewMs! + off)).toBeLessThan(2000)
  expect(Math.abs(window.health!.skew! + off)).toBeLessThan(2000)
})

it.each(jumps)('stepped to %s while it runs, it refuses, purges and hides nothing', async (_, off) => {
  profile = await profileFolder()
  await feed()
  const { engine } = await start()
  const window = openWindow(engine, 'desk')
  window.subscribe([{ form: 'columns' }, { form: 'records' }, { form: 'series' }])
  await engine.connect(addressOf(platform))
  await persisted(engine, await all())
  const shown = message(units.name, 'track', 1, { entity: 'lasting', id: `lasting-${off}` })
  await platform.publish([{ ...shown, expires: Date.now() + 10 * 60_000 }])
  await persisted(engine, await all())
  wallOff = off
  await until(() => Math.abs((window.health?.skew ?? 0) + off) < 2000, 'the step is told')
  await feed()
  const there = await all()
  await persisted(engine, there)
  // two minutes go by, and what is really old goes: so the others were looked at, too
  passed += 120_000
  await until(
    () => window.health?.products.find((one) => one.product === brief.name)?.stream?.received === 0,
    'the brief product is let go',
  )
  await until(() => statSync(join(profile, 'cache.db-wal')).size === 0, 'what went is in no log any more')
  expect(engine.report()).toMatchObject({ rejected: 0, gaps: 0 })
  expect([...(window.columns.get(units.name)?.values() ?? [])]).toHaveLength(6)
  const { engine: same } = running!
  expect(same).toBe(engine)
  await stop()
  for (const { name } of [units, metro])
    expect(await events(name), name).toBe((await platform.digest(name)).messages)
  expect(await events(brief.name), 'its state went, too').toBe(0)
  // and at the next start, with the clock as wrong as it is
  const again = await start()
  const after = openWindow(again.engine)
  after.subscribe([{ form: 'columns' }])
  await until(() => after.columns.get(units.name)?.size === 6, 'the last picture is there')
  await again.engine.connect(addressOf(platform))
  await again.state('live')
  await feed()
  await until(() => again.engine.report().persisted >= 11, 'it follows on')
  expect(again.engine.report().rejected).toBe(0)
})

it('shows no age that the platform would not: how it stands is told by the platform’s time', async () => {
  profile = await profileFolder()
  wallOff = -10 * year
  const one = await start()
  const window = openWindow(one.engine, 'desk')
  window.subscribe([])
  await one.engine.connect(addressOf(platform))
  await until(() => (window.health?.skew ?? null) !== null, 'the platform is heard')
  await until(() => window.health?.connection.state === 'live', 'live')
  const { since } = window.health!.connection
  expect(Math.abs(Date.now() - since)).toBeLessThan(60_000)
})

it('a sender whose clock is an hour fast, or a platform’s that is slow, costs no message: it is told once', async () => {
  profile = await profileFolder()
  const one = await start()
  const window = openWindow(one.engine, 'desk')
  window.subscribe([{ form: 'columns' }])
  await one.engine.connect(addressOf(platform))
  await persisted(one.engine, await all())
  const fast = (id: string) => message(units.name, 'track', 1, { entity: id, id, time: Date.now() + hour })
  await platform.publish([fast('fast-1'), fast('fast-2')])
  await persisted(one.engine, await all())
  expect(one.engine.report().rejected).toBe(0)
  const told = await window.ask('quarantine', { product: units.name, limit: 10 })
  expect(told.ok && told.value.map(({ problem }) => problem.code)).toEqual(['product.clocks-apart'])
})

it('one stamp ten years ahead in the cache lets nothing go, and hides nothing, when the node starts without a network', async () => {
  profile = await profileFolder()
  await feed()
  const lasting = message(units.name, 'track', 1, { entity: 'offline', id: 'offline' })
  await platform.publish([{ ...lasting, expires: Date.now() + hour }])
  const first = await start()
  const whole = openWindow(first.engine, 'desk')
  whole.subscribe([{ form: 'columns' }])
  await first.engine.connect(addressOf(platform))
  await persisted(first.engine, await all())
  await until(() => whole.health?.whole === true, 'all is shown')
  const shown = whole.columns.get(units.name)?.size
  expect(shown).toBeGreaterThan(1)
  await stop()
  const before = await events(units.name)
  const vault = await unlock(profile, keysOf(platform.wall))
  if (!vault.ok) throw new Error(vault.error.message)
  const database = await openDatabase(databaseFile(profile), { key: vault.value.cacheKey })
  if (!database.ok) throw new Error(database.error.message)
  await database.value.run(
    'UPDATE segment SET last_time = last_time + ? WHERE product = (SELECT id FROM product WHERE name = ?)',
    [10 * year, metro.name],
  )
  await database.value.close()
  const { engine } = await start()
  const window = openWindow(engine, 'desk')
  window.subscribe([{ form: 'columns' }])
  // the brief product's are really old: it was looked at
  passed += 120_000
  wallOff += 120_000
  await until(
    () => window.health?.products.find((one) => one.product === brief.name)?.stream?.received === 0,
    'the brief product is let go',
  )
  expect(window.columns.get(units.name)?.size).toBe(shown)
  expect(Math.abs(window.health?.skew ?? 0)).toBeLessThan(120_000)
  await stop()
  expect(await events(units.name)).toBe(before)
})
