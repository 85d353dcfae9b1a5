import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openDatabase, type Database } from '../../../../../main/engine/cache/database.ts'

let folder: string
let database: Database
let closed: boolean

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-database-'))
  const opened = await openDatabase(join(folder, 'cache.db'), { key: randomBytes(32) })
  if (!opened.ok) throw new Error(opened.error.message)
  database = opened.value
  closed = false
  await database.script('CREATE TABLE thing (name TEXT PRIMARY KEY)')
})
afterEach(async () => {
  if (!closed) await database.close()
  await rm(folder, { recursive: true })
})

const add = (name: string): Promise<void> => database.run('INSERT INTO thing VALUES (?)', [name])
const names = async (): Promise<string[]> =>
  (await database.all<{ name: string }>('SELECT name FROM thing ORDER BY name')).map(({ name }) => name)

it('makes what waits together durable together, and one that fails takes no other along', async () => {
  const results = await Promise.allSettled([
    database.transaction(() => add('a')),
    database.transaction(async () => {
      await add('half')
      throw new Error('no further')
    }),
    database.single('INSERT INTO thing VALUES (?)', ['b']),
    database.transaction(async () => {
      await add('c')
      return 'made'
    }),
    database.single('INSERT INTO thing VALUES (?)', ['a']),
  ])
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'rejected',
  ])
  expect(results[3]).toMatchObject({ value: 'made' })
  expect(await names()).toEqual(['a', 'b', 'c'])
})

it('goes on after one that failed alone', async () => {
  await expect(database.transaction(() => database.run('INSERT INTO nothing VALUES (1)'))).rejects.toThrow(
    /nothing/,
  )
  await database.transaction(() => add('later'))
  expect(await names()).toEqual(['later'])
})

it('says what went wrong, also where nothing is left to go back to', async () => {
  await add('a')
  const results = await Promise.allSettled([
    database.transaction(() => add('b')),
    // SQLite takes the whole transaction back, as it does when it has no memory or no space
    database.transaction(() => database.run("INSERT OR ROLLBACK INTO thing VALUES ('a')")),
  ])
  for (const result of results)
    expect(result).toMatchObject({
      status: 'rejected',
      reason: { message: expect.stringContaining('UNIQUE') },
    })
  await database.transaction(() => add('c'))
  expect(await names()).toEqual(['a', 'c'])
})

it('closes while it is being read: what was asked is answered, and what comes later is refused', async () => {
  await add('a')
  // many at once with one text that was never prepared before
  const asked = Array.from({ length: 40 }, () =>
    database.all('SELECT name FROM thing WHERE name >= ?', ['a']),
  )
  const written = database.transaction(() => add('b'))
  await database.close()
  closed = true
  for (const rows of await Promise.all(asked)) expect(rows).toContainEqual({ name: 'a' })
  await expect(written).resolves.toBeUndefined()
  await expect(database.all('SELECT 1')).rejects.toThrow(/closed/)
  await expect(database.single('DELETE FROM thing', [])).rejects.toThrow(/closed/)
})

it('keeps no statement that nobody finalizes, however many texts there were', async () => {
  await Promise.all(Array.from({ length: 200 }, (_, n) => database.all(`SELECT ${n}`)))
  await database.close()
  closed = true
})
