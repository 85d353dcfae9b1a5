/** A stream that is deleted and made again under the same name, on a real server. */
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { setUpBus } from '../../../../main/exercise/bus.ts'
import { streamOf } from '../../../../preload/contract/product.ts'
import { startPlatform, type Platform } from '../../../platform/platform.ts'
import { messages, product } from '../../../platform/product.ts'
import { openWindow } from './a-window.ts'
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

const log = product('security.log', 'note')
let platform: Platform
let profile: string
let running: AnEngine | null = null

beforeAll(async () => {
  platform = await startPlatform({ products: [log] })
})
beforeEach(async () => {
  profile = await profileFolder()
})
afterEach(async () => {
  await stop()
  await remove(profile)
})
afterAll(() => platform.dispose())

const start = async (): Promise<AnEngine> => {
  running = await startEngine(profile, keysOf(platform.wall))
  await running.engine.connect(addressOf(platform))
  return running
}
const stop = async (): Promise<void> => {
  await running?.engine.dispose()
  running = null
}
const makeAnew = async (): Promise<void> => {
  await (await jetstreamManager(platform.feeder)).streams.delete(streamOf(log.name))
  await setUpBus(platform.feeder, [log])
}
const ours = async () => (await statsOf(profile, keysOf(platform.wall))).get(log.name)
const isWhole = async (): Promise<boolean> => {
  const theirs = await platform.digest(log.name)
  return (await ours())?.digest === theirs.digest
}
const whole = async (): Promise<void> => {
  const end = performance.now() + 40_000
  while (!(await isWhole())) {
    if (performance.now() > end) throw new Error('the cache never had what the stream has')
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** Segments of nobody. */
const leftBehind = async (): Promise<number | undefined> => {
  const cache = await openCacheAs(keysOf(platform.wall), profile, { readOnly: true })
  if (!cache.ok) throw new Error(cache.error.message)
  const [row] = await cache.value.reader.all<{ count: number }>(
    'SELECT count(*) AS count FROM segment WHERE product NOT IN (SELECT id FROM product)',
  )
  await cache.value.close()
  return row?.count
}

let from = 0
const publish = async (count: number): Promise<void> => {
  await platform.publish(messages(log.name, 'note', count, count, (from += 1000)))
}
const told = async (one: AnEngine): Promise<unknown[]> => {
  const window = openWindow(one.engine, 'desk')
  const answer = await window.ask('quarantine', { product: log.name, limit: 10 })
  return answer.ok ? answer.value.map(({ problem }) => problem.code) : []
}

it('one that has already grown past our place while we were away is read from its beginning, and it is said', async () => {
  await makeAnew()
  await publish(20)
  await start()
  await whole()
  await stop()
  await makeAnew()
  await publish(50)
  const one = await start()
  await whole()
  expect(await told(one)).toEqual(['product.made-anew'])
  // it is said once, and the stream is the same one from now on
  await stop()
  const again = await start()
  await publish(5)
  await whole()
  expect(await told(again)).toEqual(['product.made-anew'])
})

it('one that is made anew while we follow it, is too', async () => {
  await makeAnew()
  await publish(20)
  const one = await start()
  await whole()
  await makeAnew()
  await publish(50)
  await whole()
  await until(() => running === one, 'it is the same engine')
  expect(await told(one)).toEqual(['product.made-anew'])
  const window = openWindow(one.engine)
  window.subscribe([{ form: 'records' }])
  await until(() => window.records.get(log.name)?.size === 50, 'it is shown')
  // … nor is what it was before on the disk for long
  await expect.poll(leftBehind).toBe(0)
})

it('one that only its server was started again for is the same', async () => {
  await makeAnew()
  await publish(20)
  const one = await start()
  await whole()
  await platform.kill()
  await platform.restart()
  await publish(5)
  await whole()
  expect(await told(one)).toEqual([])
})

/** What the server has on its disk is kept, and put back later: it knows less then, of the same stream. */
const store = () => join(platform.directory, 'store')
const keep = async (name: string): Promise<void> => {
  await platform.stop()
  await cp(store(), join(platform.directory, name), { recursive: true })
  await platform.restart()
}
const putBack = async (name: string): Promise<void> => {
  await platform.stop()
  await rm(store(), { recursive: true })
  await cp(join(platform.directory, name), store(), { recursive: true })
  await platform.restart()
}

it('a server that does not know yet what another told us makes us forget nothing', async () => {
  await makeAnew()
  await publish(20)
  await keep('before')
  await publish(30)
  const one = await start()
  await whole()
  await keep('after')
  await putBack('before')
  await one.state('live')
  // it has asked, and asked again
  await new Promise((resolve) => setTimeout(resolve, 8000))
  expect((await platform.digest(log.name)).messages).toBe(20)
  expect((await ours())?.events).toBe(50)
  await putBack('after')
  await publish(5)
  await whole()
  expect(await told(one)).toEqual([])
})

it('one that stays behind where we were has lost what it had, and is read from its beginning', async () => {
  await makeAnew()
  await publish(20)
  await keep('lost')
  await publish(30)
  const one = await start()
  await whole()
  await putBack('lost')
  await expect.poll(isWhole).toBe(true)
  expect(await told(one)).toEqual(['product.made-anew'])
})

it('one that lost its tail and has grown past our place since is read from its beginning, though we saw it short', async () => {
  await makeAnew()
  await publish(20)
  await keep('tail')
  await publish(30)
  const one = await start()
  await whole()
  const cuts = one.engine.report().disconnects
  await putBack('tail')
  await until(() => one.engine.report().disconnects > cuts, 'it is cut')
  await one.state('live')
  // it has asked once, and found it short
  await new Promise((resolve) => setTimeout(resolve, 2500))
  await publish(50)
  await whole()
  expect(await told(one)).toEqual(['product.made-anew'])
})

it('so is one that had grown past our place before we were back', async () => {
  await makeAnew()
  await publish(20)
  await keep('regrown')
  await publish(30)
  await start()
  await whole()
  await stop()
  await putBack('regrown')
  await publish(50)
  const one = await start()
  await whole()
  expect(await told(one)).toEqual(['product.made-anew'])
})
