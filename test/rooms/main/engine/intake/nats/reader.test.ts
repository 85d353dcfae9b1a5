import { jetstreamManager } from '@nats-io/jetstream'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { madeAt, readStream, type Reading } from '../../../../../../main/engine/intake/nats/reader.ts'
import { createPlatformClock } from '../../../../../../main/engine/time/platform-clock.ts'
import { inboxOf } from '../../../../../../main/identity/inbox.ts'
import { streamOf, subjectsOf } from '../../../../../../preload/contract/product.ts'
import { startPlatform, type Platform } from '../../../../../platform/platform.ts'
import { largest, product } from '../../../../../platform/product.ts'

const huge = product('test.huge', 'feature')
const count = 60
let platform: Platform
let created: number

beforeAll(async () => {
  platform = await startPlatform({ products: [huge] })
  const manager = await jetstreamManager(platform.feeder)
  created = madeAt((await manager.streams.info(streamOf(huge.name))).created)
  for (let i = 0; i < count; i++) await platform.publish([largest(huge.name, i)])
})
afterAll(() => platform.dispose())

const reading = (more: Partial<Reading>): Reading => ({
  stream: streamOf(huge.name),
  created,
  time: createPlatformClock(Date.now, () => performance.now()),
  inbox: inboxOf(platform.wall.certificate),
  subject: subjectsOf(huge.name),
  from: 1,
  to: count,
  under: 2000,
  message: () => undefined,
  room: () => Promise.resolve(),
  full: () => false,
  ...more,
})
const all = Array.from({ length: count }, (_, i) => i + 1)

it('state of messages as large as they may be is read whole', async () => {
  const connection = await platform.connectAs(platform.wall)
  const sequences: number[] = []
  const reader = readStream(
    connection,
    await jetstreamManager(connection),
    reading({ from: 'state', message: (_, sequence) => sequences.push(sequence) }),
  )
  expect(await reader.done).toBe(true)
  expect(sequences).toEqual(all)
  await connection.close()
})

it('what is under way when nothing more can be taken is let go, and comes again when it can', async () => {
  const connection = await platform.connectAs(platform.wall)
  const sequences: number[] = []
  let full = false
  let resolve: () => void = () => undefined
  let room = Promise.resolve()
  const makeRoom = (): void => {
    full = false
    resolve()
  }
  const reader = readStream(
    connection,
    await jetstreamManager(connection),
    reading({
      message(_, sequence) {
        expect(full, `${sequence} while full`).toBe(false)
        sequences.push(sequence)
        if (sequence % 7 !== 0) return
        full = true
        room = new Promise((now) => {
          resolve = now
        })
        setTimeout(makeRoom, 50)
      },
      room: () => room,
      full: () => full,
    }),
  )
  expect(await reader.done).toBe(true)
  expect(sequences).toEqual(all)
  await connection.close()
})

it('what retention took while it could read nothing ends the reading, so that it is told', async () => {
  const connection = await platform.connectAs(platform.wall)
  const manager = await jetstreamManager(connection)
  const feeder = await jetstreamManager(platform.feeder)
  let full = false
  const reader = readStream(
    connection,
    manager,
    reading({
      message(_, sequence) {
        full = sequence === 7
      },
      full: () => full,
      async room() {
        if (!full) return
        await feeder.streams.purge(streamOf(huge.name), { seq: 20 })
        full = false
      },
    }),
  )
  await expect(reader.done).rejects.toThrow('begins at 20, we were at 8')
  await connection.close()
})
