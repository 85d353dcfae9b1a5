/** What of the picture is on the disk, whatever the disk refused and whatever went on meanwhile: seen by the next start. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Cache } from '../../../../../main/engine/cache/cache.ts'
import { databaseFile } from '../../../../../main/engine/cache/database-file.ts'
import { createCommitter, type Committer, type Lane } from '../../../../../main/engine/cache/commit.ts'
import { compact } from '../../../../../main/engine/cache/compact.ts'
import { openDatabase } from '../../../../../main/engine/cache/database.ts'
import { positionOf, type Held } from '../../../../../main/engine/cache/held.ts'
import { writeState } from '../../../../../main/engine/cache/write-state.ts'
import { createCheck, rulesOf } from '../../../../../main/engine/check/check.ts'
import type { Event } from '../../../../../main/engine/event/event.ts'
import { createPicture, type Picture } from '../../../../../main/engine/picture/picture.ts'
import type { Table } from '../../../../../main/engine/picture/table.ts'
import { createProduct } from '../../../../../main/engine/product.ts'
import { createProducts } from '../../../../../main/engine/products.ts'
import type { Windows } from '../../../../../main/engine/windows/windows.ts'
import { createAuthority } from '../../../../../main/exercise/authority.ts'
import { encode } from '../../../../../main/exercise/message.ts'
import { defaultScheme } from '../../../../../preload/contract/marking.ts'
import { message, product } from '../../../../platform/product.ts'
import { profileFolder, remove } from '../an-engine.ts'
import { eventOf, headOf } from '../../../../doubles/event.ts'
import { nothingSent } from '../../../../doubles/outbox.ts'
import { openCacheAs, unlock, type Keys } from '../../../../platform/unlocked.ts'

const ours = product('test.ours', 'track')
const theirs = product('test.theirs', 'track')
const published = Date.now()
let profile: string
let keys: Keys
let cache: Cache
let picture: Picture
let committer: Committer
let held: Held
let other: Held
let lanes: Map<Held, Lane>
/** ms */
let monotonic = 0

const check = createCheck()

const full = new Error('no space')
/** so many of the next commits the disk refuses */
let refusals = 0
const transaction: Cache['database']['transaction'] = (work) =>
  refusals-- > 0 ? Promise.reject(full) : cache.database.transaction(work)

const open = async (): Promise<Cache> => {
  const opened = await openCacheAs(keys, profile)
  if (!opened.ok) throw new Error(opened.error.message)
  return opened.value
}
const pictureOf = (of: Cache): Picture =>
  createPicture(
    of,
    defaultScheme,
    () => 0,
    () => monotonic,
  )

beforeEach(async () => {
  refusals = 0
  profile = await profileFolder()
  const { certificate, key } = await (await createAuthority('Test', Date.now())).issueClient([['CN', 'w']])
  keys = { certificate, key }
  cache = await open()
  held = await cache.name(ours.name, ours.descriptor)
  other = await cache.name(theirs.name, theirs.descriptor)
  picture = pictureOf(cache)
  committer = createCommitter({
    outbox: nothingSent,
    database: { ...cache.database, transaction },
    dueState: () => picture.dueState(),
    applied(committed) {
      for (const { lane, batch } of committed) picture.applied(lane.held, batch, true)
    },
    failing: (_, why) => expect(why).toBe(String(full)),
  })
  lanes = new Map()
  for (const each of [held, other]) {
    await cache.database.single('UPDATE product SET live = 0, created = 1 WHERE id = ?', [each.id])
    Object.assign(each, { live: 0, created: 1 })
    picture.table(each)
    lanes.set(each, committer.lane(each, 'live'))
  }
})
afterEach(async () => {
  await close()
  await remove(profile)
})

let closed: Promise<void> | null = null
const close = async (): Promise<void> => {
  closed ??= committer.dispose().then(() => cache.close())
  await closed
}
beforeEach(() => {
  closed = null
})

const eventFor = (name: string, entity: string, sequence: number): Event => {
  const one = message(name, 'track', sequence, { entity, time: published })
  const { headers, payload } = encode(one)
  const head = headOf(headers.keys().map((key) => `${key}: ${headers.get(key)}`))
  return eventOf({ head, body: payload, entity, sequence, published })
}
const put = (of: Held, entity: string, sequence: number): void => {
  const lane = lanes.get(of)!
  const event = eventFor(of.product, entity, sequence)
  expect(check.accept(event, rulesOf(of.descriptor, defaultScheme, null), lane.batch)).toBeNull()
  committer.settled(lane, sequence, sequence, published, event.body.length)
}
/** Every state is due with the next commit. */
const later = (): void => {
  monotonic += 60_000
}
/** What the next start makes of it. */
const next = async (): Promise<{ table: Table; held: Held; dispose(): Promise<void> }> => {
  await close()
  const again = await open()
  const known = again.held.get(ours.name)!
  const table = await pictureOf(again).load(known)
  return { table, held: known, dispose: () => again.close() }
}
const sequenceOf = (table: Table, entity: string): number => {
  const row = table.rowOf(entity)
  return row === undefined ? Number.NaN : table.columns.sequence[row]!
}

it('a disk that refuses once loses nothing of it: what was to be written is written with what comes next', async () => {
  for (let i = 1; i <= 200; i++) put(held, `e-${i}`, i)
  await committer.flush()
  later()
  put(held, 'e-200', 201)
  await committer.flush()
  put(held, 'e-1', 202)
  await committer.flush()

  // somebody else holds the file just then
  const vault = await unlock(profile, keys)
  if (!vault.ok) throw new Error(vault.error.message)
  const holder = await openDatabase(databaseFile(profile), { key: vault.value.cacheKey })
  if (!holder.ok) throw new Error(holder.error.message)
  await cache.database.script('PRAGMA busy_timeout = 50')
  await holder.value.script('BEGIN IMMEDIATE')
  await expect(writeState(cache.database, picture.wholeState(held, positionOf(held)))).rejects.toThrow(
    /SQLITE_BUSY/,
  )
  await holder.value.script('ROLLBACK')
  await holder.value.close()

  later()
  put(held, 'e-150', 203)
  await committer.flush()
  later()
  put(held, 'e-150', 204)
  await committer.flush()
  const restarted = await next()
  expect(restarted.held.watermark).toBeGreaterThan(202)
  expect(sequenceOf(restarted.table, 'e-1')).toBe(202)
  expect(sequenceOf(restarted.table, 'e-150')).toBe(204)
  await restarted.dispose()
})

it('what a quiet product said one by one is all there, once its segments were joined across what was read ahead', async () => {
  await cache.database.single('UPDATE product SET live = 2 WHERE id = ?', [held.id])
  held.live = 2
  await writeState(cache.database, picture.wholeState(held, 2))
  lanes.set(held, committer.lane(held, 'history'))
  put(held, 'e-1', 1)
  put(held, 'e-1', 2)
  await committer.flush()
  lanes.set(held, committer.lane(held, 'live'))
  for (let sequence = 3; sequence <= 6; sequence++) {
    put(held, `e-${sequence}`, sequence)
    await committer.flush()
  }
  expect(held.watermark).toBeLessThan(3)
  expect(await compact(cache.database, held)).toBe(4)
  const restarted = await next()
  for (let sequence = 3; sequence <= 6; sequence++)
    expect(sequenceOf(restarted.table, `e-${sequence}`)).toBe(sequence)
  await restarted.dispose()
})

const shared = () => ({
  ...{ cache, committer, picture, check },
  upstream: 'log' as const,
  scheme: defaultScheme,
  time: Date,
  counts: { received: 0, rejected: 0 },
})

it('of a stream that was made anew nothing comes back, also not with a commit that the disk took late', async () => {
  for (let i = 1; i <= 3000; i++) put(held, `old-${i}`, i)
  await committer.flush()
  const one = createProduct({
    ...shared(),
    held,
    // just when it is to be said, all of its state is due, and the disk refuses
    time: {
      now() {
        later()
        refusals = 1
        return Date.now()
      },
    },
    changed: () => undefined,
    judged: () => undefined,
    lowers: () => false,
    sure: () => undefined,
    pictured: () => undefined,
    followed: () => undefined,
  })
  await one.opened({ first: 1, last: 2, created: 7 })
  expect(one.position()).toBeNull()
  one.state(eventFor(ours.name, 'new', 1))
  one.state(eventFor(ours.name, 'old-3000', 2))
  await one.stateDone(2, 1)
  const restarted = await next()
  expect([...restarted.table.entity].filter((entity) => restarted.table.rowOf(entity) !== undefined)).toEqual(
    ['new', 'old-3000'],
  )
  expect(sequenceOf(restarted.table, 'old-3000')).toBe(2)
  expect(restarted.held).toMatchObject({ live: 2, watermark: 2, created: 7, events: 0, ranges: [], gaps: [] })
  await restarted.dispose()
})

it('a stream that could not be begun anew for the disk is begun anew with the next attempt, whatever it has by then', async () => {
  for (let i = 1; i <= 100; i++) put(held, `old-${i}`, i)
  await committer.flush()
  let refuses = true
  const one = createProduct({
    ...shared(),
    cache: {
      ...cache,
      database: {
        ...cache.database,
        transaction: (work) => (refuses ? Promise.reject(full) : cache.database.transaction(work)),
      },
    },
    held,
    changed: () => undefined,
    judged: () => undefined,
    lowers: () => false,
    sure: () => undefined,
    pictured: () => undefined,
    followed: () => undefined,
  })
  await expect(one.opened({ first: 1, last: 2, created: 7 })).rejects.toThrow(full.message)
  expect(held.live).toBeNull()
  refuses = false
  await one.opened({ first: 1, last: 500, created: 7 })
  expect(one.position()).toBeNull()
  expect(held).toMatchObject({ watermark: 0, events: 0, ranges: [] })
})

it('of a product that is of another kind now nothing comes back of the kind before', async () => {
  for (let i = 1; i <= 300; i++) put(held, `old-${i}`, i)
  await committer.flush()
  later()
  put(held, 'old-300', 301)
  await committer.flush()
  later()
  put(other, 'somebody', 1)
  await committer.flush()
  const products = createProducts({
    ...shared(),
    followed: () => undefined,
    remade: () => undefined,
    fullness: { look: () => undefined },
    windows: { listNow: () => undefined, listSoon: () => undefined } as Windows,
    problem: ({ message: text }) => expect.unreachable(text),
    unwritable: (error) => expect.unreachable(String(error)),
  })
  const descriptor = { ...ours.descriptor, kind: 'feature' as const }
  const ofLog = products.of({ name: 'platform', upstream: 'log' })
  await ofLog.product(ours.name, { descriptor, leftOut: [] }, () => undefined)
  await products.dispose()
  const restarted = await next()
  expect([restarted.table.kind, restarted.table.entities]).toEqual(['feature', 0])
  expect(positionOf(restarted.held)).toBe(301)
  await restarted.dispose()
})
