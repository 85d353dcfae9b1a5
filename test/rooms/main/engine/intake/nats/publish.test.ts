/** What a node tells its platform: taken once and for good, refused with why, or not now; never silence. */
import { setTimeout as sleep } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { afterEach, describe, expect, it } from 'vitest'
import type { Publication } from '../../../../../../main/engine/intake/intake.ts'
import { startNats } from '../../../../../../main/engine/intake/nats/intake.ts'
import { createPlatformClock } from '../../../../../../main/engine/time/platform-clock.ts'
import { screenEntity, wallEntity } from '../../../../../../preload/contract/place.ts'
import { streamOf } from '../../../../../../preload/contract/product.ts'
import type { Platform } from '../../../../../platform/platform.ts'
import { actsProduct } from '../../../../../platform/product.ts'
import { startProxy } from '../../../../../platform/proxy.ts'
import { addressOf, until } from '../../an-engine.ts'
import { gatherOpened } from './opened.ts'

const opened = gatherOpened()
const { start } = opened
afterEach(() => opened.close())

const acts = actsProduct()
const stream = streamOf(acts.name)
const place = { organisation: 'CNCS', wall: 'salle de crise', node: 'poste-07' }
const screen = screenEntity(place, 3)
const blank = wallEntity(place, 'blank')
const text = new TextEncoder()

const said = (id: string, entity = screen, more: Partial<Publication> = {}): Publication => ({
  to: { product: acts.name, entity },
  type: 'vigie.act.v1',
  id,
  source: '/vigie/poste-07',
  time: Date.UTC(2026, 10, 26, 21),
  expires: null,
  body: text.encode(JSON.stringify({ act: 'show-scene' })),
  expected: null,
  ...more,
})

/** An intake that reads nothing, once it is connected. */
async function intakeOn(platform: Platform, port = platform.port) {
  const intake = startNats({
    address: { ...addressOf(platform), servers: [`tls://localhost:${port}`] },
    time: createPlatformClock(Date.now, () => performance.now()),
    random: () => 0,
    looks: null,
    linked: () => undefined,
    disconnected: () => undefined,
    schemaFault: () => null,
    shared: null,
    problem: () => undefined,
    product: () => Promise.resolve(null),
    distrusted: () => undefined,
    withdrawn: () => undefined,
    listed: () => undefined,
  })
  opened.add(() => intake.dispose())
  await until(() => intake.link().state === 'live', 'it is connected')
  return {
    intake,
    publish: (publication: Publication) => intake.publish!(publication),
    mayNotWrite: (...entities: string[]) => intake.mayNotWrite!(acts.name, entities),
  }
}
const taken = (sequence: number) => ({ ok: true, value: { sequence } })
const not = (code: string, subject?: string) => ({
  ok: false,
  error: { code, ...(subject === undefined ? {} : { subject }) },
})

describe('an act', () => {
  it('is an event of its stream, with all that a reader asks of one', async () => {
    const platform = await start({ products: [acts] })
    const { publish } = await intakeOn(platform)
    const expires = Date.UTC(2026, 10, 26, 21, 1)
    expect(await publish(said('a-1', screen, { expires }))).toEqual(taken(1))
    const manager = await jetstreamManager(platform.feeder)
    const message = (await manager.streams.getMessage(stream, { seq: 1 }))!
    expect(message.subject).toBe('dp.ops.acts.screen.cncs.salle-de-crise.3')
    expect(Object.fromEntries(message.header.keys().map((key) => [key, message.header.get(key)]))).toEqual({
      'Nats-Msg-Id': 'a-1',
      'ce-specversion': '1.0',
      'ce-id': 'a-1',
      'ce-source': '/vigie/poste-07',
      'ce-type': 'vigie.act.v1',
      'ce-time': '2026-11-26T21:00:00.000Z',
      'ce-subject': screen,
      'ce-expires': '2026-11-26T21:01:00.000Z',
    })
    expect(message.json()).toEqual({ act: 'show-scene' })
  })

  it.each([1, 3])(
    'said twice is there once, and its second answer is its first: %i server(s)',
    async (servers) => {
      const platform = await start({ products: [acts], servers })
      await platform.inStep()
      const { publish } = await intakeOn(platform)
      expect(await publish(said('a-1'))).toEqual(taken(1))
      expect(await publish(said('a-2'))).toEqual(taken(2))
      expect(await publish(said('a-1'))).toEqual(taken(1))
      // one that is guarded, too, though by then it is itself what came after
      expect(await publish(said('b-1', blank, { expected: 0 }))).toEqual(taken(3))
      expect(await publish(said('b-1', blank, { expected: 0 }))).toEqual(taken(3))
      expect((await platform.digest(acts.name)).messages).toBe(3)
    },
  )

  it('that is guarded is overtaken by what its author did not know, and by nothing of another entity', async () => {
    const platform = await start({ products: [acts] })
    const { publish } = await intakeOn(platform)
    expect(await publish(said('a-1', blank, { expected: 0 }))).toEqual(taken(1))
    expect(await publish(said('a-2', blank, { expected: 0 }))).toMatchObject(not('act.overtaken', blank))
    expect(await publish(said('a-3'))).toEqual(taken(2))
    expect(await publish(said('a-4', blank, { expected: 1 }))).toEqual(taken(3))
    expect((await platform.digest(acts.name)).messages).toBe(3)
  })

  it('that the node has no right to is refused at once, and the others go on', async () => {
    const platform = await start({ products: [acts], mayNotAct: ['screen'] })
    const { publish } = await intakeOn(platform)
    const answers = await Promise.all([
      publish(said('a-1')),
      publish(said('a-2', blank)),
      publish(said('a-3')),
      publish(said('a-4', wallEntity(place, 'curtain'))),
    ])
    expect(answers).toMatchObject([
      not('act.refused', screen),
      taken(1),
      not('act.refused', screen),
      not('act.refused'),
    ])
  })

  it.each([
    ['a space', 'alarm.security.incidents.INC 1'],
    ['a wildcard', 'alarm.security.incidents.*'],
    ['a quotation mark', 'alarm.security.incidents."1"'],
    ['what nobody sees', 'alarm.security.incidents.a\u00adb'],
    ['nothing between two dots', 'alarm..1'],
  ])('about an entity that no subject names is refused: %s', async (_, entity) => {
    const platform = await start({ products: [acts] })
    const { publish } = await intakeOn(platform)
    expect(await publish(said('a-1', entity))).toMatchObject(not('act.refused', entity))
    expect(await publish(said('a-2', 'alarm.security.incidents.INC-é'))).toEqual(taken(1))
  })

  it('that is larger than the server takes is refused, and the connection stays', async () => {
    const platform = await start({ products: [acts] })
    const { publish } = await intakeOn(platform)
    const body = new Uint8Array(2 ** 20)
    expect(await publish(said('a-1', screen, { body }))).toMatchObject(not('act.refused', screen))
    expect(await publish(said('a-2'))).toEqual(taken(1))
  })
})

describe('not now', () => {
  it('where no platform takes us, and again once it does', async () => {
    const platform = await start({ products: [acts] })
    const { intake, publish } = await intakeOn(platform)
    await platform.kill()
    await until(() => intake.link().state !== 'live', 'the connection is cut')
    expect(await publish(said('a-1'))).toMatchObject(not('platform.unreachable'))
    await platform.restart()
    await until(() => intake.link().state === 'live', 'it is connected again')
    expect(await publish(said('a-1'))).toEqual(taken(1))
  })

  it('where the platform has no stream for it', async () => {
    const platform = await start({ products: [acts] })
    const { publish } = await intakeOn(platform)
    await (await jetstreamManager(platform.feeder)).streams.delete(stream)
    expect(await publish(said('a-1'))).toMatchObject(not('platform.no-leader'))
  })

  it.each(['cut', 'silent'])('of a link that is %s while it is said: there is an answer', async (how) => {
    const platform = await start({ products: [acts] })
    const line = await startProxy(platform.port)
    opened.add(() => line.dispose())
    const { publish } = await intakeOn(platform, line.port)
    line.freeze('up')
    const answer = publish(said('a-1'))
    if (how === 'cut') {
      await sleep(100)
      line.cut()
    }
    expect(await answer).toMatchObject(not(how === 'cut' ? 'platform.closed' : 'platform.no-leader'))
    line.cut()
    line.mend()
    await expect.poll(() => publish(said('a-1'))).toEqual(taken(1))
  })

  it('of an intake that ends while it is said: there is an answer', async () => {
    const platform = await start({ products: [acts] })
    const line = await startProxy(platform.port)
    opened.add(() => line.dispose())
    const { intake, publish } = await intakeOn(platform, line.port)
    line.freeze('up')
    const answer = publish(said('a-1'))
    await intake.dispose()
    expect(await answer).toMatchObject(not('platform.closed'))
    expect(await publish(said('a-2'))).toMatchObject(not('platform.unreachable'))
  })
})

describe('a right', () => {
  it.each([1, 3])('is tried before anybody acts, and nothing comes of it: %i server(s)', async (servers) => {
    const platform = await start({ products: [acts], servers, mayNotAct: ['screen', 'alarm'] })
    await platform.inStep()
    const { publish, mayNotWrite } = await intakeOn(platform)
    expect(await publish(said('a-1', blank))).toEqual(taken(1))
    const alarm = 'alarm.security.incidents.INC-1'
    for (let time = 0; time < 5; time++)
      expect(await mayNotWrite(screen, blank, alarm, 'curtain.cncs.salle-de-crise')).toEqual([
        screen,
        alarm,
        'curtain.cncs.salle-de-crise',
      ])
    expect(await platform.digest(acts.name)).toMatchObject({ messages: 1, last: 1 })
    expect(await publish(said('a-2', blank, { expected: 1 }))).toEqual(taken(2))
  })

  it('that is given or taken while we are connected is found', async () => {
    const platform = await start({ products: [acts] })
    const { mayNotWrite } = await intakeOn(platform)
    expect(await mayNotWrite(screen, blank)).toEqual([])
    await platform.permit(platform.wall, [], ['screen'])
    await expect.poll(() => mayNotWrite(screen, blank)).toEqual([screen])
    await platform.permit(platform.wall, [], [])
    await expect.poll(() => mayNotWrite(screen, blank)).toEqual([])
  })

  it('is not said of a platform that does not answer', async () => {
    const platform = await start({ products: [acts] })
    const { intake, mayNotWrite } = await intakeOn(platform)
    await (await jetstreamManager(platform.feeder)).streams.delete(stream)
    expect(await mayNotWrite(screen)).toBe(null)
    await platform.kill()
    await until(() => intake.link().state !== 'live', 'the connection is cut')
    expect(await mayNotWrite(screen)).toBe(null)
  })
})

describe('a thing that people share', () => {
  it('is a version of its own, held to the one it was made of, and no event', async () => {
    const platform = await start({ products: [acts] })
    const { publish } = await intakeOn(platform)
    const thing = (id: string, expected: number) =>
      publish(said(id, '', { to: { shared: 'board.cncs.port' }, type: '', expected }))
    expect(await thing('s-1', 0)).toEqual(taken(1))
    expect(await thing('s-2', 0)).toMatchObject(not('act.overtaken', 'board.cncs.port'))
    expect(await thing('s-3', 1)).toEqual(taken(2))
    expect(await thing('s-3', 1)).toEqual(taken(2))
    const bucket = await new Kvm(platform.feeder).open('shared')
    expect(await bucket.get('board.cncs.port')).toMatchObject({ revision: 2, operation: 'PUT' })
  })
})
