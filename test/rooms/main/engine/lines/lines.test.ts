/** A line that is entered is kept, goes to the platform once and in order, and has its number from there alone. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { afterEach, expect, it } from 'vitest'
import { systemNumber } from '../../../../../preload/contract/line.ts'
import { NoteSchema } from '../../../../../preload/contract/event.ts'
import * as v from 'valibot'
import { childProgram } from '../../../../platform/built.ts'
import { startPlatform, type Platform, type PlatformOptions } from '../../../../platform/platform.ts'
import { addressOf, keysOf, profileFolder, remove, until } from '../an-engine.ts'
import { line, logProduct, onPlatform, startNode, type EnteringNode } from './an-entering-node.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function platformWith(options: PlatformOptions = {}): Promise<Platform> {
  const platform = await startPlatform({ products: [logProduct()], ...options })
  open.push(() => platform.dispose())
  return platform
}
async function folder(): Promise<string> {
  const profile = await profileFolder()
  open.push(() => remove(profile))
  return profile
}
async function nodeAt(
  platform: Platform,
  profile: string,
  { name = 'poste-07', identity = platform.wall, connected = true } = {},
): Promise<EnteringNode> {
  const node = await startNode(profile, keysOf(identity), name)
  open.push(() => node.engine.dispose())
  if (connected) await node.engine.connect(addressOf(platform, identity))
  return node
}
const enter = async (node: EnteringNode, ...lines: ReturnType<typeof line>[]): Promise<void> => {
  for (const one of lines) expect(await node.engine.lines.enter(one)).toMatchObject({ ok: true })
}

it('it comes to the platform as a note, marked as it was, at the time when it happened', async () => {
  const platform = await platformWith()
  const node = await nodeAt(platform, await folder())
  await node.isOpen()
  const event = Date.UTC(2026, 6, 26, 17, 12)
  await enter(node, line('a-1', 'poste-07', { event, marking: 'dr' }))
  await node.allGone()
  const [there] = await onPlatform(platform)
  expect(there).toMatchObject({
    ...{ id: 'a-1', sequence: 1, subject: 'dp.ops.log.line.cncs.poste-07.a-1', marking: 'dr' },
    time: '2026-07-26T17:12:00.000Z',
    body: { text: 'Ligne a-1', category: 'log', line: { from: 'PP', by: { node: 'poste-07' } } },
  })
  expect(v.is(NoteSchema, there?.body)).toBe(true)
})

it('said again it counts once', async () => {
  const platform = await platformWith()
  const node = await nodeAt(platform, await folder())
  await node.isOpen()
  const one = line('a-1')
  await enter(node, one, one)
  await node.allGone()
  await enter(node, one, line('a-2'))
  await node.allGone()
  expect((await onPlatform(platform)).map(({ id }) => id)).toEqual(['a-1', 'a-2'])
})

it('it waits while the platform is away, over a restart, may be withdrawn, and goes in the order of entry', async () => {
  const platform = await platformWith()
  const profile = await folder()
  const first = await nodeAt(platform, profile)
  await first.isOpen()
  await platform.kill()
  await until(() => first.log?.access === 'cut', 'it is cut')
  const ids = Array.from({ length: 12 }, (_, at) => `a-${String(at).padStart(2, '0')}`)
  await enter(first, ...ids.map((id) => line(id)))
  expect(await first.engine.lines.withdraw('a-05')).toBe(true)
  await first.engine.dispose()
  open.pop()
  await platform.restart()
  const node = await nodeAt(platform, profile, { connected: false })
  expect(node.waiting()).toEqual(ids.filter((id) => id !== 'a-05').map((id) => `${id} waiting`))
  await node.engine.connect(addressOf(platform))
  await node.allGone()
  expect((await onPlatform(platform)).map(({ id }) => id)).toEqual(ids.filter((id) => id !== 'a-05'))
})

it('it is there once, whenever the node is killed, though the server forgets ids meanwhile', async () => {
  const platform = await platformWith({ products: [{ ...logProduct(), repeatWindow: 0.2 }] })
  const profile = await folder()
  const kept: string[] = []
  for (const [round, lines] of [1, 3, 8, 15].entries()) {
    const child = spawn(
      process.execPath,
      [childProgram('main/engine/lines/entering-child'), profile, `r${round}`],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    )
    child.stdin.end(JSON.stringify({ keys: keysOf(platform.wall), address: addressOf(platform) }))
    let count = 0
    createInterface(child.stdout).on('line', (id) => {
      kept.push(id)
      if (++count === lines) child.kill('SIGKILL')
    })
    await new Promise((resolve) => child.once('close', resolve))
  }
  const node = await nodeAt(platform, profile)
  await node.isOpen()
  await node.allGone()
  const there = (await onPlatform(platform)).map(({ id }) => id)
  expect(there.length).toBe(new Set(there).size)
  expect(kept.filter((id) => !there.includes(id))).toEqual([])
  expect(there).toEqual([...there].sort())
})

it('two nodes that write at once never give one number, and none of the organisation’s is left out', async () => {
  const platform = await platformWith()
  const other = await platform.issue([['CN', 'poste-08']])
  await platform.permit(other)
  const left = await nodeAt(platform, await folder())
  const right = await nodeAt(platform, await folder(), { name: 'poste-08', identity: other })
  await Promise.all([left.isOpen(), right.isOpen()])
  const count = 15
  const own = (node: string) =>
    Array.from({ length: count }, (_, at) => line(`${node}-${String(at).padStart(2, '0')}`, node))
  await Promise.all([enter(left, ...own('poste-07')), enter(right, ...own('poste-08'))])
  await Promise.all([left.allGone(), right.allGone()])
  const there = await onPlatform(platform)
  const numbers = there.map(({ subject, sequence }) =>
    systemNumber({ entity: subject.slice('dp.ops.log.'.length), sequence }),
  )
  expect(numbers).toEqual(
    Array.from({ length: 2 * count }, (_, at) => `CNCS-${String(at + 1).padStart(4, '0')}`),
  )
})

it('is refused with words where the server does not let this node write, and others can’t be named by it', async () => {
  const platform = await platformWith({ mayNotAct: ['line'] })
  const node = await nodeAt(platform, await folder())
  await until(() => node.log?.access === 'refused', 'it is told that it may not')
  await enter(node, line('a-1'))
  await until(() => node.log?.waiting[0]?.problem?.code === 'act.refused', 'it is refused')
  expect(node.waiting()).toEqual(['a-1 refused'])
  expect(await node.engine.lines.withdraw('a-1')).toBe(true)
  await node.allGone()
  expect(await onPlatform(platform)).toEqual([])
})

it('above what the log takes it is not kept, nor sent where that was lowered since', async () => {
  const low = await platformWith({ products: [logProduct('np')] })
  const node = await nodeAt(low, await folder())
  await node.isOpen()
  expect(await node.engine.lines.enter(line('a-1', 'poste-07', { marking: 'dr' }))).toMatchObject({
    error: { code: 'line.above' },
  })
  // a marking that nobody knows counts as the highest
  expect(await node.engine.lines.enter(line('a-2', 'poste-07', { marking: 'zz' }))).toMatchObject({
    error: { code: 'line.above' },
  })
  expect(node.waiting()).toEqual([])
})

it('where nobody has said how the log is marked, nothing is kept', async () => {
  const platform = await platformWith({ products: [] })
  const node = await nodeAt(platform, await folder())
  expect(await node.engine.lines.enter(line('a-1'))).toMatchObject({ error: { code: 'line.absent' } })
})

it('of ten megabytes it is refused, and the next one goes', async () => {
  const platform = await platformWith()
  const node = await nodeAt(platform, await folder())
  await node.isOpen()
  const huge = line('a-1')
  huge.note.text = 'x'.repeat(10 * 2 ** 20)
  expect(await node.engine.lines.enter(huge)).toMatchObject({ error: { code: 'line.invalid' } })
  await enter(node, line('a-2'))
  await node.allGone()
  expect((await onPlatform(platform)).map(({ id }) => id)).toEqual(['a-2'])
})
