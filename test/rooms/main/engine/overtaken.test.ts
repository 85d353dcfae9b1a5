/** What leaves a stream while the node is connected and can't take it, on a real server. */
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { databaseFile } from '../../../../main/engine/cache/database-file.ts'
import { openDatabase, type Database } from '../../../../main/engine/cache/database.ts'
import { streamOf } from '../../../../preload/contract/product.ts'
import { startPlatform, type Platform } from '../../../platform/platform.ts'
import { messages, product } from '../../../platform/product.ts'
import { openWindow } from './a-window.ts'
import { addressOf, keysOf, persisted, profileFolder, remove, startEngine, until } from './an-engine.ts'
import { unlock } from '../../../platform/unlocked.ts'

const units = product('security.units', 'track')
const stream = streamOf(units.name)
/** More than the engine takes while its disk takes nothing. */
const many = 32_000

/** of the messages: none has the id of another */
let index = 0
let platform: Platform
let manager: JetStreamManager
let profile: string

beforeAll(async () => {
  platform = await startPlatform({ products: [units] })
  manager = await jetstreamManager(platform.feeder)
})
beforeEach(async () => {
  profile = await profileFolder()
})
afterEach(() => remove(profile))
afterAll(() => platform.dispose())

/** A disk that takes nothing until it is released. */
async function fullDisk(): Promise<{ release(): Promise<void> }> {
  const vault = await unlock(profile, keysOf(platform.wall))
  if (!vault.ok) throw new Error(vault.error.message)
  const opened = await openDatabase(databaseFile(profile), { key: vault.value.cacheKey })
  if (!opened.ok) throw new Error(opened.error.message)
  const database: Database = opened.value
  await database.script('BEGIN IMMEDIATE')
  return {
    async release() {
      await database.script('ROLLBACK')
      await database.close()
    },
  }
}

/** @param leave what leaves the stream, whose last sequence is given, while the node can't take more */
async function connected(leave: (last: number) => Promise<unknown>) {
  const { engine } = await startEngine(profile, keysOf(platform.wall))
  const window = openWindow(engine, 'desk')
  window.subscribe([{ form: 'columns' }])
  await platform.publish(messages(units.name, 'track', 5, 5, (index += 100_000)))
  await engine.connect(addressOf(platform))
  await until(() => window.health?.whole === true, 'it follows')
  const { state } = await manager.streams.info(stream)
  await persisted(engine, state.messages)
  const disk = await fullDisk()
  await platform.publish(messages(units.name, 'track', many, 50, index + 1000))
  await until(() => engine.report().received >= state.messages + 14_000, 'it can take no more')
  await leave((await manager.streams.info(stream)).state.last_seq)
  await disk.release()
  const gaps = () => window.health?.products.find((each) => each.product === units.name)?.stream?.gaps ?? []
  return { engine, gaps, last: (await manager.streams.info(stream)).state.last_seq }
}

it('what retention took before the node could is a gap, the same session, and not passed off as had', async () => {
  const { engine, gaps, last } = await connected((end) => manager.streams.purge(stream, { seq: end - 99 }))
  await until(() => gaps().length > 0, 'the gap is shown')
  const persistedNow = () => engine.report().persisted
  const lost = () => gaps().reduce((sum, gap) => sum + gap.last - gap.first + 1, 0)
  await until(() => persistedNow() + lost() === last, 'each sequence is had or lost')
  expect(gaps().at(-1)?.last).toBe(last - 100)
  await engine.dispose()
})

it('what was deleted from the midst of the stream is no gap', async () => {
  const deleted = 20
  const { engine, gaps } = await connected(async (end) => {
    for (let i = 0; i < deleted; i++) await manager.streams.deleteMessage(stream, end - 200 + 2 * i)
  })
  await platform.publish(messages(units.name, 'track', 1, 1, (index += 100_000)))
  const { state } = await manager.streams.info(stream)
  await persisted(engine, state.messages)
  expect(state.num_deleted).toBe(deleted)
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(gaps()).toEqual([])
  await engine.dispose()
})
