/** What a window opens and closes, over a real port between the real engine and the window's real end of it. */
import { MessageChannel as Channel, type MessagePort as NodePort } from 'node:worker_threads'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import {
  isData,
  type ColumnsMessage,
  type FromEngine,
  type RecordsMessage,
} from '../../../../../preload/contract/port.ts'
import type { Port } from '../../../../../main/engine/windows/port.ts'
import { createPicture, type Picture } from '../../../../../renderer/link/picture.svelte.ts'
import { startPlatform, type Platform } from '../../../../platform/platform.ts'
import { message, messages, product } from '../../../../platform/product.ts'
import {
  addressOf,
  keysOf,
  persisted,
  profileFolder,
  remove,
  startEngine,
  until,
  type AnEngine,
} from '../an-engine.ts'

const log = product('security.log', 'note')
const places = product('security.places', 'feature')
const units = product('security.units', 'track')
const metro = product('transport.metro', 'metric')
const before = 60 + 20 + 30 + 30

let platform: Platform
let profile: string
let one: AnEngine
let picture: Picture<'desk'>
let got: FromEngine[]
let published = before

/** A port of the engine's, on which what it tells is counted. */
const counted = (port: NodePort): Port => ({
  send(sent) {
    got.push(sent)
    port.postMessage(sent)
  },
  listen: (receive) => void port.on('message', receive),
  closed: (told) => void port.on('close', told),
  close: () => port.close(),
})
const connect = (to: AnEngine): void => {
  const { port1, port2 } = new Channel()
  to.engine.addWindow(counted(port1), { role: 'desk', ceiling: 1 })
  picture.take(port2 as unknown as MessagePort)
}

beforeAll(async () => {
  platform = await startPlatform({ products: [log, places, units, metro] })
  await platform.publish([
    ...messages(log.name, 'note', 60),
    ...messages(places.name, 'feature', 20),
    ...messages(units.name, 'track', 30, 30),
    ...messages(metro.name, 'metric', 30, 3),
  ])
})
beforeEach(async () => {
  profile = await profileFolder()
  one = await startEngine(profile, keysOf(platform.wall))
  await one.engine.connect(addressOf(platform))
  await persisted(one.engine, published)
  got = []
  picture = createPicture<'desk'>({
    clock: { read: () => Date.now(), follow: () => undefined },
    report: (odd) => {
      throw new Error(odd)
    },
    frame: (run) => {
      const next = setImmediate(run)
      return () => clearImmediate(next)
    },
  })
  connect(one)
  await until(
    () => picture.catalog.length === 4 && picture.heard !== null,
    'the catalog and its health come unasked',
  )
  expect(got.filter(({ kind }) => isData(kind))).toEqual([])
})
afterEach(async () => {
  picture.dispose()
  await one.engine.dispose()
  await remove(profile)
})
afterAll(() => platform.dispose())

type Data = Extract<FromEngine, { product: string }>
const dataOf = (name: string) =>
  got.filter((told): told is Data => 'product' in told && told.product === name)
const resetsOf = (name: string) => dataOf(name).filter(({ reset }) => reset)
/** Whatever was sent before this is answered when this is. */
const settled = async (): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, 100))
  await picture.ask('record', { product: log.name, entity: 'none' })
}
const publish = async (...sent: Parameters<Platform['publish']>[0]): Promise<void> => {
  await platform.publish(sent.map((each) => ({ ...each, id: `${each.id}-${++published}` })))
  await persisted(one.engine, one.engine.report().persisted)
}

it('what is opened comes whole, and nothing that was open already comes again', async () => {
  picture.open({ form: 'records', kinds: ['note'] })
  picture.open({ form: 'series' })
  await until(
    () => picture.records(log.name).size === 60 && picture.series(metro.name).length === 3,
    'both are there',
  )
  const told = dataOf(log.name).length + dataOf(metro.name).length
  picture.open({ form: 'records', products: [places.name, log.name] })
  picture.open({ form: 'records', kinds: ['note'] })
  picture.open({ form: 'series', domains: ['transport'] })
  await until(() => picture.records(places.name).size === 20, 'what is new is there')
  await settled()
  expect(resetsOf(places.name)).toHaveLength(1)
  expect(dataOf(log.name).length + dataOf(metro.name).length).toBe(told)
})

it('a wider limit brings what it adds, and nothing twice', async () => {
  picture.open({ form: 'records', kinds: ['note'], limit: 10 })
  picture.open({ form: 'records', products: [places.name] })
  await until(
    () => picture.records(log.name).size === 10 && picture.records(places.name).size === 20,
    'the newest ten, and the places',
  )
  const close = picture.open({ form: 'records', kinds: ['note'], limit: 25 })
  await until(() => picture.records(log.name).size === 25, 'the newest twenty-five')
  await settled()
  const entities = dataOf(log.name).flatMap((told) =>
    (told as RecordsMessage).records.map(({ entity }) => entity),
  )
  expect(entities).toHaveLength(25)
  expect(new Set(entities).size).toBe(25)
  expect(resetsOf(log.name)).toHaveLength(1)
  expect(dataOf(places.name)).toHaveLength(1)
  // and less brings nothing
  const told = got.filter(({ kind }) => isData(kind)).length
  close()
  await settled()
  expect(got.filter(({ kind }) => isData(kind))).toHaveLength(told)
})

it('of what nobody has open any longer nothing comes, and the window keeps nothing', async () => {
  const first = picture.open({ form: 'records', kinds: ['note'] })
  const second = picture.open({ form: 'records', kinds: ['note'] })
  const figures = picture.open({ form: 'series' })
  picture.open({ form: 'records', products: [places.name] })
  await until(
    () =>
      picture.records(log.name).size > 0 &&
      picture.series(metro.name).length > 0 &&
      picture.records(places.name).size > 0,
    'all are there',
  )
  first()
  await settled()
  expect(picture.records(log.name).size).toBeGreaterThan(0)
  second()
  figures()
  await until(
    () => picture.records(log.name).size === 0 && picture.series(metro.name).length === 0,
    'both are forgotten',
  )
  const told = dataOf(log.name).length + dataOf(metro.name).length
  await publish(
    message(log.name, 'note', 500),
    message(metro.name, 'metric', 500),
    message(places.name, 'feature', 500, { entity: 'new' }),
  )
  await until(() => picture.records(places.name).has('new'), 'what is open goes on')
  await settled()
  expect(dataOf(log.name).length + dataOf(metro.name).length).toBe(told)
  expect(resetsOf(places.name)).toHaveLength(1)
})

it('what stays when a scene changes is neither forgotten nor told again', async () => {
  const scene = picture.open({ form: 'records', products: [log.name] })
  await until(() => picture.records(log.name).size > 0, 'the first scene’s')
  const told = dataOf(log.name).length
  scene()
  picture.open({ form: 'records', kinds: ['note'] })
  await settled()
  expect(picture.records(log.name).size).toBeGreaterThan(0)
  expect(dataOf(log.name)).toHaveLength(told)
})

it('a second map gets its columns whole, though the first has them', async () => {
  const drawn: ColumnsMessage[][] = [[], []]
  picture.draw({ kinds: ['track'] }, (told) => drawn[0]!.push(told))
  await until(() => drawn[0]!.length > 0, 'the first map')
  const close = picture.draw({ kinds: ['track', 'feature'] }, (told) => drawn[1]!.push(told))
  // what comes late comes in a message of its own
  const products = () => new Set(drawn[1]!.map((told) => told.product)).size
  await until(() => products() === 2, 'the second map, both products')
  expect(drawn[1]!.find((told) => told.product === units.name)).toMatchObject({ reset: true })
  expect(drawn[1]!.find((told) => told.product === units.name)!.rows).toHaveLength(30)
  await until(() => drawn[0]!.length > 1, 'the first map, with the second')
  expect(new Set(drawn[0]!.map((told) => told.product))).toEqual(new Set([units.name]))
  close()
  await settled()
  const told = drawn[1]!.length
  await publish(message(units.name, 'track', 900, { entity: 'e-1' }))
  await until(() => drawn[0]!.at(-1)?.reset === false, 'the first goes on')
  expect(drawn[1]!).toHaveLength(told)
})

it('the next engine is told all that is open, and nothing that was closed meanwhile', async () => {
  picture.open({ form: 'records', kinds: ['note'] })
  const gone = picture.open({ form: 'records', products: [places.name] })
  const drawn: ColumnsMessage[] = []
  picture.draw({ kinds: ['track'] }, (told) => drawn.push(told))
  await until(() => picture.records(places.name).size > 0 && drawn.length === 1, 'there')
  await one.engine.dispose()
  await until(() => picture.cut, 'the cut is seen')
  gone()
  expect(picture.records(log.name).size).toBeGreaterThan(0)
  one = await startEngine(profile, keysOf(platform.wall))
  got = []
  connect(one)
  await until(() => !picture.cut && drawn.length === 2 && resetsOf(log.name).length === 1, 'all of it again')
  await settled()
  expect(drawn[1]).toMatchObject({ reset: true })
  expect(dataOf(places.name)).toEqual([])
  expect(picture.records(places.name).size).toBe(0)
  expect(picture.records(log.name).size).toBeGreaterThan(0)
})

it('what is refused is told to the window, which waits for nothing: a subscription beyond its bounds, a question too', async () => {
  const domains = Array.from({ length: 101 }, (_, i) => `d${i}`)
  const close = picture.open({ form: 'records', domains: [...domains, 'security'] })
  picture.open({ form: 'series' })
  await until(() => picture.withheld(log.name), 'the refusal is there')
  await until(() => picture.series(metro.name).length >= 3, 'what fits is served beside it')
  expect(picture.withheld(places.name)).toBe(true)
  expect(picture.withheld(log.name, 'series')).toBe(false)
  expect(picture.withheld(metro.name)).toBe(false)
  // who asks for less gets it
  close()
  picture.open({ form: 'records', domains: ['security'] })
  await until(() => picture.records(log.name).size >= 60, 'it is there')
  expect(picture.withheld(log.name)).toBe(false)
  expect(await picture.ask('search', { text: 'x'.repeat(201), limit: 5 })).toMatchObject({
    ok: false,
    error: { code: 'ipc.refused' },
  })
})
