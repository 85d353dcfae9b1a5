/** What a node may do is known before anybody does it: a key that can do nothing is not offered. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { startPlatform, type PlatformOptions } from '../../../../platform/platform.ts'
import { actsProduct, product } from '../../../../platform/product.ts'
import { addressOf, keysOf, profileFolder, remove, until } from '../an-engine.ts'
import { act, onPlatform, startNode, type ActingNode } from './an-acting-node.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function nodeOn(options: PlatformOptions) {
  const products = [actsProduct(), product('security.incidents')]
  const platform = await startPlatform({ products, ...options })
  open.push(() => platform.dispose())
  const profile = await profileFolder()
  const node: ActingNode = await startNode(profile, keysOf(platform.wall))
  open.push(async () => {
    await node.engine.dispose()
    await remove(profile)
  })
  await node.engine.connect(addressOf(platform))
  return { platform, node }
}

it('is told before anybody acts, and nothing is on the platform for it', async () => {
  const { platform, node } = await nodeOn({ mayNotAct: ['screen', 'alarm'] })
  await until(() => node.refused.length > 0, 'it is told what this node may not')
  expect(node.refused).toEqual(['alarm', 'screen'])
  expect(node.together).toBe('together')
  expect(await onPlatform(platform)).toEqual([])
})

it('of nothing at all is refused, in one word', async () => {
  const { node } = await nodeOn({
    mayNotAct: [
      ...['screen', 'blank', 'pointing', 'numbers', 'node', 'alarm', 'function', 'proposal'],
      ...['told', 'relief', 'report', 'poll'],
    ],
  })
  await until(() => node.together === 'refused', 'it is told that it may nothing')
  expect(node.refused).toEqual([
    ...['alarm', 'blank', 'function', 'node', 'numbers', 'pointing', 'poll'],
    ...['proposal', 'relief', 'report', 'screen', 'told'],
  ])
})

it('that is given while we are connected is told, and what was refused for it can be done', async () => {
  const { platform, node } = await nodeOn({ mayNotAct: ['screen'] })
  await until(() => node.refused.length > 0, 'it is told what this node may not')
  await platform.permit(platform.wall, [], [])
  await until(() => node.refused.length === 0, 'it is told that it may')
  node.do(act('a-1'))
  await node.settled('a-1')
  expect(await onPlatform(platform)).toEqual(['a-1'])
})

it('of a node that may all: the server has nothing to say against it', async () => {
  const { platform, node } = await nodeOn({})
  await node.isTogether()
  node.do(act('a-1'))
  await node.settled('a-1')
  expect(node.refused).toEqual([])
  const log = await readFile(join(platform.directory, 'server.log'), 'utf8')
  expect(log.split('\n').filter((line) => line.includes('Violation'))).toEqual([])
})
