/** Lines that are addressed to somebody are told to main: which, for whom, how marked; never what they say. */
import * as v from 'valibot'
import { afterEach, expect, it } from 'vitest'
import type { OutgoingLine } from '../../../../../preload/contract/line.ts'
import { startPlatform, type Platform } from '../../../../platform/platform.ts'
import { addressOf, keysOf, profileFolder, remove, until } from '../an-engine.ts'
import { AddressedToldSchema, mostFollowed } from '../../../../../preload/contract/told.ts'
import { defaultScheme, rankOf } from '../../../../../preload/contract/marking.ts'
import { message, product } from '../../../../platform/product.ts'
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

it('one that is marked lower than its log is told as high as the log', async () => {
  const platform = await startPlatform({ products: [logProduct('dr')] })
  open.push(() => platform.dispose())
  const profile = await profileFolder()
  open.push(() => remove(profile))
  const node = await nodeAt(platform, profile)
  await node.engine.connect(addressOf(platform))
  await node.isOpen()
  expect(await node.engine.lines.enter(lineTo('tous', 'a-1', 'np'))).toMatchObject({ ok: true })
  await until(() => node.addressed?.lines.length === 1, 'it is told')
  expect(node.addressed?.lines[0]?.rank).toBe(rankOf(defaultScheme, 'dr'))
  expect(rankOf(defaultScheme, 'dr')).toBeGreaterThan(rankOf(defaultScheme, 'np'))
})

it('a clock that was days fast as the node started hides none of them once it is set right', async () => {
  const platform = await startPlatform({ products: [logProduct('np')] })
  open.push(() => platform.dispose())
  const profile = await profileFolder()
  open.push(() => remove(profile))
  const first = await nodeAt(platform, profile)
  await first.engine.connect(addressOf(platform))
  await first.isOpen()
  await first.engine.lines.enter(lineTo('tous', 'a-1'))
  await until(() => first.addressed?.lines.length === 1, 'it is told')
  await first.engine.dispose()
  open.pop()
  const fast = { now: () => Date.now() + 3 * 86_400_000 }
  const node = await startNode(profile, keysOf(platform.wall), 'poste-07', fast)
  open.push(() => node.engine.dispose())
  await node.engine.connect(addressOf(platform))
  await until(() => node.addressed?.lines.length === 1, 'it is told again')
})

/** As somebody else publishes one. */
const published = (index: number, entity: string, more: object = {}, of = log) => {
  const { note } = lineTo('tous', 'x')
  return message(of, 'note', index, { id: `${of} ${index}`, entity, body: { ...note, ...more } })
}

it('whatever somebody calls a line, those of others are told', async () => {
  const platform = await startPlatform({ products: [logProduct('np')] })
  open.push(() => platform.dispose())
  const profile = await profileFolder()
  open.push(() => remove(profile))
  const node = await nodeAt(platform, profile)
  await node.engine.connect(addressOf(platform))
  await node.isOpen()
  const { length } = await Promise.all([
    platform.publish([
      published(1, `line.${'o'.repeat(90)}.poste-07.a-1`),
      published(2, `line.cncs.poste-07.${'n'.repeat(220)}`),
      published(3, 'number', { number: `${'9'.repeat(59)}\u{1F6A8}` }),
      published(4, 'line.cncs.poste-07.a-4'),
    ]),
  ])
  expect(length).toBe(1)
  await until(
    () => node.addressed?.lines.some(({ entity }) => entity === 'line.cncs.poste-07.a-4') === true,
    'the last is told',
  )
  expect(v.safeParse(AddressedToldSchema, node.addressed).issues).toBeUndefined()
})

it('neither another room nor another product takes the place of lines that are for this one', async () => {
  const platform = await startPlatform({
    products: [logProduct('np'), product('sport.log', 'note')],
  })
  open.push(() => platform.dispose())
  const profile = await profileFolder()
  open.push(() => remove(profile))
  const node = await nodeAt(platform, profile)
  await node.engine.connect(addressOf(platform))
  await node.isOpen()
  const many = (entity: (at: number) => string, of: string) =>
    Array.from({ length: mostFollowed }, (_, at) => published(1000 + at, entity(at), {}, of))
  await platform.publish([
    published(1, 'line.cncs.poste-07.a-1'),
    ...many((at) => `line.autre.poste-07.${at}`, log),
    ...many((at) => `note-${at}`, 'sport.log'),
  ])
  await until(() => (node.addressed?.left ?? 0) > 0, 'there are too many')
  expect(node.addressed?.lines.map(({ entity }) => entity)).toContain('line.cncs.poste-07.a-1')
})
