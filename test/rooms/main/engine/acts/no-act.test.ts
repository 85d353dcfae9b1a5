/** A message that is no act takes none out of force, for nobody, and stands in the way of none. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Message } from '../../../../../main/exercise/message.ts'
import type { ActBody } from '../../../../../preload/contract/event.ts'
import { startPlatform, type Platform } from '../../../../platform/platform.ts'
import { actsProduct, message } from '../../../../platform/product.ts'
import { addressOf, keysOf, profileFolder, remove, until } from '../an-engine.ts'
import { act, blank, onPlatform, screen, startNode, type ActingNode } from './an-acting-node.ts'

let platform: Platform
let profile: string
const nodes: ActingNode[] = []
const start = async (connected = true, at = profile): Promise<ActingNode> => {
  const node = await startNode(at, keysOf(platform.wall), Date, ['poste-07', 'poste-08'])
  nodes.push(node)
  if (connected) await node.engine.connect(addressOf(platform))
  return node
}
const stop = async (node: ActingNode): Promise<void> => {
  nodes.splice(nodes.indexOf(node), 1)
  await node.engine.dispose()
}
const blankedBy = (node: string): ActBody => ({
  ...{ act: 'blank', input: {}, moment: { live: true }, after: null },
  by: { person: null, function: null, node, automation: null },
})
const said = (id: string, more: Partial<Message> = {}): Message =>
  message('ops.acts', 'act', 1, { entity: blank, id, body: blankedBy('poste-08'), ...more })

beforeEach(async () => {
  platform = await startPlatform({ products: [actsProduct()] })
  profile = await profileFolder()
})
afterEach(async () => {
  for (const node of [...nodes]) await stop(node)
  await platform.dispose()
  await remove(profile)
})

it.each<[string, Partial<Message>]>([
  ['has no body', { body: null }],
  ['is of another type', { type: 'vigie.note.v1', body: { text: 'x', category: 'log' } }],
  ['was over when it came', { expires: Date.now() - 1000 }],
  ['is an act that nobody knows', { body: { ...blankedBy('poste-08'), act: 'half-blank' } }],
  [
    'is an act about something else',
    { body: { ...blankedBy('poste-08'), act: 'show-scene', input: { screen: 1, scene: 'log' } } },
  ],
  ['is of a node that is none of this wall’s', { body: { ...blankedBy('poste-66'), act: 'unblank' } }],
  ['has no author', { body: { ...blankedBy('poste-08'), by: null } as never }],
])('that %s leaves the wall blank, and to be given back', async (_what, more) => {
  await platform.publish([said('blanked')])
  const node = await start()
  await node.isTogether()
  await until(() => node.acts.length === 1, 'the blank is told')
  await platform.publish([said('odd', more), said('behind', { entity: screen(1) })])
  await until(() => node.engine.report().persisted + node.engine.report().rejected >= 3, 'all of it has come')

  // whoever begins, and whoever was never there before
  await stop(node)
  const again = await start(false)
  const last = (at: ActingNode) => at.acts.findLast(({ id }) => id === 'blanked' || id === 'given-back')?.id
  await until(() => last(again) === 'blanked', 'the blank is told at a start')
  const fresh = await profileFolder()
  const other = await start(true, fresh)
  await until(() => last(other) === 'blanked', 'the blank is told to who is new')
  await stop(other)
  await remove(fresh)

  await again.engine.connect(addressOf(platform))
  await again.isTogether()
  const body = { ...blankedBy('poste-07'), act: 'unblank', after: 1 }
  again.do(act('given-back', blank, { guarded: true, body }))
  await again.settled('given-back')
  expect((await onPlatform(platform, blank)).at(-1)).toBe('given-back')
})

it('of which there are many leaves the last one that counts in force, and it alone', async () => {
  const odd = Array.from({ length: 300 }, (_, at) => said(`odd-${at}`, { body: null }))
  const given = said('given-back', { body: { ...blankedBy('poste-08'), act: 'unblank', after: 1 } })
  await platform.publish([said('first'), given, said('second'), ...odd])
  const node = await start()
  await until(() => node.acts.some(({ id }) => id === 'second'), 'it is told')
  await stop(node)
  const again = await start(false)
  await until(() => again.acts.length > 0, 'it is told at a start')
  expect(again.acts.map(({ id }) => id)).toEqual(['second'])
})

it('and one that counts still overtakes who did not know of it, whatever came behind it', async () => {
  const node = await start()
  await node.isTogether()
  await platform.publish([said('first'), said('second'), said('odd', { body: null })])
  await until(() => node.acts.length === 2, 'both are told')
  const body = { ...blankedBy('poste-07'), act: 'unblank', after: 1 }
  node.do(act('given-back', blank, { guarded: true, body }))
  await until(() => node.entry('given-back')?.state === 'refused', 'it is refused')
  expect(node.entry('given-back')?.problem).toMatchObject({ code: 'act.overtaken' })
})
