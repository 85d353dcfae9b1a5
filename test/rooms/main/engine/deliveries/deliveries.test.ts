/** What is delivered is kept, its files are on the platform before anybody is told of them, and its event is there once. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Objm } from '@nats-io/obj'
import { afterEach, expect, it } from 'vitest'
import { digestOf } from '../../../../../main/engine/deliveries.ts'
import { openDeliveredFiles, partBytes } from '../../../../../main/engine/cache/delivered-files.ts'
import { childProgram } from '../../../../platform/built.ts'
import { startPlatform, type Platform, type PlatformOptions } from '../../../../platform/platform.ts'
import { openCacheAs } from '../../../../platform/unlocked.ts'
import { addressOf, keysOf, profileFolder, remove, until } from '../an-engine.ts'
import {
  bytesOf,
  document,
  documents,
  documentsProduct,
  eventsOn,
  reports,
  reportsProduct,
  startNode,
  synthesis,
  type DeliveringNode,
} from './a-delivering-node.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function platformWith(options: PlatformOptions = {}): Promise<Platform> {
  const platform = await startPlatform({ products: [documentsProduct(), reportsProduct()], ...options })
  open.push(() => platform.dispose())
  return platform
}
async function folder(): Promise<string> {
  const profile = await profileFolder()
  open.push(() => remove(profile))
  return profile
}
async function nodeAt(platform: Platform, profile: string, connected = true): Promise<DeliveringNode> {
  const node = await startNode(profile, keysOf(platform.wall))
  open.push(() => node.engine.dispose())
  if (connected) await node.engine.connect(addressOf(platform))
  return node
}
const deliver = async (node: DeliveringNode, ...all: ReturnType<typeof document>[]): Promise<void> => {
  for (const one of all) expect(await node.engine.deliveries.deliver(one)).toMatchObject({ ok: true })
}
/** As any program reads it, by the library's own reader, which holds it against the store's digest. */
const read = async (platform: Platform, object: string): Promise<Uint8Array | null> =>
  (await new Objm(jetstream(platform.feeder)).open('documents')).getBlob(object)
const partsOn = async (platform: Platform): Promise<number> => {
  const manager = await jetstreamManager(platform.feeder)
  const { state } = await manager.streams.info('OBJ_documents', { subjects_filter: '$O.documents.C.>' })
  return Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0)
}

it('a document comes to the platform with its file, marked as it was, at the time when it happened', async () => {
  const platform = await platformWith()
  const node = await nodeAt(platform, await folder())
  await node.isOpen()
  const one = document('a-1')
  await deliver(node, one)
  await node.allGone()
  const [there] = await eventsOn(platform)
  expect(there).toMatchObject({
    ...{ id: 'a-1', subject: 'dp.ops.documents.document.cncs.poste-07.a-1', marking: 'np' },
    body: { name: 'Plan d’accès', size: 300_000, object: 'a-1/Plan d-acces.pdf' },
  })
  expect(await read(platform, there!.body.object)).toEqual(one.files[0]!.bytes)
})

it('a synthesis comes with each of its files, and an event that is checked like any other', async () => {
  const platform = await platformWith()
  const node = await nodeAt(platform, await folder())
  await node.isOpen()
  const one = synthesis('s-1')
  await deliver(node, one)
  await node.allGone()
  const [there] = await eventsOn(platform, reports)
  expect(there).toMatchObject({ id: 's-1', subject: 'dp.command.reports.report.cncs.poste-07.syn-012' })
  for (const { object, bytes } of one.files) expect(await read(platform, object)).toEqual(bytes)
})

it('said again it counts once, and its file is there once', async () => {
  const platform = await platformWith()
  const profile = await folder()
  const node = await nodeAt(platform, profile)
  await node.isOpen()
  const one = document('a-1')
  await deliver(node, one, one)
  await node.allGone()
  await deliver(node, one, document('a-2'))
  await node.allGone()
  expect((await eventsOn(platform)).map(({ id }) => id)).toEqual(['a-1', 'a-2'])
  expect(await partsOn(platform)).toBe(2 * Math.ceil(300_000 / 131_072))
  await node.engine.dispose()
  open.pop()
  const cache = await openCacheAs(keysOf(platform.wall), profile, { readOnly: true })
  if (!cache.ok) throw new Error(cache.error.message)
  const left = await cache.value.reader.all('SELECT delivery FROM delivered_part')
  await cache.value.close()
  expect(left).toEqual([])
})

it('it waits while the platform is away, over a restart, and may be withdrawn while nobody has it', async () => {
  const platform = await platformWith()
  const profile = await folder()
  const first = await nodeAt(platform, profile)
  await first.isOpen()
  await platform.kill()
  await until(() => first.told.get(documents)?.access === 'cut', 'it is cut')
  await deliver(first, document('a-1'), document('a-2'), document('a-3'))
  expect(await first.engine.deliveries.withdraw('a-2')).toBe(true)
  await first.engine.dispose()
  open.pop()
  await platform.restart()
  const node = await nodeAt(platform, profile, false)
  expect(node.waiting()).toEqual(['a-1 waiting', 'a-3 waiting'])
  await node.engine.connect(addressOf(platform))
  await node.allGone()
  expect((await eventsOn(platform)).map(({ id }) => id).sort()).toEqual(['a-1', 'a-3'])
  expect(await read(platform, 'a-2/Plan d-acces.pdf')).toBeNull()
})

it('what comes of one product takes no files from what waits for another', async () => {
  const platform = await platformWith()
  const manager = await jetstreamManager(platform.feeder)
  const { config } = await manager.streams.info('OBJ_documents')
  await manager.streams.delete('OBJ_documents')
  const node = await nodeAt(platform, await folder())
  await node.isOpen()
  const [one, other] = [document('a-1'), synthesis('s-1')]
  await deliver(node, one, other)
  await manager.streams.add(config)
  await node.allGone()
  expect(await read(platform, one.files[0]!.object)).toEqual(one.files[0]!.bytes)
  for (const { object, bytes } of other.files) expect(await read(platform, object)).toEqual(bytes)
})

it('what is let go and said again at the same time is kept whole', async () => {
  const platform = await platformWith()
  const opened = await openCacheAs(keysOf(platform.wall), await folder())
  if (!opened.ok) throw new Error(opened.error.message)
  open.push(() => opened.value.close())
  const files = await openDeliveredFiles(opened.value.database, 2 ** 30)
  const bytes = bytesOf(5_000_000)
  const file = { object: 'a-1/plan', mediaType: 'application/pdf', digest: digestOf(bytes), bytes }
  await files.keep('a-1', [file])
  await Promise.all([files.letGo(['a-1'], () => false), files.keep('a-1', [file])])
  const [kept] = files.of('a-1')
  const parts = []
  for (let from = 0; from < bytes.length; from += partBytes) parts.push((await kept!.part(from)).length)
  expect(parts.reduce((sum, length) => sum + length, 0)).toBe(bytes.length)
})

it('whenever the node is killed all that was kept is there once, and nothing is told of that is not whole', async () => {
  const platform = await platformWith({ products: [{ ...documentsProduct(), repeatWindow: 0.2 }] })
  const profile = await folder()
  const kept: string[] = []
  for (const [round, count] of [1, 2, 4, 7].entries()) {
    const child = spawn(
      process.execPath,
      [childProgram('main/engine/deliveries/delivering-child'), profile, `r${round}`],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    )
    child.stdin.end(JSON.stringify({ keys: keysOf(platform.wall), address: addressOf(platform) }))
    let seen = 0
    createInterface(child.stdout).on('line', (id) => {
      kept.push(id)
      if (++seen === count) child.kill('SIGKILL')
    })
    await new Promise((resolve) => child.once('close', resolve))
    for (const { body } of await eventsOn(platform))
      expect(digestOf((await read(platform, body.object)) ?? new Uint8Array())).toBe(body.digest)
  }
  const node = await nodeAt(platform, profile)
  await node.isOpen()
  await node.allGone()
  const there = (await eventsOn(platform)).map(({ id }) => id)
  expect(there.length).toBe(new Set(there).size)
  expect(kept.filter((id) => !there.includes(id))).toEqual([])
  // what was begun was gone on with: no part is there that no file has
  expect(await partsOn(platform)).toBe(there.length * Math.ceil(400_000 / 131_072))
})

it('cut in the middle of a file it goes on there, and no part of it is there twice', async () => {
  const platform = await platformWith()
  const node = await nodeAt(platform, await folder())
  await node.isOpen()
  const size = 12 * 2 ** 20
  const one = document('a-1', bytesOf(size))
  await deliver(node, one)
  await until(() => node.waiting().length === 1, 'it is told')
  for (let parts = 0; parts < 8;) parts = await partsOn(platform)
  await platform.kill()
  expect(node.waiting()).toHaveLength(1)
  await platform.restart()
  await node.allGone()
  expect(await partsOn(platform)).toBe(size / 131_072)
  expect(await read(platform, one.files[0]!.object)).toEqual(one.files[0]!.bytes)
}, 60_000)

it('is refused with words where the server does not let this node add files, and nobody is told of them', async () => {
  const platform = await platformWith({ mayNotAct: ['file'] })
  const node = await nodeAt(platform, await folder())
  await node.isOpen()
  await deliver(node, document('a-1'))
  await until(() => node.waiting()[0] === 'a-1 refused', 'it is refused')
  expect(node.told.get(documents)?.waiting[0]?.problem?.code).toBe('act.refused')
  expect(await eventsOn(platform)).toEqual([])
  expect(await node.engine.deliveries.withdraw('a-1')).toBe(true)
  await node.allGone()
})

it('it may not write the product: it says so before anything is added', async () => {
  const platform = await platformWith({ mayNotAct: ['document'] })
  const node = await nodeAt(platform, await folder())
  await until(() => node.told.get(documents)?.access === 'refused', 'it is told that it may not')
})

it('without a place for files, or without room there, it waits and says why, and goes once there is', async () => {
  const platform = await platformWith()
  const manager = await jetstreamManager(platform.feeder)
  const { config } = await manager.streams.info('OBJ_documents')
  await manager.streams.delete('OBJ_documents')
  const node = await nodeAt(platform, await folder())
  await node.isOpen()
  await deliver(node, document('a-1'))
  const trouble = (code: string) =>
    until(() => node.told.get(documents)?.waiting[0]?.problem?.code === code, code)
  await trouble('document.no-store')
  await manager.streams.add({ ...config, max_bytes: 200_000 })
  await trouble('document.no-room')
  expect(node.waiting()).toEqual(['a-1 waiting'])
  await manager.streams.update('OBJ_documents', { ...config, max_bytes: -1 })
  await node.allGone()
  expect(await read(platform, 'a-1/Plan d-acces.pdf')).toHaveLength(300_000)
})

it('a server that takes only small messages gets smaller parts', async () => {
  const platform = await platformWith({ maxPayload: 64 * 1024 })
  const node = await nodeAt(platform, await folder())
  await node.isOpen()
  const one = document('a-1')
  await deliver(node, one)
  await node.allGone()
  expect(await read(platform, one.files[0]!.object)).toEqual(one.files[0]!.bytes)
})

it('a name that another’s file has is not written over', async () => {
  const platform = await platformWith()
  const store = await new Objm(jetstream(platform.feeder)).open('documents')
  await store.putBlob({ name: 'a-1/Plan d-acces.pdf' }, bytesOf(10))
  const node = await nodeAt(platform, await folder())
  await node.isOpen()
  await deliver(node, document('a-1'))
  await until(() => node.waiting()[0] === 'a-1 refused', 'it is refused')
  expect(node.told.get(documents)?.waiting[0]?.problem?.code).toBe('document.taken')
  expect(await read(platform, 'a-1/Plan d-acces.pdf')).toHaveLength(10)
})

it('above what the product takes it is not kept; nor what its event says otherwise', async () => {
  const low = await platformWith({ products: [documentsProduct('np')] })
  const node = await nodeAt(low, await folder())
  await node.isOpen()
  const { deliver: say } = node.engine.deliveries
  expect(await say(document('a-1', bytesOf(10), { marking: 'dr' }))).toMatchObject({
    error: { code: 'delivery.above' },
  })
  const one = document('a-2', bytesOf(10))
  for (const body of [
    { ...one.body, digest: digestOf(bytesOf(11)) },
    { ...one.body, size: 11 },
    { ...one.body, object: 'other/file' },
  ])
    expect(await say({ ...one, body })).toMatchObject({ error: { code: 'delivery.invalid' } })
  expect(node.waiting()).toEqual([])
})
