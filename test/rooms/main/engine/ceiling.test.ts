/** What a window gets follows the catalog and the platform's word at once: pictures, lists and answers alike. */
import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Descriptor } from '../../../../preload/contract/product.ts'
import { startPlatform, type Platform } from '../../../platform/platform.ts'
import { message, messages, product } from '../../../platform/product.ts'
import { openWindow, type AWindow } from './a-window.ts'
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

const places = product('security.places', 'feature', { title: 'LIEUX-TITRE' })
const units = product('security.units', 'track')
const metro = product('transport.metro', 'metric')
const log = product('health.log', 'note')

let platform: Platform
let profile: string
let one: AnEngine | null

const start = async (connected = true): Promise<AnEngine> => {
  one = await startEngine(profile, keysOf(platform.wall))
  if (connected) await one.engine.connect(addressOf(platform))
  return one
}
const stop = async (): Promise<void> => {
  await one?.engine.dispose()
  one = null
}
const catalog = () => new Kvm(jetstream(platform.feeder)).open('catalog')
const describeAs = async ({ name, descriptor }: typeof places, more: Partial<Descriptor>): Promise<void> => {
  await (await catalog()).put(name, JSON.stringify({ ...descriptor, ...more }))
}

const place = (entity: string, name: string, more: object = {}) =>
  message(places.name, 'feature', 1, {
    entity,
    id: `${entity} ${name}`,
    body: {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [77.125, 48.5] },
      properties: { name },
    },
    ...more,
  })

const everything = [{ form: 'columns' as const }, { form: 'records' as const }, { form: 'series' as const }]
const shows = (window: AWindow, name: string): boolean =>
  (window.records.get(name)?.size ?? 0) + (window.columns.get(name)?.size ?? 0) > 0 ||
  (window.series.get(name)?.size ?? 0) > 0

/** All that a window may ask of a product, as one text. */
const answersAbout = async (window: AWindow, name: string, entity: string, text: string): Promise<string> => {
  const answers = [
    await window.ask('record', { product: name, entity }),
    await window.ask('history', { product: name, entity, limit: 10 }),
    await window.ask('search', { text, limit: 50 }),
    await window.ask('cells', { product: name, properties: ['name'], language: 'fr' }),
    await window.ask('course', { product: name, series: 'series-1', from: 0, to: 2 ** 43, parts: 5 }),
    await window.ask('quarantine', { product: name, limit: 50 }),
    await window.ask('quarantine', { product: null, limit: 50 }),
  ]
  for (let row = 0; row < 5; row++) answers.push(await window.ask('row', { product: name, row }))
  return JSON.stringify(answers)
}

beforeEach(async () => {
  profile = await profileFolder()
  platform = await startPlatform({ products: [places, units, metro, log] })
  await platform.publish([
    place('gate', 'PORTE-NORD'),
    place('open', 'PARVIS-OUVERT', { marking: 'np' }),
    place('refused', 'REBUT-ILLISIBLE', { time: 0 }),
    ...messages(units.name, 'track', 5, 5),
    ...messages(metro.name, 'metric', 20, 2),
    ...messages(log.name, 'note', 5),
  ])
})
afterEach(async () => {
  await stop()
  await platform.dispose()
  await remove(profile)
})

const read = async (): Promise<AnEngine> => {
  const started = await start()
  await persisted(started.engine, 32)
  await until(() => started.engine.report().products === 4, 'four products are read')
  return started
}

describe('a product that is raised above a window’s ceiling', () => {
  it('leaves its picture, its lists and its answers at once, without a message more', async () => {
    const { engine } = await read()
    const low = openWindow(engine, 'desk', 0)
    const high = openWindow(engine, 'desk', 1)
    low.subscribe(everything)
    high.subscribe(everything)
    for (const { name } of [places, units, metro]) await until(() => shows(low, name), `${name} is shown`)
    await until(() => shows(high, metro.name), 'shown above, too')
    expect(await answersAbout(low, places.name, 'gate', 'porte')).toMatch(/PORTE-NORD[^]*REBUT-ILLISIBLE/)

    for (const one of [places, units, metro]) await describeAs(one, { marking: 'dr' })
    for (const { name } of [places, units, metro]) await until(() => !shows(low, name), `${name} is gone`)
    await until(() => low.product(places.name) === undefined, 'it is not in the catalog')
    expect(low.health?.products.map((each) => each.product)).toEqual([log.name])
    expect(await answersAbout(low, places.name, 'gate', 'porte')).not.toMatch(/PORTE|PARVIS|REBUT/)

    // who may see it sees what it is now: the banner, and each record by its own marking or the product's
    await until(() => high.health?.marking === 1, 'the banner follows')
    const marks = () =>
      [...high.records.get(places.name)!.values()].map((each) => [each.entity, each.marking])
    await until(() => marks().some(([, marking]) => marking === 1), 'the records follow')
    expect(Object.fromEntries(marks())).toEqual({ gate: 1, open: 0 })
    expect(high.health?.products.find((each) => each.product === places.name)?.entities).toBe(2)

    await describeAs(places, { marking: 'np' })
    await until(() => low.records.get(places.name)?.size === 2, 'what is lowered comes back')
    expect(await answersAbout(low, places.name, 'gate', 'porte')).toMatch(/PORTE-NORD[^]*REBUT-ILLISIBLE/)
  })

  it('between two starts leaves it when the platform says so, and stays away without a network', async () => {
    await read()
    await stop()
    await describeAs(places, { marking: 'dr' })
    const { engine } = await start(false)
    const before = openWindow(engine, 'wall', 0)
    before.subscribe(everything)
    await until(() => shows(before, places.name), 'nobody has said otherwise yet')
    await engine.connect(addressOf(platform))
    await until(() => !shows(before, places.name), 'it leaves')
    await stop()
    const again = await start(false)
    const low = openWindow(again.engine, 'wall', 0)
    low.subscribe(everything)
    await until(() => shows(low, units.name), 'the picture is there')
    expect(low.everything()).not.toMatch(/places|LIEUX|PORTE|PARVIS/)
  })
})

describe('a product whose descriptor can no longer be trusted', () => {
  it('is as high as it may be meant: one that says nothing readable is the highest, none is lowered by it', async () => {
    const { engine, problems } = await read()
    const low = openWindow(engine, 'wall', 0)
    const high = openWindow(engine, 'wall', 1)
    low.subscribe(everything)
    high.subscribe(everything)
    for (const { name } of [places, units, metro, log])
      await until(() => shows(low, name), `${name} is shown`)
    const wrong = { kind: 'smell' } as never as Partial<Descriptor>
    await describeAs(log, { ...wrong, marking: 'np' })
    await describeAs(units, { ...wrong, marking: 'dr' })
    await (await catalog()).put(metro.name, 'marking: dr')
    await describeAs(places, { marking: 'dr' })
    for (const { name } of [places, units, metro]) await until(() => !shows(low, name), `${name} is gone`)
    await describeAs(places, { ...wrong, marking: 'np' })
    await until(() => problems.some(({ subject }) => subject === places.name), 'it is told')
    expect([places, units, metro, log].map(({ name }) => shows(low, name))).toEqual([
      false,
      false,
      false,
      true,
    ])
    expect([places, units, metro, log].every(({ name }) => shows(high, name))).toBe(true)
    await describeAs(places, {})
    await until(() => shows(low, places.name), 'it is back when it is mended')
  })
})

describe('a product above a window’s ceiling', () => {
  it('is in none of its messages: no name, no title, no count, not what is marked lower in it either', async () => {
    await describeAs(places, { marking: 'dr' })
    const { engine } = await read()
    const low = openWindow(engine, 'wall', 0)
    low.subscribe(everything)
    await until(() => shows(low, units.name), 'the picture is there')
    await platform.publish([place('late', 'TARDIF', { marking: 'np' })])
    await persisted(engine, 33)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect(low.everything()).not.toMatch(/places|LIEUX|PORTE|PARVIS|TARDIF/)
  })

  it('what a stream counts for all markings together is told only to who may see them all', async () => {
    const { engine } = await read()
    const low = openWindow(engine, 'desk', 0)
    const high = openWindow(engine, 'desk', 1)
    low.subscribe([])
    high.subscribe([])
    const of = (window: AWindow) => window.health?.products.find((each) => each.product === places.name)
    await platform.publish([place('hidden', 'CACHE', { marking: 'dr' })])
    await until(() => of(high)?.entities === 3, 'counted above')
    expect(of(high)?.stream).toMatchObject({ received: 4, rejected: 1, gaps: [], behind: 0 })
    expect(of(low)).toMatchObject({ entities: 2, stream: null })
  })

  it('what changes seldom is told when it changes, and not each second', async () => {
    await describeAs(log, { dataschema: { type: 'object', title: 'SCHEMA-TITRE' } })
    const { engine } = await read()
    const window = openWindow(engine, 'desk', 1)
    window.subscribe([])
    const told = (kind: string) => window.messages.filter((each) => each.kind === kind).length
    const before = told('catalog')
    await until(() => told('health') >= 4, 'several seconds passed')
    expect(told('catalog')).toBe(before)
    await describeAs(places, { title: 'AUTRE-TITRE' })
    await until(() => window.product(places.name)?.descriptor.title === 'AUTRE-TITRE', 'told')
    expect(window.everything()).not.toContain('SCHEMA-TITRE')
    for (const message of window.messages)
      if (message.kind === 'health') expect(JSON.stringify(message)).not.toMatch(/TITRE/)
  })
})

describe('a product that the platform no longer permits', () => {
  it('is neither shown nor answered, after a start without a network either, until it is permitted', async () => {
    const { engine } = await read()
    const window = openWindow(engine, 'desk', 1)
    window.subscribe(everything)
    await until(() => shows(window, places.name), 'shown')
    await platform.permit(platform.wall, [places.name])
    await until(() => window.product(places.name)?.access === 'refused', 'told as not permitted')
    await until(() => !shows(window, places.name), 'gone')
    expect(await answersAbout(window, places.name, 'gate', 'porte')).not.toMatch(/PORTE|PARVIS|REBUT/)
    expect(shows(window, units.name)).toBe(true)
    await stop()

    const again = await start(false)
    const later = openWindow(again.engine, 'desk', 1)
    later.subscribe(everything)
    await until(() => shows(later, units.name), 'the picture is there')
    expect(later.product(places.name)?.access).toBe('refused')
    expect(await answersAbout(later, places.name, 'gate', 'porte')).not.toMatch(/PORTE|PARVIS|REBUT/)
    expect(shows(later, places.name)).toBe(false)

    await platform.permit(platform.wall, [])
    await again.engine.connect(addressOf(platform))
    await until(() => later.records.get(places.name)?.size === 2, 'it is back')
    expect(await answersAbout(later, places.name, 'gate', 'porte')).toMatch(/PORTE-NORD/)
  })
})

describe('a product that is withdrawn from the catalog', () => {
  it('is neither shown nor answered, after a start without a network either, until it is listed', async () => {
    const { engine } = await read()
    const window = openWindow(engine, 'desk', 1)
    window.subscribe(everything)
    await until(() => shows(window, places.name), 'shown')
    await (await catalog()).delete(places.name)
    await until(() => !shows(window, places.name), 'gone')
    expect(window.product(places.name)).toBeUndefined()
    expect(await answersAbout(window, places.name, 'gate', 'porte')).not.toMatch(/PORTE|PARVIS|REBUT/)
    await stop()

    const again = await start(false)
    const later = openWindow(again.engine, 'desk', 1)
    later.subscribe(everything)
    await until(() => shows(later, units.name), 'the picture is there')
    expect(await answersAbout(later, places.name, 'gate', 'porte')).not.toMatch(/PORTE|PARVIS|REBUT/)
    expect(later.everything()).not.toMatch(/LIEUX|PORTE/)
    await again.engine.connect(addressOf(platform))
    await describeAs(places, {})
    await until(() => later.records.get(places.name)?.size === 2, 'it is back')
  })

  it('while the node was away is missed when the catalog has been read to its end', async () => {
    await read()
    await stop()
    const manager = await (await import('@nats-io/jetstream')).jetstreamManager(platform.feeder)
    // without a trace: what a catalog that was made anew looks like
    await manager.streams.purge('KV_catalog', { filter: `$KV.catalog.${places.name}` })
    const { engine } = await start(false)
    const window = openWindow(engine, 'desk', 1)
    window.subscribe(everything)
    await until(() => shows(window, places.name), 'shown until somebody says otherwise')
    await engine.connect(addressOf(platform))
    await until(() => !shows(window, places.name), 'gone')
    expect(shows(window, units.name)).toBe(true)
  })
})
