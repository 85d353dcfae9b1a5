/** What is done here is kept, goes to the platform once and in order, comes back, and leaves the outbox with that. */
import { jetstreamManager } from '@nats-io/jetstream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { encode } from '../../../../../main/exercise/message.ts'
import { startPlatform, type Platform } from '../../../../platform/platform.ts'
import { actsProduct, message } from '../../../../platform/product.ts'
import { startProxy, type Proxy } from '../../../../platform/proxy.ts'
import { addressOf, keysOf, profileFolder, remove, until } from '../an-engine.ts'
import { act, blank, numbers, onPlatform, screen, startNode, type ActingNode } from './an-acting-node.ts'

let platform: Platform
let profile: string
let line: Proxy
const nodes: ActingNode[] = []
/** less than it takes to come back */
const acts = { ...actsProduct(), repeatWindow: 0.5 }

const start = async (connected = true, clock = Date as { now(): number }): Promise<ActingNode> => {
  const node = await startNode(profile, keysOf(platform.wall), clock)
  nodes.push(node)
  if (connected) await node.engine.connect(addressOf(platform))
  return node
}
/** Through a wire that the test holds. */
const startAfar = async (): Promise<ActingNode> => {
  const node = await start(false)
  await node.engine.connect({ ...addressOf(platform), servers: [`tls://localhost:${line.port}`] })
  await node.isTogether()
  return node
}
const theirs = (id: string, entity: string) => message('ops.acts', 'act', 1, { entity, id })
const stop = async (node: ActingNode): Promise<void> => {
  nodes.splice(nodes.indexOf(node), 1)
  await node.engine.dispose()
}

beforeEach(async () => {
  platform = await startPlatform({ products: [acts] })
  line = await startProxy(platform.port)
  profile = await profileFolder()
})
afterEach(async () => {
  for (const node of [...nodes]) await stop(node)
  await line.dispose()
  await platform.dispose()
  await remove(profile)
})

describe('an act', () => {
  it('is kept, sent, comes back as the platform has it, and is in the outbox no more', async () => {
    const node = await start()
    await node.isTogether()
    node.do(act('a-1', screen(3)))
    await node.settled('a-1')
    expect(node.kept).toEqual(['a-1'])
    expect(node.acts).toMatchObject([
      { id: 'a-1', entity: screen(3), sequence: 1, body: { input: { scene: 'a-1' } } },
    ])
    expect(await onPlatform(platform)).toEqual(['a-1'])
    expect(node.tellings.some(([first]) => first?.startsWith('a-1'))).toBe(true)
  })

  it('is told of as waiting before it is said to be kept', async () => {
    const node = await start(false)
    node.do(act('a-1'))
    await until(() => node.kept.length > 0, 'it is kept')
    expect(node.outbox).toMatchObject([{ id: 'a-1', state: 'waiting', problem: null, sequence: null }])
  })

  it('counts once, however often it is said', async () => {
    const node = await start()
    await node.isTogether()
    node.do(act('a-1'), act('a-1'))
    await node.settled('a-1')
    // as main does that got no answer
    node.do(act('a-1'), act('a-2'))
    await until(() => node.kept.length === 4, 'all are answered for')
    await node.settled('a-1', 'a-2')
    expect(node.kept).toEqual(['a-1', 'a-1', 'a-1', 'a-2'])
    expect(await onPlatform(platform)).toEqual(['a-1', 'a-2'])
  })

  it('waits for a platform that is away, over a restart, and goes in order once it is there', async () => {
    const away = await start(false)
    const ids = Array.from({ length: 20 }, (_, i) => `a-${i}`)
    away.do(...ids.map((id, i) => act(id, screen(1 + (i % 2)))))
    await until(() => away.kept.length === 20, 'all are kept')
    await stop(away)
    const node = await start(false)
    expect(node.outbox.map(({ id }) => id)).toEqual(ids)
    await node.engine.connect(addressOf(platform))
    await node.settled(...ids)
    expect(await onPlatform(platform, screen(1))).toEqual(ids.filter((_, i) => i % 2 === 0))
    expect(await onPlatform(platform, screen(2))).toEqual(ids.filter((_, i) => i % 2 === 1))
  })
})

describe('what is in force', () => {
  it('is told with the start, in the order of the sequence, then each act as it is committed', async () => {
    const one = await start()
    await one.isTogether()
    one.do(act('a-1', screen(1)), act('b-1', screen(2)), act('a-2', screen(1)))
    await one.settled('a-1', 'b-1', 'a-2')
    await stop(one)
    const node = await start(false)
    expect(node.acts.map(({ id }) => id).sort()).toEqual(['a-2', 'b-1'])
    expect([...node.acts].sort((a, b) => a.sequence - b.sequence)).toEqual(node.acts)
    await node.engine.connect(addressOf(platform))
    await node.isTogether()
    await platform.publish([message('ops.acts', 'act', 1, { entity: screen(2), id: 'theirs' })])
    await until(() => node.acts.at(-1)?.id === 'theirs', 'the act of another node is told')
    expect(node.anew).toBe(1)
  })
})

describe('an act that nobody has answered for', () => {
  it('is not sent again when it is there, though the server has forgotten its id', async () => {
    const node = await startAfar()
    line.freeze('down')
    node.do(act('a-1'), act('a-2'))
    await until(() => node.entry('a-1')?.state === 'sent', 'the first is sent')
    await vi.waitFor(async () => expect(await onPlatform(platform)).toEqual(['a-1']), 60_000)
    // the next of the same entity waits for it
    expect(node.entry('a-2')?.state).toBe('waiting')
    line.cut()
    await until(() => node.together === 'cut', 'it is cut')
    await new Promise((resolve) => setTimeout(resolve, 1000))
    line.mend()
    await node.settled('a-1', 'a-2')
    expect(await onPlatform(platform)).toEqual(['a-1', 'a-2'])
  })

  it('is sent again when it never came there, and what others did about the same meanwhile keeps its place', async () => {
    const node = await startAfar()
    line.freeze('up')
    node.do(act('a-1'))
    await until(() => node.entry('a-1')?.state === 'sent', 'it is sent')
    await platform.publish([theirs('theirs', screen(1))])
    line.cut()
    await until(() => node.together === 'cut', 'it is cut')
    line.mend()
    await node.settled('a-1')
    expect(await onPlatform(platform)).toEqual(['theirs', 'a-1'])
    expect(node.acts.map(({ id }) => id)).toEqual(['theirs', 'a-1'])
  })

  it('goes to a stream that was made anew meanwhile', async () => {
    const node = await startAfar()
    node.do(act('a-0'))
    await node.settled('a-0')
    line.freeze('down')
    node.do(act('a-1'))
    await vi.waitFor(async () => expect(await onPlatform(platform)).toEqual(['a-0', 'a-1']), 60_000)
    line.cut()
    await until(() => node.together === 'cut', 'it is cut')
    const manager = await jetstreamManager(platform.feeder)
    const { config } = await manager.streams.info('DP_OPS_ACTS')
    await manager.streams.delete('DP_OPS_ACTS')
    await manager.streams.add(config)
    const before = node.anew
    line.mend()
    await node.settled('a-1')
    expect(await onPlatform(platform)).toEqual(['a-1'])
    expect(node.anew).toBeGreaterThan(before)
    expect(node.acts.map(({ id }) => id)).toEqual(['a-1'])
  })
})

describe('somebody at the node', () => {
  it('withdraws what was not sent, and that never goes', async () => {
    const node = await start(false)
    node.do(act('a-1'), act('a-2'), act('a-3', screen(2)))
    await until(() => node.kept.length === 3, 'all are kept')
    node.engine.withdraw('a-1')
    await until(() => node.outbox.length === 2, 'it is gone')
    await node.engine.connect(addressOf(platform))
    await node.settled('a-2', 'a-3')
    expect((await onPlatform(platform)).sort()).toEqual(['a-2', 'a-3'])
  })

  it('does not withdraw what was sent', async () => {
    const node = await startAfar()
    line.freeze('up')
    node.do(act('a-1'))
    await until(() => node.entry('a-1')?.state === 'sent', 'it is sent')
    node.engine.withdraw('a-1')
    line.cut()
    await until(() => node.together === 'cut', 'it is cut')
    expect(node.entry('a-1')).toBeDefined()
    line.mend()
    await node.settled('a-1')
  })

  it('is told when there is no more room, and what is there stays', async () => {
    const node = await start(false)
    const ids = Array.from({ length: 1000 }, (_, i) => `a-${i}`)
    node.do(...ids.map((id, i) => act(id, screen(1 + (i % 8)))))
    await until(() => node.kept.length === 1000, 'all are kept')
    node.do(act('one-more'))
    await until(() => node.notKept.has('one-more'), 'it is told')
    expect(node.notKept.get('one-more')).toMatchObject({ code: 'outbox.full', subject: screen(1) })
    expect([node.full, node.outbox.length]).toEqual([true, 1000])
    node.engine.withdraw('a-999')
    await until(() => !node.full, 'there is room')
    node.do(act('one-more'))
    await until(() => node.kept.includes('one-more'), 'it is kept')
  })

  it('acts though the clock of the machine was never set', async () => {
    const node = await start(true, { now: () => 1000 })
    await node.isTogether()
    node.do(act('a-1', screen(1), { at: 1000 }))
    await node.settled('a-1')
    expect(node.acts[0]!.at).toBeGreaterThan(Date.UTC(2020, 1))
  })
})

describe('what lasts a moment', () => {
  const lasting = (id: string, expires: number) => act(id, numbers, { expires })

  it('goes at once and never into the outbox', async () => {
    const node = await start()
    await node.isTogether()
    node.do(lasting('a-1', Date.now() + 30_000))
    await until(() => node.acts.some(({ id }) => id === 'a-1'), 'it came back')
    expect(node.tellings.flat()).toEqual([])
    await stop(node)
  })

  it('lasts as long as it does by the platform, whatever the clock of the machine says', async () => {
    for (const minutes of [-5, 5]) {
      const machine = { now: () => Date.now() + minutes * 60_000 }
      const node = await start(true, machine)
      await node.isTogether()
      await platform.publish([theirs(`theirs${minutes}`, screen(1))])
      await until(() => node.acts.some(({ id }) => id === `theirs${minutes}`), 'the platform’s time is known')
      const at = machine.now()
      node.do(act(`a${minutes}`, numbers, { at, expires: at + 30_000 }))
      await until(() => node.acts.some(({ id }) => id === `a${minutes}`), 'it came back')
      const own = node.acts.find(({ id }) => id === `a${minutes}`)!
      expect(Math.abs(own.at - own.published)).toBeLessThan(30_000)
      await stop(node)
    }
  })

  it('is dropped where nobody hears it, and not told of when its time is over', async () => {
    const node = await start(false)
    node.do(lasting('a-1', Date.now() + 30_000))
    await until(() => node.kept.length === 1, 'it is answered for')
    await node.engine.connect(addressOf(platform))
    await node.isTogether()
    await platform.publish([
      { ...theirs('over', numbers), expires: Date.now() - 1000 },
      theirs('now', screen(1)),
    ])
    await until(() => node.acts.length > 0, 'something is told')
    expect(node.acts.map(({ id }) => id)).toEqual(['now'])
    expect(await onPlatform(platform)).toEqual(['over', 'now'])
  })
})

describe('what others say', () => {
  it('a thousand times is told in order, and nothing of it is sent again', async () => {
    const node = await start()
    await node.isTogether()
    node.do(act('a-1'))
    await node.settled('a-1')
    for (let i = 0; i < 1000; i++) {
      const { subject, headers, payload } = encode(theirs('a-1', screen(1)))
      headers.set('Nats-Msg-Id', `again-${i}`)
      platform.feeder.publish(subject, payload, { headers })
    }
    await until(() => node.acts.at(-1)?.sequence === 1001, 'all are told')
    expect(node.acts.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 1001 }, (_, i) => i + 1))
    node.do(act('a-1'), act('a-2'))
    await node.settled('a-2')
    expect(new Set(await onPlatform(platform))).toEqual(new Set(['a-1', 'a-2']))
    expect((await onPlatform(platform)).length).toBe(1002)
  })

  it('is passed on where its shape is right, whatever the act, and kept in quarantine where it is not', async () => {
    const node = await start()
    await node.isTogether()
    const unknown = { ...theirs('unknown', screen(1)) }
    const large = { ...theirs('large', screen(2)) }
    await platform.publish([
      { ...unknown, body: { ...(unknown.body as object), act: 'launch', input: { to: 'moon' } } as never },
      { ...theirs('from-1970', screen(3)), time: 1000 },
      { ...theirs('no-author', screen(4)), body: { ...(unknown.body as object), by: null } as never },
      { ...large, body: { ...(large.body as object), input: { text: 'x'.repeat(100_000) } } as never },
      theirs('fine', screen(5)),
    ])
    await until(() => node.acts.at(-1)?.id === 'fine', 'the last is told')
    expect(node.acts.map(({ id, body }) => [id, body.act])).toEqual([
      ['unknown', 'launch'],
      ['fine', 'show-scene'],
    ])
    await until(() => node.engine.report().rejected === 2, 'two are rejected')
  })
})

describe('an act that is guarded', () => {
  const blankOnly = { act: 'blank', input: {} } as never
  const unblank = (id: string, after: number | null) =>
    act(id, blank, { guarded: true, body: { act: 'unblank', input: {}, after } as never })
  const { body, ...said } = theirs('blanked', blank)
  const blanked = { ...said, body: { ...(body as object), act: 'blank', input: {} } as never }

  it('counts where its author knew all that was done about it', async () => {
    const node = await start()
    await node.isTogether()
    await platform.publish([blanked])
    await until(() => node.acts.length === 1, 'it is told')
    node.do(unblank('given-back', 1))
    await node.settled('given-back')
  })

  it('does not where somebody acted meanwhile, and is kept with that for its author', async () => {
    const node = await start(false)
    node.do(unblank('given-back', null))
    await until(() => node.kept.length === 1, 'it is kept')
    await platform.publish([blanked])
    await node.engine.connect(addressOf(platform))
    await until(() => node.entry('given-back')?.state === 'refused', 'it is refused')
    expect(node.entry('given-back')?.problem).toMatchObject({ code: 'act.overtaken', subject: blank })
    expect(await onPlatform(platform)).toEqual(['blanked'])
    node.engine.withdraw('given-back')
    await until(() => node.outbox.length === 0, 'it is read')
  })

  it('does not mind what this node itself did before, over a restart', async () => {
    const away = await start(false)
    away.do(
      act('blanked', blank, { body: blankOnly }),
      unblank('given-back', null),
      act('blanked-again', blank, { body: blankOnly }),
      unblank('open', null),
    )
    await until(() => away.kept.length === 4, 'all are kept')
    await stop(away)
    const node = await start()
    await node.settled('blanked', 'given-back', 'blanked-again', 'open')
    expect(await onPlatform(platform)).toEqual(['blanked', 'given-back', 'blanked-again', 'open'])
  })

  it('is not stopped by an act that the platform has let go of', async () => {
    const node = await start()
    await node.isTogether()
    node.do(act('blanked', blank, { body: blankOnly }))
    await node.settled('blanked')
    await (await jetstreamManager(platform.feeder)).streams.purge('DP_OPS_ACTS')
    node.do(unblank('given-back', 1))
    await node.settled('given-back')
  })
})
