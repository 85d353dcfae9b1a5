/** A platform of three servers: whatever becomes of one of them, nothing is lost, nothing counts twice. */
import { jetstreamManager } from '@nats-io/jetstream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { streamOf, type ProductName } from '../../../../preload/contract/product.ts'
import { startPlatform, type Platform } from '../../../platform/platform.ts'
import { messages, product } from '../../../platform/product.ts'
import { openWindow, type AWindow } from './a-window.ts'
import { addressOf, keysOf, profileFolder, remove, startEngine, statsOf, type AnEngine } from './an-engine.ts'

const incidents = product('security.incidents', 'feature')
const units = product('security.units', 'track')
const fed = [incidents, units]
const entities = 20

let platform: Platform
let profile: string
let one: AnEngine
let window: AWindow
let sent = 0

beforeAll(async () => {
  platform = await startPlatform({ servers: 3, products: fed })
  profile = await profileFolder()
  await publish(entities)
  one = await startEngine(profile, keysOf(platform.wall))
  window = openWindow(one.engine)
  window.subscribe([{ form: 'records', kinds: ['feature'] }])
  await one.engine.connect(addressOf(platform))
})
afterAll(async () => {
  await one?.engine.dispose()
  await platform?.dispose()
  await remove(profile)
})

async function publish(count: number): Promise<void> {
  for (const { name, descriptor } of fed)
    await platform.publish(messages(name, descriptor.kind, count, entities, sent))
  sent += count
}

/** Publishes while something is done to the servers, and until all copies are there again. */
async function meanwhile(act: () => Promise<void>): Promise<void> {
  const done = { acting: true }
  const publishing = (async () => {
    while (done.acting) {
      await publish(25)
      // a slow machine needs longer for each act: it is not to have all the more to compare
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  const watching = watch(() => done.acting)
  try {
    await act()
    await platform.inStep()
  } finally {
    // or the next test would publish beside this one
    done.acting = false
    // whatever went wrong first is told
    await Promise.allSettled([publishing, watching])
  }
  await publishing
  await publish(25)
  expect(await watching).toEqual([])
}

const shown = () => window.records.get(incidents.name) ?? new Map<string, { sequence: number }>()

/** The server that the node is on, or how its link stands. */
const on = (): string => {
  const link = one.connections.at(-1)!
  return link.state === 'live' ? link.server : link.state
}

/** @returns in what the picture was ever wrong: something that was on it was gone, or older than before */
async function watch(goesOn: () => boolean): Promise<string[]> {
  const wrong: string[] = []
  const newest = new Map<string, number>()
  while (goesOn()) {
    const now = shown()
    for (const [entity, sequence] of newest)
      if (!now.has(entity)) wrong.push(`${entity}, ${sequence}, is gone`)
    for (const [entity, { sequence }] of now) {
      if (sequence < (newest.get(entity) ?? 0)) wrong.push(`${entity} went back to ${sequence}`)
      newest.set(entity, sequence)
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return wrong
}

/** The last message of each entity, as the platform has it. */
async function truth(name: ProductName): Promise<Map<string, number>> {
  const manager = await jetstreamManager(platform.feeder)
  const last = new Map<string, number>()
  for (let at = 0; at < entities; at++) {
    const message = await manager.streams.getMessage(streamOf(name), { last_by_subj: `dp.${name}.e-${at}` })
    last.set(`e-${at}`, message?.seq ?? 0)
  }
  return last
}

/** Cache and platform hold the same, message by message, and the picture is what the platform says. */
async function agree(): Promise<void> {
  for (const { name } of fed) {
    const { digest, messages: events } = await platform.digest(name)
    expect(events).toBe(sent)
    await expect
      .poll(async () => (await statsOf(profile, keysOf(platform.wall))).get(name), { timeout: 90_000 })
      .toMatchObject({ digest, events })
  }
  const last = await truth(incidents.name)
  await expect
    .poll(() => new Map([...shown()].map(([entity, { sequence }]) => [entity, sequence])))
    .toEqual(last)
  expect(one.engine.report()).toMatchObject({ received: 2 * sent, persisted: 2 * sent, rejected: 0, gaps: 0 })
  expect(one.problems).toEqual([])
}

describe('a platform of three servers', () => {
  it('is read as one', agree)

  it('loses its leader, and a node that was on it goes on with the next', async () => {
    // it is the one that the node is on, too: it turns to the first that is named
    const leader = await platform.leaderOf(incidents.name)
    const lost = `localhost:${platform.servers[leader]!.port}`
    const { servers, ...address } = addressOf(platform)
    const others = servers.filter((server) => server !== `tls://${lost}`)
    await one.engine.connect({ ...address, servers: [`tls://${lost}`, ...others] })
    await one.state('live')
    expect(on()).toBe(lost)
    await meanwhile(async () => {
      await platform.servers[leader]!.kill()
      // the node hears of what is published since; the others call him the leader until they miss him
      await expect.poll(() => platform.leaderOf(incidents.name), { timeout: 90_000 }).not.toBe(leader)
      await expect.poll(on, { timeout: 90_000 }).not.toBe(lost)
      await expect.poll(on, { timeout: 90_000 }).toMatch(/^localhost:/)
      const { last } = await platform.digest(incidents.name)
      await expect
        .poll(() => Math.max(...[...shown().values()].map(({ sequence }) => sequence)), { timeout: 90_000 })
        .toBeGreaterThan(last)
      await platform.servers[leader]!.restart()
    })
    await agree()
  })

  it('loses each of its servers in turn, each back before the next', async () => {
    for (const server of platform.servers)
      await meanwhile(async () => {
        await server.kill()
        await server.restart()
      })
    await agree()
  })

  it('has one that is cut off from all, and comes back with what it knew', async () => {
    await meanwhile(async () => {
      const leader = await platform.leaderOf(incidents.name)
      const cut = platform.servers[leader]!
      cut.freeze()
      // the others call him the leader until they miss him
      await expect.poll(() => platform.leaderOf(incidents.name), { timeout: 90_000 }).not.toBe(leader)
      const { last } = await platform.digest(incidents.name)
      await expect
        .poll(() => Math.max(...[...shown().values()].map(({ sequence }) => sequence)), { timeout: 90_000 })
        .toBeGreaterThan(last)
      cut.thaw()
    })
    await agree()
  })

  it('has the one cut off that the node is on: it turns to another, and says so', async () => {
    const before = on()
    const cut = platform.servers.find(({ port }) => before.endsWith(`:${port}`))
    await meanwhile(async () => {
      cut!.freeze()
      await expect.poll(on, { timeout: 90_000 }).not.toBe(before)
      await expect.poll(on, { timeout: 90_000 }).toMatch(/^localhost:/)
      expect(on()).not.toBe(before)
      cut!.thaw()
    })
    await agree()
  })

  it('without a majority is no platform: the picture stays, said to be cut off, and comes back whole', async () => {
    const before = new Map([...shown()].map(([entity, { sequence }]) => [entity, sequence]))
    await one.state('live')
    // the one that the node is on stays, and answers: the connection stands
    const others = platform.servers.filter(({ port }) => !on().endsWith(`:${port}`))
    expect(others.length).toBe(2)
    await Promise.all(others.map((server) => server.kill()))
    const said = () => {
      const link = one.connections.at(-1)!
      return 'problem' in link ? link.problem.code : link.state
    }
    await expect.poll(said, { timeout: 90_000 }).toBe('platform.no-leader')
    expect(new Map([...shown()].map(([entity, { sequence }]) => [entity, sequence]))).toEqual(before)
    await Promise.all(others.map((server) => server.restart()))
    await platform.inStep()
    await publish(25)
    await one.state('live')
    await agree()
  })
})
