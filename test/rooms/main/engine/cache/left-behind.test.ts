/** A stream that was made anew leaves its log behind: as much as the node keeps of a product. */
import { stat } from 'node:fs/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Cache } from '../../../../../main/engine/cache/cache.ts'
import { databaseFile } from '../../../../../main/engine/cache/database-file.ts'
import { checkpointBefore } from '../../../../../main/engine/cache/checkpoint.ts'
import type { Held } from '../../../../../main/engine/cache/held.ts'
import { readHistory } from '../../../../../main/engine/cache/history.ts'
import { letLeftBehindGo } from '../../../../../main/engine/cache/left-behind.ts'
import { beginAnew, keepCreated, recordGaps } from '../../../../../main/engine/cache/position.ts'
import { createAuthority } from '../../../../../main/exercise/authority.ts'
import { product } from '../../../../platform/product.ts'
import { profileFolder, remove } from '../an-engine.ts'
import { openCacheAs, type Keys } from '../../../../platform/unlocked.ts'

const MiB = 2 ** 20
const ours = product('test.ours', 'track')
const theirs = product('test.theirs', 'track')
const segments = 64
const tables = ['segment', 'state', 'checkpoint', 'checkpoint_block', 'gap']
let profile: string
let keys: Keys
let cache: Cache
let held: Held

const open = async (): Promise<void> => {
  const opened = await openCacheAs(keys, profile)
  if (!opened.ok) throw new Error(opened.error.message)
  cache = opened.value
  held = await cache.name(ours.name, ours.descriptor)
}
const insertSegment = (owner: number, first: number, body: Uint8Array): Promise<void> =>
  cache.database.single(
    `INSERT INTO segment (product, first, last, count, bytes, first_time, last_time, entities, body)
     VALUES (?, ?, ?, 1, ?, 1, 1, ?, ?)`,
    [owner, first, first, body.length, new Uint8Array(4), body],
  )
const countOf = async (table: string, owner: number): Promise<number> => {
  const [row] = await cache.database.all<{ count: number }>(
    `SELECT count(*) AS count FROM ${table} WHERE product = ?`,
    [owner],
  )
  return row?.count ?? 0
}
const countsOf = (owner: number): Promise<number[]> =>
  Promise.all(tables.map((table) => countOf(table, owner)))
const written = async (): Promise<number> => (await stat(`${databaseFile(profile)}-wal`)).size

beforeEach(async () => {
  profile = await profileFolder()
  const { certificate, key } = await (await createAuthority('Test', Date.now())).issueClient([['CN', 'w']])
  keys = { certificate, key }
  await open()
  const body = new Uint8Array(MiB / 2)
  for (let i = 1; i <= segments; i++) await insertSegment(held.id, i, body)
  for (let i = 0; i < 20; i++) {
    await cache.database.single('INSERT INTO state VALUES (?, ?, ?)', [held.id, i, body])
    await cache.database.single('INSERT INTO checkpoint_block VALUES (?, 1, ?, 1, ?)', [held.id, i, body])
  }
  await cache.database.single('INSERT INTO checkpoint VALUES (?, 1, 1, 1)', [held.id])
  await cache.database.single(
    `INSERT INTO quarantine (product, sequence, received, code, message, excerpt, rank) VALUES (?, 1, 1, 'internal', '', '', 255)`,
    [held.id],
  )
  await cache.close()
  await open()
  await cache.database.single('UPDATE product SET live = 0 WHERE id = ?', [held.id])
  held.live = 0
  await recordGaps(cache, held, 100, 1)
  await keepCreated(cache, held, 1)
  await cache.database.emptyLog()
})
afterEach(async () => {
  await cache.close()
  await remove(profile)
})

const refusedOf = async (): Promise<number> => countOf('quarantine', held.id)
const history = async (): Promise<number> => {
  let found = 0
  await readHistory(cache.reader, held.id, 'any', () => ++found > 0)
  return found
}

it('begins anew in one small step, and nobody reads of it what the stream before left', async () => {
  const before = held.id
  const other = await cache.name(theirs.name, theirs.descriptor)
  const size = await written()
  await beginAnew(cache, held, 7)
  expect((await written()) - size).toBeLessThan(MiB)
  for (const look of [held, (await cache.look()).get(ours.name)])
    expect(look).toMatchObject({
      ...{ live: null, origin: 1, watermark: 0, created: 7, events: 0, bytes: 0, ranges: [], gaps: [] },
    })
  expect(held.id).toBeGreaterThan(Math.max(before, other.id))
  expect(await countsOf(held.id)).toEqual([0, 0, 0, 0, 0])
  expect(await checkpointBefore(cache.reader, held.id, Infinity)).toBeNull()
  expect(await history()).toBe(0)
  // what was refused is the product's, whichever its stream
  expect(await refusedOf()).toBe(1)
  // whoever is named next gets no number that somebody had before
  expect((await cache.name('test.third', theirs.descriptor)).id).toBeGreaterThan(held.id)
})

it('lets go of it in steps that let commits in between, all of it, and of nothing else', async () => {
  const before = held.id
  await beginAnew(cache, held, 7)
  await insertSegment(held.id, 1, new Uint8Array(100))
  const left: number[] = []
  for (;;) {
    const size = await written()
    const step = letLeftBehindGo(cache.database)
    const commit = insertSegment(held.id, left.length + 2, new Uint8Array(100))
    if ((await step) === 0) break
    await commit
    left.push(await countOf('segment', before))
    expect((await written()) - size).toBeLessThan(16 * MiB)
  }
  expect(left.length).toBeGreaterThan(4)
  expect(await countsOf(before)).toEqual([0, 0, 0, 0, 0])
  expect(await countOf('segment', held.id)).toBe(left.length + 2)
})

it('goes on letting go after a start that came between', async () => {
  const before = held.id
  await beginAnew(cache, held, 7)
  await letLeftBehindGo(cache.database)
  const half = await countOf('segment', before)
  expect(half).toBeGreaterThan(0)
  expect(half).toBeLessThan(segments)
  await cache.close()
  await open()
  expect(held).toMatchObject({ live: null, created: 7, events: 0, ranges: [], gaps: [] })
  while ((await letLeftBehindGo(cache.database)) > 0);
  expect(await countsOf(before)).toEqual([0, 0, 0, 0, 0])
})

it('is where it was if the disk does not take it', async () => {
  const before = held.id
  const group = Promise.allSettled([
    beginAnew(cache, held, 7),
    cache.database.transaction(() =>
      cache.database.run("INSERT OR ROLLBACK INTO product (id, name, descriptor) VALUES (?, 'x', '')", [
        held.id,
      ]),
    ),
  ])
  expect((await group).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(held).toMatchObject({ id: before, created: 1 })
  expect((await cache.look()).get(ours.name)).toMatchObject({ id: before, created: 1, events: segments })
})
