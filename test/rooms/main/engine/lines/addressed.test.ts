/** Lines that are addressed to somebody are told to main: which, for whom, how marked; never what they say. */
import { afterEach, expect, it } from 'vitest'
import type { OutgoingLine } from '../../../../../preload/contract/line.ts'
import { startPlatform, type Platform } from '../../../../platform/platform.ts'
import { addressOf, keysOf, profileFolder, remove, until } from '../an-engine.ts'
import { line, log, logProduct, startNode, type EnteringNode } from './an-entering-node.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})
const lineTo = (to: string, id: string, marking = 'np'): OutgoingLine => {
  const one = line(id, 'poste-07', { marking })
  return { ...one, note: { ...one.note, line: { ...one.note.line, to } } }
}
async function nodeAt(platform: Platform, profile: string): Promise<EnteringNode> {
  const node = await startNode(profile, keysOf(platform.wall))
  open.push(() => node.engine.dispose())
  return node
}
const told = (node: EnteringNode) => node.addressed?.lines.map(({ number, to, rank }) => [number, to, rank])

it('as they are committed, after a restart without a platform, and no longer where they may not be read', async () => {
  const platform = await startPlatform({ products: [logProduct('np')] })
  open.push(() => platform.dispose())
  const profile = await profileFolder()
  open.push(() => remove(profile))
  const first = await nodeAt(platform, profile)
  await first.engine.connect(addressOf(platform))
  await first.isOpen()
  expect(first.addressed).toEqual({ lines: [], left: 0 })
  for (const one of [lineTo('Chef de salle', 'a-1'), lineTo('', 'a-2'), lineTo('tous', 'a-3')])
    expect(await first.engine.lines.enter(one)).toMatchObject({ ok: true })
  await first.allGone()
  await until(() => first.addressed?.lines.length === 2, 'two are for somebody')
  expect(told(first)).toEqual([
    ['CNCS-0003', 'tous', 0],
    ['CNCS-0001', 'Chef de salle', 0],
  ])
  expect(first.addressed?.lines[1]).toMatchObject({
    ...{ product: log, entity: 'line.cncs.poste-07.a-1', sequence: 1, by: { node: 'poste-07' } },
  })
  expect(JSON.stringify(first.addressed)).not.toContain('Ligne a-')
  const before = first.addressed
  await first.engine.dispose()
  open.pop()

  const again = await nodeAt(platform, profile)
  expect(again.addressed).toEqual(before)
  await platform.permit(platform.wall, [log])
  await again.engine.connect(addressOf(platform))
  await until(() => again.addressed?.lines.length === 0, 'the log is refused, and so is what was in it')
})
