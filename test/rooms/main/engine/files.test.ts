/** A file is read as it was published, within the ceiling, without a network once it was read, or not at all. */
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Objm } from '@nats-io/obj'
import { afterEach, expect, it } from 'vitest'
import { digestOf } from '../../../../main/engine/deliveries.ts'
import { openDocuments } from '../../../../main/engine/cache/documents.ts'
import { mostPieceBytes, mostReadBytes } from '../../../../preload/contract/document.ts'
import type { Problem } from '../../../../preload/contract/result.ts'
import { startPlatform, type Platform } from '../../../platform/platform.ts'
import { message, product } from '../../../platform/product.ts'
import { openCacheAs } from '../../../platform/unlocked.ts'
import { openWindow, type AWindow } from './a-window.ts'
import { addressOf, keysOf, profileFolder, remove, startEngine, until } from './an-engine.ts'
import { bytesOf } from './deliveries/a-delivering-node.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})
const name = 'security.documents'

async function platformWith(marking = 'np'): Promise<Platform> {
  const platform = await startPlatform({ products: [product(name, 'document', { marking })] })
  open.push(() => platform.dispose())
  return platform
}
async function folder(): Promise<string> {
  const profile = await profileFolder()
  open.push(() => remove(profile))
  return profile
}
/** As its owner publishes it, with the library's own store. */
async function publish(
  platform: Platform,
  entity: string,
  bytes: Uint8Array<ArrayBuffer>,
  said: { size?: number; digest?: string; object?: string; marking?: string } = {},
): Promise<void> {
  const { marking, ...body } = said
  const object = `${entity}.bin`
  await (await new Objm(jetstream(platform.feeder)).open('documents')).putBlob({ name: object }, bytes)
  const of = {
    name: entity,
    mediaType: 'application/pdf',
    size: bytes.length,
    digest: digestOf(bytes),
    object,
  }
  await platform.publish([
    message(name, 'document', 0, {
      ...{ id: entity, entity, body: { ...of, ...body } },
      ...(marking === undefined ? {} : { marking }),
    }),
  ])
}
async function windowAt(platform: Platform, profile: string, { connected = true, ceiling = 1 } = {}) {
  const one = await startEngine(profile, keysOf(platform.wall))
  open.push(() => one.engine.dispose())
  if (connected) await one.engine.connect(addressOf(platform))
  const window = openWindow(one.engine, 'desk', ceiling)
  window.subscribe([{ form: 'records', kinds: ['document'] }])
  return { ...one, window }
}
/** As a window does: asked again while it comes, then piece by piece. */
async function read(window: AWindow, entity: string): Promise<Uint8Array | Problem> {
  const of = { product: name, entity, file: 0 }
  let size = -1
  while (size < 0) {
    const state = await window.ask('file', of)
    if (!state.ok) return state.error
    if (state.value.whole) size = state.value.size
    else await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const pieces: Uint8Array[] = []
  for (let from = 0; from < size; from += mostPieceBytes) {
    const piece = await window.ask('piece', { ...of, from })
    if (!piece.ok) return piece.error
    pieces.push(piece.value)
  }
  return new Uint8Array(Buffer.concat(pieces))
}
const seen = (window: AWindow, entity: string) =>
  until(() => window.records.get(name)?.has(entity) === true, `${entity} is shown`)
const quarantined = async (window: AWindow): Promise<string[]> => {
  const answer = await window.ask('quarantine', { product: name, limit: 20 })
  return answer.ok ? answer.value.map(({ problem }) => problem.code) : []
}

it('comes as it was published, and is there without the platform from then on, over a restart', async () => {
  const platform = await platformWith()
  const profile = await folder()
  const bytes = bytesOf(2_500_000)
  await publish(platform, 'plan', bytes)
  await publish(platform, 'unread', bytesOf(10, 3))
  const { window, engine } = await windowAt(platform, profile)
  await seen(window, 'plan')
  expect(await read(window, 'plan')).toEqual(bytes)
  await engine.dispose()
  open.pop()
  const { window: later } = await windowAt(platform, profile, { connected: false })
  await seen(later, 'plan')
  expect(await read(later, 'plan')).toEqual(bytes)
  expect(await read(later, 'unread')).toMatchObject({ code: 'platform.unreachable' })
})

it('what is not what was published is told as such, and nobody gets a byte of it; its owner is to know', async () => {
  const platform = await platformWith()
  const bytes = bytesOf(300_000)
  await publish(platform, 'altered', bytes, { digest: digestOf(bytesOf(300_000, 2)) })
  await publish(platform, 'longer', bytes, { size: 299_999 })
  await publish(platform, 'missing', bytes, { object: '../../etc/passwd' })
  await publish(platform, 'undigested', bytes, { digest: 'md5=1' })
  await publish(platform, 'huge', bytes, { size: 1_000_000_000 })
  await publish(platform, 'cut', bytes)
  const manager = await jetstreamManager(platform.feeder)
  const { state } = await manager.streams.info('OBJ_documents', { subjects_filter: '$O.documents.C.>' })
  const parts = Object.keys(state.subjects ?? {})
  const store = await new Objm(jetstream(platform.feeder)).open('documents')
  const { nuid } = (await store.info('cut.bin'))!
  expect(parts).toContain(`$O.documents.C.${nuid}`)
  await manager.streams.purge('OBJ_documents', { filter: `$O.documents.C.${nuid}`, keep: 1 })
  const { window } = await windowAt(platform, await folder())
  await seen(window, 'cut')
  const codes = async (...entities: string[]): Promise<unknown[]> => {
    const found = []
    for (const entity of entities) found.push(((await read(window, entity)) as Problem).code)
    return found
  }
  expect(await codes('altered', 'longer', 'missing', 'undigested', 'huge', 'cut', 'nothing')).toEqual([
    ...['document.altered', 'document.altered', 'document.missing', 'document.altered'],
    ...['document.too-large', 'document.cut', 'document.unknown'],
  ])
  for (const entity of ['altered', 'cut'])
    expect(await window.ask('piece', { product: name, entity, file: 0, from: 0 })).toMatchObject({
      ok: false,
    })
  let told: string[] = []
  for (; told.length < 4; told = await quarantined(window))
    await new Promise((resolve) => setTimeout(resolve, 200))
  expect([...told].sort()).toEqual([
    ...['document.altered', 'document.altered', 'document.cut', 'document.missing'],
  ])
})

it('what is wrong with a file is told in full only to who may see its event', async () => {
  const platform = await platformWith()
  await publish(platform, 'plan-secret', bytesOf(10), { marking: 'dr', object: 'nowhere/plan-secret.pdf' })
  const { window, engine } = await windowAt(platform, await folder())
  await seen(window, 'plan-secret')
  expect(await read(window, 'plan-secret')).toMatchObject({ code: 'document.missing' })
  for (let told: string[] = []; told.length === 0; told = await quarantined(window))
    await new Promise((resolve) => setTimeout(resolve, 100))
  const textsOf = async (of: AWindow) =>
    JSON.stringify(await of.ask('quarantine', { product: name, limit: 20 }))
  expect(await textsOf(window)).toContain('plan-secret')
  const low = await textsOf(openWindow(engine, 'desk', 0))
  expect(low).toContain('document.missing')
  expect(low).not.toContain('plan-secret')
})

it('bytes that were altered in the store itself are found by their digest', async () => {
  const platform = await platformWith()
  const bytes = bytesOf(1000)
  await publish(platform, 'plan', bytes)
  const store = await new Objm(jetstream(platform.feeder)).open('documents')
  const { nuid } = (await store.info('plan.bin'))!
  const manager = await jetstreamManager(platform.feeder)
  await manager.streams.purge('OBJ_documents', { filter: `$O.documents.C.${nuid}` })
  await jetstream(platform.feeder).publish(`$O.documents.C.${nuid}`, bytesOf(1000, 2))
  const { window } = await windowAt(platform, await folder())
  await seen(window, 'plan')
  expect(await read(window, 'plan')).toMatchObject({ code: 'document.altered' })
})

it('above a window’s ceiling there is no such file, though it is kept here', async () => {
  const platform = await platformWith('dr')
  await publish(platform, 'plan', bytesOf(1000), { marking: 'dr' })
  const { window, engine } = await windowAt(platform, await folder())
  await seen(window, 'plan')
  expect(await read(window, 'plan')).toHaveLength(1000)
  const low = openWindow(engine, 'wall', 0)
  const of = { product: name, entity: 'plan', file: 0 }
  for (const answer of [await low.ask('file', of), await low.ask('piece', { ...of, from: 0 })])
    expect(answer).toMatchObject({ ok: false, error: { code: 'document.unknown' } })
})

it('what nobody read for longest makes room, and what is larger than all that is kept is not begun', async () => {
  const platform = await platformWith()
  const opened = await openCacheAs(keysOf(platform.wall), await folder())
  if (!opened.ok) throw new Error(opened.error.message)
  open.push(() => opened.value.close())
  const documents = await openDocuments(opened.value.database, 500_000)
  const keep = async (digest: string, at: number): Promise<void> => {
    const writing = await documents.begin(digest, 200_000, at)
    await writing!.add(bytesOf(150_000))
    await writing!.add(bytesOf(50_000))
    await writing!.end()
  }
  const minute = 60_000
  await keep('a', minute)
  await keep('b', 2 * minute)
  await documents.use('a', 3 * minute)
  await keep('c', 4 * minute)
  expect(['a', 'b', 'c'].filter((digest) => documents.sizeOf(digest) !== null)).toEqual(['a', 'c'])
  expect(await documents.part('c', 149_000, 2000)).toEqual(
    new Uint8Array([...bytesOf(150_000).subarray(149_000), ...bytesOf(50_000).subarray(0, 1000)]),
  )
  expect(await documents.begin('d', mostReadBytes, 5)).toBeNull()
  // one that a kill left half is not there at the next start
  await (await documents.begin('e', 100_000, 6))!.add(bytesOf(100_000))
  const again = await openDocuments(opened.value.database, 500_000)
  expect(['a', 'c', 'e'].filter((digest) => again.sizeOf(digest) !== null)).toEqual(['a', 'c'])
  const [row] = await opened.value.database.all<{ parts: number }>('SELECT count(*) parts FROM document_part')
  expect(row).toEqual({ parts: 4 })
})

it('a disk that takes nothing for a while costs no file that was kept, and leaves nothing behind', async () => {
  const platform = await platformWith()
  const opened = await openCacheAs(keysOf(platform.wall), await folder())
  if (!opened.ok) throw new Error(opened.error.message)
  open.push(() => opened.value.close())
  const { database } = opened.value
  let failing = ''
  const writes: string[] = []
  const single: typeof database.single = (sql, values) => {
    writes.push(sql)
    return failing !== '' && sql.includes(failing)
      ? Promise.reject(new Error('full'))
      : database.single(sql, values)
  }
  const documents = await openDocuments({ ...database, all: database.all.bind(database), single }, 500_000)
  const keep = async (digest: string): Promise<void> => {
    const writing = await documents.begin(digest, 200_000, 1)
    await writing!.add(bytesOf(200_000))
    await writing!.end()
  }
  await keep('a')
  for (failing of ['INSERT INTO document ', 'SET whole'])
    for (let tries = 0; tries < 3; tries++) await expect(keep('b')).rejects.toThrow('full')
  failing = ''
  await keep('b')
  expect(['a', 'b'].filter((digest) => documents.sizeOf(digest) !== null)).toEqual(['a', 'b'])
  const [row] = await database.all<{ parts: number }>('SELECT count(*) parts FROM document_part')
  expect(row).toEqual({ parts: 4 })
  writes.length = 0
  for (let at = 1; at < 1000; at++) await documents.use('a', 120_000 + at)
  expect(writes).toHaveLength(1)
})
