/** A leaf that is cut from its hub for an hour: what was read stays, nothing is lost and nothing twice. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { streamOf } from '../../../../preload/contract/product.ts'
import { startLeaf } from '../../../platform/leaf.ts'
import { startPlatform } from '../../../platform/platform.ts'
import { actsProduct, messages, product } from '../../../platform/product.ts'
import { addressOf, keysOf, profileFolder, remove, statsOf, until } from './an-engine.ts'
import { act, blank, onPlatform, screen, startNode } from './acts/an-acting-node.ts'

const hour = 3_600_000
const units = 'security.units'

it('an hour of cut: acts wait and count once, and what is kept is what the hub has', async () => {
  const platform = await startPlatform({ products: [actsProduct(), product(units, 'track')], leaves: true })
  const leaf = await startLeaf(platform)
  const profile = await profileFolder()
  const node = await startNode(profile, keysOf(platform.wall))
  try {
    const start = Date.now() - hour
    // twice a second, as so many seconds are: with the times that an hour has
    const told = messages(units, 'track', 7_200, 40).map((message, at) => ({
      ...message,
      time: start + at * 500,
    }))
    await platform.publish(told.slice(0, 100))
    await leaf.inStep(streamOf(units))
    await node.engine.connect({ ...addressOf(platform), servers: [`tls://localhost:${leaf.server.port}`] })
    await node.isTogether()
    await until(() => node.engine.report().persisted >= 100, 'what was there is kept')
    node.do(act('a-1'))
    await node.settled('a-1')

    leaf.cut()
    node.do(act('a-2'), act('a-3', blank), act('a-4', screen(2)))
    // each said twice: the hub drops what it has
    await platform.publish([...told, ...told.slice(-500)])
    await sleep(3000)
    expect(node.outbox.map(({ id, state }) => [id, state])).toEqual([
      ['a-2', 'sent'],
      ['a-3', 'sent'],
      ['a-4', 'sent'],
    ])
    const cut = node.engine.report()
    expect(node.link).toBe('live')
    expect(cut.persisted).toBeLessThanOrEqual(110)
    expect(node.acts.map(({ id }) => id)).toEqual(['a-1'])
    expect(await onPlatform(platform)).toEqual(['a-1'])

    leaf.mend()
    await leaf.inStep(streamOf(units))
    await node.settled('a-2', 'a-3', 'a-4')
    await until(() => node.engine.report().persisted >= 7_204, 'the hour is kept')
    expect(new Set(await onPlatform(platform))).toEqual(new Set(['a-1', 'a-2', 'a-3', 'a-4']))
    expect((await onPlatform(platform)).length).toBe(4)
    expect(node.engine.report()).toMatchObject({ gaps: 0, disconnects: 0 })
    await node.engine.dispose()
    const kept = await statsOf(profile, keysOf(platform.wall))
    for (const name of [units, 'ops.acts'])
      expect(kept.get(name)?.digest, name).toBe((await platform.digest(name)).digest)
  } finally {
    await node.engine.dispose()
    await leaf.dispose()
    await platform.dispose()
    await remove(profile)
  }
})
