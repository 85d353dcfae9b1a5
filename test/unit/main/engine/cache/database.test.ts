import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openDatabase, type Database } from '../../../../../main/engine/cache/database.ts'

let folder: string
let database: Database

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-database-'))
  const opened = await openDatabase(join(folder, 'cache.db'), { key: randomBytes(32) })
  if (!opened.ok) throw new Error(opened.error.message)
  database = opened.value
  await database.script('CREATE TABLE thing (name TEXT PRIMARY KEY)')
})
afterEach(async () => {
  await database.close()
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

it('closes whatever was asked for at once, or is asked for while it closes', async () => {
  const folderToo = await mkdtemp(join(tmpdir(), 'vigie-database-'))
  const opened = await openDatabase(join(folderToo, 'cache.db'), { key: null })
  if (!opened.ok) throw new Error(opened.error.message)
  const other = opened.value
  await other.script('CREATE TABLE thing (name TEXT PRIMARY KEY)')
  const ask = () => other.all('SELECT name FROM thing WHERE name = ?', ['a'])
  await Promise.all([ask(), ask(), ask()])
  const asked = ask()
  const written = other.single('INSERT INTO thing VALUES (?)', ['a'])
  const closed = other.close()
  const late = Promise.allSettled([other.single('INSERT INTO thing VALUES (?)', ['b']), closed.then(ask)])
  await expect(Promise.all([asked, written, closed])).resolves.toBeDefined()
  expect((await late).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await rm(folderToo, { recursive: true })
})
