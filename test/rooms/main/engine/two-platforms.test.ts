/** Two real platforms read at once by one engine. */
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { streamOf } from '../../../../preload/contract/product.ts'
import { startPlatform, type Platform } from '../../../platform/platform.ts'
import { messages, product } from '../../../platform/product.ts'
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

const units = product('security.units', 'track')
const metro = product('transport.metro', 'metric')
/** both list it */
const log = product('health.log', 'note')

let police: Platform
let transit: Platform
let profile: string
let one: AnEngine | null = null

const start = async (): Promise<AnEngine> => (one = await startEngine(profile, keysOf(police.wall)))
const stop = async (): Promise<void> => {
  await one?.engine.dispose()
  one = null
}
const connect = ({ engine }: AnEngine): Promise<void> =>
  engine.connect({ ...addressOf(police), intake: 'police' }, { ...addressOf(transit), intake: 'transit' })
const watch = ({ engine }: AnEngine): AWindow => {
  const window = openWindow(engine, 'desk')
  window.subscribe([{ form: 'columns' }, { form: 'records' }, { form: 'series' }])
  return window
}
const linksOf = (window: AWindow): Record<string, string> =>
  Object.fromEntries(window.health?.links.map(({ intake, connection }) => [intake, connection.state]) ?? [])
const intakeOf = (window: AWindow, name: string): string | null | undefined => window.product(name)?.intake

beforeAll(async () => {
  police = await startPlatform({ products: [units, log] })
  // one authority, so that one certificate opens both
  transit = await startPlatform({ products: [metro], authority: police.authority })
  await police.publish([...messages(units.name, 'track', 20, 10), ...messages(log.name, 'note', 5)])
  await transit.publish(messages(metro.name, 'metric', 20, 2))
  profile = await profileFolder()
})
afterEach(stop)
afterAll(async () => {
  await Promise.all([police.dispose(), transit.dispose()])
  await remove(profile)
})

// one node's life: each start finds in its profile what the ones before it left, and who owned what
describe('a node on two platforms', { concurrent: false, shuffle: false }, () => {
  it('each brings its products, and each product says by which intake it comes', async () => {
    const window = watch(await start())
    expect(window.health?.links).toEqual([])
    await connect(one!)
    await persisted(one!.engine, 45)
    await until(() => window.catalog?.listed === true, 'both catalogs are read')
    await until(
      () => linksOf(window)['police'] === 'live' && linksOf(window)['transit'] === 'live',
      'both live',
    )
    expect(window.health?.connection.state).toBe('live')
    expect(intakeOf(window, units.name)).toBe('police')
    expect(intakeOf(window, metro.name)).toBe('transit')
    await until(() => window.columns.get(units.name)?.size === 10, 'units are shown')
    await until(() => window.series.get(metro.name)?.size === 2, 'the metro is shown')
    expect(one!.engine.report()).toMatchObject({ products: 3, rejected: 0, gaps: 0 })
  })

  it('one is cut: the other goes on, and health says which; it comes back without a loss', async () => {
    const window = watch(await start())
    await connect(one!)
    await until(
      () => linksOf(window)['police'] === 'live' && linksOf(window)['transit'] === 'live',
      'both live',
    )
    await until(() => one!.engine.report().products === 3, 'all are read')
    await transit.kill()
    await until(() => linksOf(window)['transit'] === 'waiting', 'it is told which')
    expect(linksOf(window)['police']).toBe('live')
    // whoever is shown one state is shown the worse
    expect(window.health?.connection).toMatchObject({
      problem: { subject: expect.stringContaining(`:${transit.port}`) },
    })
    await police.publish(messages(units.name, 'track', 10, 10, 100))
    await persisted(one!.engine, 10)
    expect(linksOf(window)).toEqual({ police: 'live', transit: 'waiting' })

    expect(await transit.restart()).toMatchObject({ ok: true })
    await transit.publish(messages(metro.name, 'metric', 10, 2, 100))
    await persisted(one!.engine, 20)
    await until(() => linksOf(window)['transit'] === 'live', 'it is back')
    expect(one!.engine.report()).toMatchObject({ disconnects: 1, gaps: 0, rejected: 0 })
  })

  it('what one catalog does not list is not withdrawn for that, nor what it takes back of another’s', async () => {
    const { put, drop } = await (async () => {
      const catalog = await new Kvm(jetstream(transit.feeder)).open('catalog')
      return {
        put: () =>
          catalog.put(log.name, JSON.stringify({ ...log.descriptor, marking: 'dr', title: 'THEIRS' })),
        drop: () => catalog.delete(log.name),
      }
    })()
    const window = watch(await start())
    // the one that has no such product is heard first, and alone
    await one!.engine.connect(
      { ...addressOf(transit), intake: 'transit' },
      { ...addressOf(police), intake: 'police', servers: ['tls://localhost:1'] },
    )
    await until(() => linksOf(window)['transit'] === 'live', 'live')
    await put()
    const faults = () => window.health?.products.find((each) => each.product === log.name)?.stream?.faults
    await until(() => faults() === 1, 'its owner is told')
    expect(intakeOf(window, log.name)).toBe('police')
    expect(window.product(log.name)?.descriptor).toMatchObject({ marking: 'np', title: log.descriptor.title })
    await drop()
    await connect(one!)
    await until(() => linksOf(window)['police'] === 'live', 'both live')
    const before = one!.engine.report().persisted
    await police.publish(messages(log.name, 'note', 5, 200, 100))
    await persisted(one!.engine, before + 5)
    await until(() => window.records.get(log.name)?.size === 10, 'it is read where it comes from')
    expect(one!.engine.report()).toMatchObject({ gaps: 0, rejected: 0 })
  })

  it('a product whose intake is no longer there is whose catalog lists it', async () => {
    const window = watch(await start())
    await one!.engine.connect({ ...addressOf(police), intake: 'moved' })
    await until(() => intakeOf(window, units.name) === 'moved', 'it is taken on')
    // nobody that is connected has the metro
    await until(() => window.product(metro.name) === undefined, 'the metro is withdrawn')
    expect(one!.engine.report()).toMatchObject({ gaps: 0, rejected: 0 })
  })

  it('one that its owner took back is whose catalog lists it next, after a start as well', async () => {
    const window = watch(await start())
    await police.addProducts([metro])
    await one!.engine.connect(
      { ...addressOf(police), intake: 'police' },
      { ...addressOf(transit), intake: 'transit', servers: ['tls://localhost:1'] },
    )
    await until(() => intakeOf(window, metro.name) === 'police', 'it is taken on')
  })
})

it('another platform that marks a product lower shows nothing of what this one kept of it, by either road', async () => {
  const secret = product('health.secret', 'note', { marking: 'dr' })
  const theirs = { ...secret, descriptor: { ...secret.descriptor, marking: 'np', title: 'THEIRS' } }
  const shown = (window: AWindow): number => window.records.get(secret.name)?.size ?? 0
  await police.addProducts([secret])
  await police.publish(messages(secret.name, 'note', 5, 5, 300))
  const desk = watch(await start())
  await connect(one!)
  await until(() => shown(desk) === 5, 'its own desk has it')
  const lobby = openWindow(one!.engine, 'wall', 0)
  lobby.subscribe([{ form: 'records' }])
  await transit.addProducts([theirs])
  const streams = (await jetstreamManager(transit.feeder)).streams
  await streams.delete(streamOf(secret.name))
  const catalog = await new Kvm(jetstream(police.feeder)).open('catalog')
  await catalog.delete(secret.name)
  const theirCatalog = await new Kvm(jetstream(transit.feeder)).open('catalog')
  await until(() => intakeOf(desk, secret.name) !== 'police', 'it is withdrawn')
  await theirCatalog.put(secret.name, JSON.stringify(theirs.descriptor))
  await until(() => intakeOf(desk, secret.name) === 'transit', 'theirs is taken on')
  expect(shown(lobby)).toBe(0)
  expect(lobby.product(secret.name)).toBeUndefined()
  await stop()
  // … nor under the same name of an intake, after a start
  await start()
  const after = openWindow(one!.engine, 'wall', 0)
  after.subscribe([{ form: 'records' }])
  const afterDesk = watch(one!)
  await one!.engine.connect({ ...addressOf(transit), intake: 'transit' })
  await until(() => linksOf(afterDesk)['transit'] === 'live', 'live')
  await until(() => afterDesk.catalog?.listed === true, 'listed')
  expect(after.product(secret.name)).toBeUndefined()
  // a stream of theirs is another: what was kept is gone before theirs is shown
  await transit.addProducts([theirs])
  await transit.publish(messages(secret.name, 'note', 2, 2, 900))
  await until(() => after.product(secret.name)?.descriptor.marking === 'np', 'theirs is theirs')
  await until(() => shown(after) === 2, 'and shown')
  for (const wire of [lobby.everything(), after.everything()]) expect(wire).not.toContain('line 30')
})

it('its own owner lowers it at once, and after a cut as soon as it is known to be the same stream', async () => {
  const open = product('health.open', 'note', { marking: 'dr' })
  const described = (marking: string) => JSON.stringify({ ...open.descriptor, marking })
  await police.addProducts([open])
  await police.publish(messages(open.name, 'note', 5, 5, 400))
  const desk = watch(await start())
  const lobby = openWindow(one!.engine, 'wall', 0)
  lobby.subscribe([{ form: 'records' }])
  await connect(one!)
  await until(() => desk.records.get(open.name)?.size === 5, 'it is read')
  const catalog = await new Kvm(jetstream(police.feeder)).open('catalog')
  await catalog.put(open.name, described('np'))
  await until(() => lobby.records.get(open.name)?.size === 5, 'it is lowered')
  await catalog.put(open.name, described('dr'))
  await until(() => lobby.product(open.name) === undefined, 'it is raised')
  await stop()
  await catalog.put(open.name, described('np'))
  await start()
  const after = openWindow(one!.engine, 'wall', 0)
  after.subscribe([{ form: 'records' }])
  await connect(one!)
  await until(() => after.records.get(open.name)?.size === 5, 'it is lowered')
  expect(one!.engine.report().persisted).toBe(0)
})

it('what two list is read by the other as soon as its owner takes it back', async () => {
  const shared = product('health.shared', 'note')
  await Promise.all([police.addProducts([shared]), transit.addProducts([shared])])
  await police.publish(messages(shared.name, 'note', 5, 5, 500))
  await transit.publish(messages(shared.name, 'note', 3, 3, 600))
  const window = watch(await start())
  await one!.engine.connect({ ...addressOf(police), intake: 'police' })
  await until(() => window.records.get(shared.name)?.size === 5, 'the first that is there has it')
  await connect(one!)
  await until(
    () => linksOf(window)['police'] === 'live' && linksOf(window)['transit'] === 'live',
    'both live',
  )
  const faults = () => window.health?.products.find((each) => each.product === shared.name)?.stream?.faults
  await until(() => faults() === 1, 'its owner is told of the other')
  await (await new Kvm(jetstream(police.feeder)).open('catalog')).delete(shared.name)
  await until(() => intakeOf(window, shared.name) === 'transit', 'the other has it')
  await until(() => window.records.get(shared.name)?.size === 3, 'and it is read there')
})

it('one that can’t be reached keeps nobody from knowing what the others list', async () => {
  const fresh = await profileFolder()
  const alone = await startEngine(fresh, keysOf(police.wall))
  try {
    const window = openWindow(alone.engine, 'desk')
    window.subscribe([])
    await alone.engine.connect(
      { ...addressOf(police), intake: 'police' },
      { ...addressOf(transit), intake: 'transit', servers: ['tls://localhost:1'] },
    )
    await until(() => window.catalog?.listed === true, 'what is there is listed')
    expect(intakeOf(window, units.name)).toBe('police')
  } finally {
    await alone.engine.dispose()
    await remove(fresh)
  }
})
