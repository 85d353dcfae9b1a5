import { jetstreamManager } from '@nats-io/jetstream'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Message } from '../../../../../main/exercise/message.ts'
import type { Feature } from '../../../../../preload/contract/event.ts'
import { streamOf } from '../../../../../preload/contract/product.ts'
import { startPlatform, type Platform } from '../../../../platform/platform.ts'
import { message, messages, product } from '../../../../platform/product.ts'
import { dataIn, openWindow } from '../a-window.ts'
import { addressOf, keysOf, profileFolder, remove, startEngine, until, type AnEngine } from '../an-engine.ts'

const units = product('security.units', 'track')
const places = product('security.places', 'feature')
const metro = product('transport.metro', 'metric')

let platform: Platform
let profile: string
let one: AnEngine
let count = 0

beforeAll(async () => {
  platform = await startPlatform({ products: [units, places, metro] })
})
beforeEach(async () => {
  profile = await profileFolder()
  one = await startEngine(profile, keysOf(platform.wall))
  await one.engine.connect(addressOf(platform))
  await until(() => one.engine.report().products === 3, 'three products are read')
  await caughtUp()
})
afterEach(async () => {
  await one.engine.dispose()
  await remove(profile)
})
afterAll(() => platform.dispose())

/** All that the streams hold is kept or refused: what comes from now on is nobody else's. */
const caughtUp = async (): Promise<void> => {
  const manager = await jetstreamManager(platform.feeder)
  const streams = await Promise.all(
    [units, places, metro].map(({ name }) => manager.streams.info(streamOf(name))),
  )
  const all = streams.reduce((sum, { state }) => sum + state.messages, 0)
  await until(() => {
    const { persisted, rejected } = one.engine.report()
    return persisted + rejected >= all
  }, `all ${all} messages are kept or refused`)
}

const publish = async (...sent: Parameters<Platform['publish']>[0]): Promise<void> => {
  await platform.publish(sent.map((each) => ({ ...each, id: `${each.id}-${++count}` })))
  await caughtUp()
}

const everything = [{ form: 'columns' as const }, { form: 'records' as const }, { form: 'series' as const }]

describe('a window’s ceiling', () => {
  it('keeps everything above it off the port: rows, texts, symbols, points, answers', async () => {
    const low = openWindow(one.engine, 'desk', 0)
    const high = openWindow(one.engine, 'desk', 1)
    low.subscribe(everything)
    high.subscribe(everything)
    const place = (name: string, category: string, lon: number) => ({
      type: 'Feature' as const,
      geometry: { type: 'Point' as const, coordinates: [lon, 48.5] as [number, number] },
      properties: { name, category, text: `${name} text` },
    })
    await publish(
      message(places.name, 'feature', 1, { entity: 'open', body: place('OUVERT', 'cat-open', 2) }),
      message(places.name, 'feature', 2, {
        entity: 'closed',
        marking: 'dr',
        body: place('SECRETNAME', 'cat-secret', 77.125),
      }),
      message(units.name, 'track', 3, {
        entity: 'unit-secret',
        marking: 'dr',
        body: place('SECRETUNIT', 'cat-unit', 78.125),
      }),
      message(metro.name, 'metric', 4, {
        marking: 'dr',
        body: { series: 'secret-series', value: 79.125, unit: '1' },
      }),
      // what it can't be: unknown is the highest
      message(places.name, 'feature', 5, {
        entity: 'odd',
        marking: 'whatever',
        body: place('SECRETODD', 'cat-odd', 80.125),
      }),
    )
    await until(() => high.records.get(places.name)?.has('odd') === true, 'the high window has it')
    await until(() => low.records.get(places.name)?.has('open') === true, 'the low window has its own')
    await low.ask('search', { text: 'secret', limit: 50 })
    await low.ask('history', { product: places.name, entity: 'closed', limit: 50 })
    await low.ask('record', { product: places.name, entity: 'closed' })
    for (let row = 0; row < 5; row++) {
      await low.ask('row', { product: places.name, row })
      await low.ask('row', { product: units.name, row })
    }
    const whole = { product: metro.name, series: 'secret-series', from: 0, to: 2 ** 43, parts: 10 }
    const named = { product: places.name, properties: ['name', 'category'], language: 'fr' as const }
    await low.ask('course', whole)
    await low.ask('cells', named)
    expect(await high.ask('course', whole)).toMatchObject({
      ok: true,
      value: { marking: 1, values: { 0: 79.125 } },
    })
    const seen = await high.ask('cells', named)
    if (!seen.ok) throw new Error('the high window sees no cells')
    expect(seen.value.columns[0]?.texts).toEqual(expect.arrayContaining(['OUVERT', 'SECRETNAME']))
    expect(seen.value.properties).toEqual(expect.arrayContaining(['name', 'category', 'text']))
    expect(seen.value.marking).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 1200))
    expect(high.everything()).toMatch(/SECRETNAME[^]*secret-series|secret-series[^]*SECRETNAME/)
    expect(high.everything()).toContain('77.125')
    const text = low.everything()
    for (const hidden of [
      'SECRET',
      'closed',
      'cat-secret',
      'cat-unit',
      'unit-secret',
      'secret-series',
      '77.125',
      '78.125',
      '79.125',
      '80.125',
    ])
      expect(text.includes(hidden), hidden).toBe(false)
    expect(low.health?.marking).toBe(0)
    expect(high.health?.marking).toBe(1)
  })

  it('takes away what rises above it, and tells no more of it than that', async () => {
    const low = openWindow(one.engine, 'wall', 0)
    low.subscribe(everything)
    const at = (lon: number) => ({
      type: 'Feature' as const,
      geometry: { type: 'Point' as const, coordinates: [lon, 10] as [number, number] },
      properties: { name: `at ${lon}` },
    })
    await publish(message(places.name, 'feature', 1, { entity: 'riser', body: at(1) }))
    await until(() => low.records.get(places.name)?.has('riser') === true, 'shown')
    const shown = low.columns.get(places.name)?.size
    await publish(message(places.name, 'feature', 2, { entity: 'riser', marking: 'dr', body: at(66.5) }))
    await until(() => low.records.get(places.name)?.has('riser') === false, 'gone')
    await until(() => low.columns.get(places.name)?.size === shown! - 1, 'gone from the map')
    expect(low.everything()).not.toContain('66.5')
    await publish(message(places.name, 'feature', 3, { entity: 'riser', body: at(2) }))
    await until(() => low.records.get(places.name)?.has('riser') === true, 'back')
  })
})

describe('a slow window', () => {
  it('has four messages under way at most, and then gets the newest state, once per row', async () => {
    const slow = openWindow(one.engine)
    slow.crediting = false
    slow.subscribe([{ form: 'columns', products: [units.name] }])
    await until(() => dataIn(slow).length > 0, 'the snapshot')
    const columns = () => slow.messages.filter(({ kind }) => kind === 'columns')
    for (let round = 0; round < 20; round++)
      await publish(...messages(units.name, 'track', 50, 50, round * 50))
    expect(columns()).toHaveLength(4)
    slow.credit()
    await until(() => columns().length === 5, 'one more')
    const last = columns().at(-1)
    if (last?.kind !== 'columns') throw new Error('no columns')
    expect(last.rows).toHaveLength(50)
    expect(new Set(last.rows).size).toBe(50)
    // body 999 is the newest of e-49
    const newest = 2.29 + 999 / 10_000
    expect([...slow.columns.get(units.name)!.values()].some(({ lon }) => Math.abs(lon - newest) < 1e-5)).toBe(
      true,
    )
  })

  it('is told when the platform stored what it sees now, and nothing of that in a snapshot', async () => {
    await publish(...messages(units.name, 'track', 5, 5))
    const window = openWindow(one.engine)
    window.subscribe([{ form: 'columns', products: [units.name] }])
    await until(() => dataIn(window).length > 0, 'the snapshot')
    const [snapshot] = window.messages.filter(({ kind }) => kind === 'columns')
    expect(snapshot).toMatchObject({ reset: true, published: new Float64Array(0) })
    const before = Date.now()
    await publish(...messages(units.name, 'track', 5, 5, 100))
    await until(() => window.messages.filter(({ kind }) => kind === 'columns').length > 1, 'a delta')
    const delta = window.messages.filter(({ kind }) => kind === 'columns').at(-1)
    if (delta?.kind !== 'columns') throw new Error('no columns')
    expect(delta.reset).toBe(false)
    expect(delta.published.length).toBeGreaterThan(0)
    for (const published of delta.published) expect(Math.abs(published - before)).toBeLessThan(60_000)
  })
})

describe('a port', () => {
  it('refuses what is no message of the contract, in words', async () => {
    const window = openWindow(one.engine, 'desk')
    for (const bad of [
      null,
      'open',
      { kind: 'open' },
      { kind: 'open', id: 1, subscription: { form: 'files' } },
      { kind: 'open', id: 1, subscription: { form: 'columns', path: '/etc/passwd' } },
      { kind: 'open', id: 0.5, subscription: { form: 'columns' } },
      { kind: 'subscribe', subscriptions: [{ form: 'columns' }] },
      { kind: 'ask', id: 1, question: 'history', ask: { product: '../x', entity: 'e', limit: 1 } },
      { kind: 'ask', id: 1, question: 'search', ask: { text: 'x', limit: 1e9 } },
    ])
      window.raw(bad)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(dataIn(window)).toEqual([])
    // what was asked, or opened under an id, is told that it is refused
    const told = window.messages.filter(({ kind }) => kind === 'answer' || kind === 'refused')
    expect(told.map(({ kind }) => kind).sort()).toEqual(['answer', 'answer', 'refused', 'refused'])
    for (const one of told)
      if (one.kind === 'answer') expect(one.result).toMatchObject({ error: { code: 'ipc.refused' } })
  })

  it('carries texts without control and bidi characters', async () => {
    const window = openWindow(one.engine)
    window.subscribe([{ form: 'records', kinds: ['feature'], limit: 3 }])
    await publish(
      message(places.name, 'feature', 1, {
        entity: 'bidi',
        body: {
          type: 'Feature',
          geometry: { type: 'Point', coordinates: [1, 1] },
          properties: { name: 'a\u202Eb\u0007c\u2066', deep: ['<b>\u200F'] } as { name: string },
        },
      }),
    )
    await until(() => window.records.get(places.name)?.has('bidi') === true, 'there')
    const record = window.records.get(places.name)?.get('bidi')
    expect(record?.body).toMatchObject({ properties: { name: 'abc', deep: ['<b>'] } })
  })

  it('keeps a list to its newest so many', async () => {
    const window = openWindow(one.engine)
    window.subscribe([{ form: 'records', kinds: ['feature'], limit: 3 }])
    const now = Date.now()
    for (let i = 0; i < 6; i++)
      await publish(message(places.name, 'feature', i, { entity: `list-${i}`, time: now + 1000 + i }))
    await until(() => window.records.get(places.name)?.has('list-5') === true, 'the last')
    expect([...window.records.get(places.name)!.keys()].sort()).toEqual(['list-3', 'list-4', 'list-5'])
  })
})

it('finds what was typed without its accents', async () => {
  const desk = openWindow(one.engine, 'desk')
  await publish(
    message(places.name, 'feature', 1, {
      entity: 'found',
      body: {
        type: 'Feature',
        geometry: { type: 'Point', coordinates: [2.3, 48.8] },
        properties: { name: 'Évacuation à Élysée' },
      },
    }),
  )
  await expect
    .poll(async () => {
      const found = await desk.ask('search', { text: 'evacuation elysee', limit: 5 })
      return found.ok && found.value.map(({ entity }) => entity)
    })
    .toEqual(['found'])
})

it('an entity that has expired leaves the picture by itself', async () => {
  const window = openWindow(one.engine)
  window.subscribe([{ form: 'records', kinds: ['feature'] }])
  const there = () => window.records.get(places.name)?.has('brief') === true
  // on a machine that has other things to do it may have ended before it was seen: then it is given longer
  for (let life = 1500; !there(); life *= 2) {
    const expires = Date.now() + life
    await publish(message(places.name, 'feature', 1, { entity: 'brief', expires }))
    await until(() => there() || Date.now() > expires, 'there')
  }
  await until(() => !there(), 'gone')
})

it('bad messages are in quarantine with a reason while good ones go on', async () => {
  const desk = openWindow(one.engine, 'desk')
  const before = one.engine.report().persisted
  const good = Array.from({ length: 500 }, (_, i) =>
    message(units.name, 'track', i, { entity: `g-${i % 10}` }),
  )
  const bad = Array.from({ length: 500 }, (_, i) =>
    message(units.name, 'track', i, { entity: 'bad', time: 0, id: `bad-${i}` }),
  )
  await platform.publish(good.flatMap((each, i) => [{ ...each, id: `ok-${i}` }, bad[i]!]))
  await until(() => one.engine.report().rejected === 500, 'all are refused')
  await until(() => one.engine.report().persisted >= before + 500, 'the good ones are kept')
  const answer = await desk.ask('quarantine', { product: units.name, limit: 3 })
  expect(answer.ok && answer.value[0]).toMatchObject({
    product: units.name,
    problem: { code: 'message.time-implausible' },
    excerpt: expect.stringContaining('Feature'),
  })
})

describe('a product of large messages', () => {
  const huge = product('test.huge', 'feature')
  const count = 40
  /** Of a long text only the start is shown: this is as much as a record can be. */
  const large = (index: number, more: Partial<Message> = {}): Message => {
    const one = message(huge.name, 'feature', index, more)
    const { properties, ...body } = one.body as Feature
    const values = Array.from({ length: 180_000 }, (_, i) => i % 10_000)
    return { ...one, body: { ...body, properties: { ...properties, values } } }
  }
  const sizeOf = (message: unknown): number => JSON.stringify(message).length

  it('comes in messages, and in answers, that memory can bear', async () => {
    await platform.addProducts([huge])
    for (let i = 0; i < count; i++) await publish(large(i))
    for (let i = 0; i < count; i++) await publish(large(i, { id: `${i}-again`, entity: 'e-7' }))
    const window = openWindow(one.engine, 'desk')
    window.subscribe([{ form: 'records', products: [huge.name] }])
    await until(() => window.records.get(huge.name)?.has('e-7') === true, 'the newest is there')
    await until(
      () => window.messages.filter(({ kind }) => kind === 'records').length > 5,
      'the others come behind it',
    )
    for (const message of window.messages) expect(sizeOf(message)).toBeLessThan(4_000_000)
    const held = [...(window.records.get(huge.name)?.values() ?? [])]
    expect(sizeOf(held)).toBeLessThan(36_000_000)
    const history = await window.ask('history', { product: huge.name, entity: 'e-7', limit: 500 })
    expect(history.ok && history.value.length).toBeGreaterThan(2)
    expect(sizeOf(history)).toBeLessThan(6_000_000)
    const found = await window.ask('search', { text: 'e-', limit: 500 })
    expect(found.ok && found.value.length).toBeGreaterThan(2)
    expect(sizeOf(found)).toBeLessThan(6_000_000)
  })
})
