import { spawn } from 'node:child_process'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Message } from '../../../../main/exercise/message.ts'
import { streamOf } from '../../../../preload/contract/product.ts'
import { childProgram } from '../../../platform/built.ts'
import { startPlatform, type Platform } from '../../../platform/platform.ts'
import { message, messages, product } from '../../../platform/product.ts'
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

const units = product('security.units', 'track')
const incidents = product('security.incidents', 'feature')
const metro = product('transport.metro', 'metric')
const log = product('security.log', 'note')
const secret = product('security.intelligence', 'note')

let platform: Platform
let profile: string
const running: AnEngine[] = []

const start = async (folder = profile): Promise<AnEngine> => {
  const one = await startEngine(folder, keysOf(platform.wall))
  running.push(one)
  return one
}

const stop = async (one: AnEngine): Promise<void> => {
  running.splice(running.indexOf(one), 1)
  await one.engine.dispose()
}

const caughtUp = async ({ engine }: AnEngine, names: string[]): Promise<void> => {
  const window = openWindow(engine)
  window.subscribe([])
  const stream = (name: string) => window.health?.products.find((one) => one.product === name)?.stream
  const state = new Map<string, number>()
  const manager = await jetstreamManager(platform.feeder)
  for (const name of names) state.set(name, (await manager.streams.info(streamOf(name))).state.last_seq)
  await until(
    () =>
      names.every((name) => (stream(name)?.received ?? 0) >= state.get(name)! && stream(name)?.behind === 0),
    `${names.join(', ')} caught up`,
  )
  window.close()
}

beforeAll(async () => {
  platform = await startPlatform({
    products: [units, incidents, metro, log, secret],
    refused: [secret.name],
  })
  await platform.publish(messages(units.name, 'track', 3000, 100))
  await platform.publish(messages(incidents.name, 'feature', 200, 50))
  // a second apart: a window keeps one value for one instant
  const measured = Date.now()
  await platform.publish(
    messages(metro.name, 'metric', 500, 5).map((one, i) => ({ ...one, time: measured - (500 - i) * 1000 })),
  )
  await platform.publish(messages(log.name, 'note', 100))
  await platform.publish(messages(secret.name, 'note', 10))
  profile = await profileFolder()
})
afterEach(async () => {
  for (const one of [...running]) await stop(one)
})
afterAll(async () => {
  await platform.dispose()
  await remove(profile)
})

describe('a node that connects for the first time', () => {
  it('has the picture at once and then, behind it, all the history the platform has', async () => {
    const one = await start()
    const window = openWindow(one.engine)
    window.subscribe([{ form: 'columns' }, { form: 'records', kinds: ['note'] }, { form: 'series' }])
    await one.engine.connect(addressOf(platform))
    await caughtUp(one, [units.name, incidents.name, metro.name, log.name])
    expect(window.columns.get(units.name)?.size).toBe(100)
    expect(window.columns.get(incidents.name)?.size).toBe(50)
    expect(window.records.get(log.name)?.size).toBe(100)
    // the tick that sends rewritten series comes within the second
    await until(
      () => [...(window.series.get(metro.name)?.values() ?? [])].every(({ times }) => times.length > 90),
      'the series have their past',
    )
    for (const { times } of window.series.get(metro.name)!.values())
      expect([...times].sort((a, b) => a - b)).toEqual(times)
    const report = one.engine.report()
    expect(report).toMatchObject({ received: 3800, persisted: 3800, rejected: 0, gaps: 0, products: 4 })
    await stop(one)
    const stats = await statsOf(profile, keysOf(platform.wall))
    for (const name of [units.name, incidents.name, metro.name, log.name]) {
      const theirs = await platform.digest(name)
      expect(stats.get(name), name).toMatchObject({
        digest: theirs.digest,
        events: theirs.messages,
        first: theirs.first,
        last: theirs.last,
      })
    }
    expect(stats.get(units.name)?.entities).toBe(100)
  })

  it('is told which product is refused, and reads the others', async () => {
    const one = await start()
    const window = openWindow(one.engine, 'desk')
    window.subscribe([])
    await one.engine.connect(addressOf(platform))
    const access = () =>
      Object.fromEntries(window.catalog?.products.map((entry) => [entry.product, entry.access]) ?? [])
    await until(() => !Object.values(access()).includes('pending') && 'security.log' in access(), 'answered')
    expect(access()).toEqual({
      [units.name]: 'permitted',
      [incidents.name]: 'permitted',
      [metro.name]: 'permitted',
      [log.name]: 'permitted',
      [secret.name]: 'refused',
    })
  })
})

describe('a node that was there before', () => {
  it('shows the last known picture without a network, as it was', async () => {
    const one = await start()
    const window = openWindow(one.engine)
    window.subscribe([{ form: 'columns' }, { form: 'records', kinds: ['note'] }, { form: 'series' }])
    await until(() => window.series.size === 1, 'the picture is there')
    expect(window.health?.connection.state).toBe('offline')
    expect(window.catalog?.listed).toBe(true)
    expect(window.columns.get(units.name)?.size).toBe(100)
    expect(window.columns.get(incidents.name)?.size).toBe(50)
    expect(window.records.get(log.name)?.size).toBe(100)
    expect(window.series.get(metro.name)?.get('e-0')?.values.at(-1)).toBe(495)
    const health = window.health!.products.find((each) => each.product === units.name)
    expect(health?.newest).toBeGreaterThan(0)
    expect(health?.entities).toBe(100)
    expect(window.product(units.name)?.known).toBe(true)
  })

  it('loses nothing and counts nothing twice when the server dies and comes back', async () => {
    const one = await start()
    await one.engine.connect(addressOf(platform))
    await one.state('live')
    await platform.publish(messages(units.name, 'track', 500, 100, 10_000))
    await platform.kill()
    const waiting = await one.state('waiting')
    expect(waiting).toMatchObject({
      problem: { code: expect.stringMatching(/^platform\.(closed|unreachable)$/) },
    })
    expect(await platform.restart()).toMatchObject({ ok: true })
    await one.state('live')
    await platform.publish(messages(units.name, 'track', 500, 100, 20_000))
    await caughtUp(one, [units.name])
    expect(one.engine.report()).toMatchObject({ disconnects: 1, gaps: 0, rejected: 0 })
    await stop(one)
    const theirs = await platform.digest(units.name)
    const ours = (await statsOf(profile, keysOf(platform.wall))).get(units.name)
    expect(ours).toMatchObject({ digest: theirs.digest, events: theirs.messages })
  })

  it('records as a gap what retention took while it was away', async () => {
    await platform.publish(messages(log.name, 'note', 100, 100, 500))
    const manager = await jetstreamManager(platform.feeder)
    await manager.streams.purge(streamOf(log.name), { seq: 150 })
    const one = await start()
    const window = openWindow(one.engine)
    window.subscribe([])
    await one.engine.connect(addressOf(platform))
    await caughtUp(one, [units.name])
    const gaps = () => window.health?.products.find((each) => each.product === log.name)?.stream?.gaps ?? []
    await until(() => gaps().length > 0, 'the gap is shown')
    expect(gaps()).toEqual([{ first: 101, last: 149, found: expect.any(Number) }])
    await persisted(one.engine, 51)
    await stop(one)
    const again = await start()
    expect(again.engine.report().gaps).toBe(1)
    const ours = (await statsOf(profile, keysOf(platform.wall))).get(log.name)
    expect(ours).toMatchObject({ events: 151, first: 1, last: 200 })
  })

  it('answers for an entity with its versions, newest first, and finds it by a word', async () => {
    const one = await start()
    const window = openWindow(one.engine, 'desk')
    const history = await window.ask('history', { product: incidents.name, entity: 'e-7', limit: 3 })
    expect(history.ok && history.value.map(({ sequence }) => sequence)).toEqual([158, 108, 58])
    const found = await window.ask('search', { text: 'E-7', limit: 5 })
    expect(found.ok && found.value.map(({ entity }) => entity)).toContain('e-7')
  })
})

it('a committed event is there after SIGKILL, and its position with it', async () => {
  const folder = await profileFolder()
  const name = 'security.killed'
  await platform.addProducts([product(name, 'track')])
  await platform.publish(messages(name, 'track', 4000, 50))
  const killed = async (): Promise<void> => {
    const child = spawn(process.execPath, [childProgram('main/engine/engine-child'), folder], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    child.stdin.end(
      JSON.stringify({ keys: keysOf(platform.wall), address: addressOf(platform), entities: 50 }),
    )
    let said = 0
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (data: Buffer) => {
        said = Number(data.toString().trim().split('\n').at(-1))
        if (said > 0) resolve()
      })
    })
    // more is coming in while it dies
    const publishing = platform.publish(messages(name, 'track', 1000, 50, 5000 + Math.floor(said)))
    const exited = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await exited
    await publishing
    const stats = await statsOf(folder, keysOf(platform.wall))
    const events = [...stats.values()].reduce((sum, one) => sum + one.events, 0)
    expect(events).toBeGreaterThanOrEqual(said)
  }
  await killed()
  await killed()
  await killed()
  const one = await start(folder)
  await one.engine.connect(addressOf(platform))
  await caughtUp(one, [name])
  await stop(one)
  const theirs = await platform.digest(name)
  expect((await statsOf(folder, keysOf(platform.wall))).get(name)).toMatchObject({
    digest: theirs.digest,
    events: theirs.messages,
  })
  await remove(folder)
})

it('nothing of the platform can be read in any file of the profile', async () => {
  const folder = await profileFolder()
  const canary = 'ARGONAUTE-7741'
  const plant = (kind: 'track' | 'feature' | 'note' | 'document', name: string): Message => {
    const one = message(name, kind, 1, {
      id: `${canary}-${kind}`,
      entity: `e-${canary}`,
      source: `//${canary}/x`,
    })
    const text = JSON.stringify(one.body).replace(/"name":"[^"]*"|"text":"[^"]*"/g, (found) =>
      found.replace(/:"[^"]*"/, `:"${canary} é"`),
    )
    return { ...one, body: JSON.parse(text) as Message['body'] }
  }
  await platform.addProducts([
    product('health.units', 'track', { title: `${canary} titre` }),
    product('health.places', 'feature'),
    product('health.log', 'note'),
    product('health.files', 'document'),
  ])
  await platform.publish([
    plant('track', 'health.units'),
    plant('feature', 'health.places'),
    plant('note', 'health.log'),
    plant('document', 'health.files'),
    // one that goes to quarantine
    { ...plant('note', 'health.log'), id: `${canary}-bad`, entity: 'bad', time: 5_000_000_000_000 },
  ])
  const one = await start(folder)
  const window = openWindow(one.engine, 'desk')
  window.subscribe([{ form: 'columns' }, { form: 'records' }])
  await one.engine.connect(addressOf(platform))
  await until(
    () => one.engine.report().rejected === 1 && window.records.get('health.log')?.size === 1,
    'read',
  )
  expect(window.everything()).toContain(canary)
  const search = async (): Promise<void> => {
    for (const file of await readdir(folder, { recursive: true })) {
      const path = join(folder, file)
      if (!(await stat(path)).isFile()) continue
      const bytes = await readFile(path)
      const needles = [
        Buffer.from(canary),
        Buffer.from(canary, 'utf16le'),
        ...[0, 1, 2].map((shift) =>
          Buffer.from(
            Buffer.from(' '.repeat(shift) + canary)
              .toString('base64')
              .slice(4, -4),
          ),
        ),
      ]
      for (const needle of needles) expect(bytes.includes(needle), file).toBe(false)
    }
  }
  await search()
  await stop(one)
  await search()
  await remove(folder)
})

describe('after dispose nothing is left that would keep the process alive', () => {
  /** How many of each kind do now: sockets, timers, handles of files. */
  const alive = (): Map<string, number> => {
    const counts = new Map<string, number>()
    for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1)
    return counts
  }
  const afterIt = async (live: (one: AnEngine) => Promise<unknown>): Promise<void> => {
    const folder = await profileFolder()
    // what made the folder is over
    await new Promise((resolve) => setImmediate(resolve))
    const before = alive()
    const one = await start(folder)
    await live(one)
    await stop(one)
    const left = () =>
      [...alive()].flatMap(([kind, now]) =>
        Array<string>(Math.max(0, now - (before.get(kind) ?? 0))).fill(kind),
      )
    expect(left().filter((kind) => kind === 'Timeout' || kind === 'Immediate')).toEqual([])
    // the system closes a socket a moment later
    await expect.poll(left).toEqual([])
    await remove(folder)
  }

  it('of a node that reads and has a window', () =>
    afterIt(async (one) => {
      const window = openWindow(one.engine, 'desk')
      window.subscribe([{ form: 'columns' }, { form: 'records' }, { form: 'series' }])
      await one.engine.connect(addressOf(platform))
      await caughtUp(one, [units.name])
      await platform.publish(messages(units.name, 'track', 50, 10, 30_000))
    }))

  it('of one that has only begun to connect', () => afterIt((one) => one.engine.connect(addressOf(platform))))

  it('of one whose platform is away', () =>
    afterIt(async (one) => {
      await one.engine.connect({ ...addressOf(platform), servers: ['tls://localhost:1'] })
      await one.state('waiting')
    }))

  it('of one that was cut and waits', async () => {
    await afterIt(async (one) => {
      await one.engine.connect(addressOf(platform))
      await one.state('live')
      await platform.kill()
      await one.state('waiting')
      expect(await platform.restart()).toMatchObject({ ok: true })
    })
  })
  it('of one whose consumers the server has just taken away', () =>
    afterIt(async (one) => {
      await one.engine.connect(addressOf(platform))
      await caughtUp(one, [units.name, incidents.name, metro.name])
      const manager = await jetstreamManager(platform.feeder)
      for (const { name } of [units, incidents, metro])
        for await (const { name: consumer } of manager.consumers.list(streamOf(name)))
          await manager.consumers.delete(streamOf(name), consumer)
      // what the server says of it is on its way
      await new Promise((resolve) => setTimeout(resolve, 100))
    }))
})
