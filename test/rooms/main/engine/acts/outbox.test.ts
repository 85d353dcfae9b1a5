/** What is done here is kept, goes to the platform once and in order, comes back, and leaves the outbox with that. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openCache } from '../../../../../main/engine/cache/cache.ts'
import { startPlatform, type Platform } from '../../../../platform/platform.ts'
import { actsProduct, message, product } from '../../../../platform/product.ts'
import { addressOf, keysOf, profileFolder, remove, until } from '../an-engine.ts'
import { act, blank, numbers, onPlatform, screen, startNode, type ActingNode } from './an-acting-node.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let platform: Platform
let profile: string
const nodes: ActingNode[] = []

const start = async (connected = true, clock = Date as { now(): number }): Promise<ActingNode> => {
  const node = await startNode(profile, keysOf(platform.wall), clock)
  nodes.push(node)
  if (connected) await node.engine.connect(addressOf(platform))
  return node
}
const stop = async (node: ActingNode): Promise<void> => {
  nodes.splice(nodes.indexOf(node), 1)
  await node.engine.dispose()
}

beforeEach(async () => {
  platform = await startPlatform({ products: [actsProduct()] })
  profile = await profileFolder()
})
afterEach(async () => {
  for (const node of [...nodes]) await stop(node)
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
