/** What is let go is in no file any more. Without encryption here: what was there would be found. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { newHeld, type Held } from '../../../../../main/engine/cache/held.ts'
import { openDatabase, type Database } from '../../../../../main/engine/cache/database.ts'
import { migrate } from '../../../../../main/engine/cache/migrations.ts'
import { purge } from '../../../../../main/engine/cache/retention.ts'
import { headBytes } from '../../../../../main/engine/event/record.ts'
import { product } from '../../../../platform/product.ts'
import { profileFolder, remove } from '../an-engine.ts'

const canary = 'Zéphyrine Quarantotte'
const { name, descriptor } = product('test.things', 'note')
let folder: string
let file: string
let database: Database
let held: Held

const open = async (readOnly: boolean): Promise<Database> => {
  const opened = await openDatabase(file, { key: null, readOnly })
  if (!opened.ok) throw new Error(opened.error.message)
  return opened.value
}

beforeEach(async () => {
  folder = await profileFolder()
  file = join(folder, 'cache.db')
  database = await open(false)
  await migrate(database)
  held = { ...newHeld(1, name, descriptor), live: 0 }
  await database.run('INSERT INTO product (name, descriptor) VALUES (?, ?)', [name, '{}'])
})
afterEach(async () => {
  await database.close()
  await remove(folder)
})

/** Segments as large as a page and larger ones, in turn: those overflow it. */
const put = async (count: number): Promise<void> => {
  for (let sequence = 1; sequence <= count; sequence++) {
    const body = Buffer.from(`${canary} ${sequence} `.repeat(sequence % 2 === 0 ? 10 : 2000))
    await database.run(
      `INSERT INTO segment (product, first, last, count, bytes, first_time, last_time, entities, body)
       VALUES (1, ?, ?, 1, ?, ?, ?, ?, ?)`,
      [sequence, sequence, body.length, sequence, sequence, Buffer.alloc(4), body],
    )
    held.events++
    held.bytes += body.length
    held.ranges = [{ first: 1, last: sequence }]
  }
  await database.run(
    `INSERT INTO quarantine (product, sequence, received, code, message, event, excerpt, rank)
     VALUES (1, 0, 5, 'internal', '', NULL, ?, 0)`,
    [canary],
  )
  // the picture of later than what goes, with something in it that is older
  const record = Buffer.alloc(headBytes + canary.length * 2)
  record.writeUInt32LE(record.length)
  record.writeDoubleLE(5, 12)
  record.write(canary, headBytes)
  await database.run('INSERT OR REPLACE INTO checkpoint VALUES (1, 2000, 2000, 2000)')
  await database.run('INSERT OR REPLACE INTO checkpoint_block VALUES (1, 2000, 0, 5, ?)', [
    Buffer.concat([Buffer.of(0), record]),
  ])
}

/** The files in which a word of it is still to be found. */
const found = async (): Promise<string[]> => {
  const files: string[] = []
  for (const each of await readdir(folder))
    if ((await readFile(join(folder, each))).includes(canary)) files.push(each)
  return files.sort()
}

it('neither in the database nor in the log beside it, whether it had got there or not', async () => {
  await put(40)
  expect(await found()).toContain('cache.db-wal')
  // some of it is in the database already
  expect(await database.emptyLog()).toBe(true)
  expect(await found()).toEqual(['cache.db'])
  expect(await purge(database, held, 1000)).toEqual({ events: 40, rejected: 1, checkpoints: 1 })
  expect(await found()).toEqual(['cache.db'])
  expect(await database.emptyLog()).toBe(true)
  expect(await found()).toEqual([])
  expect((await stat(`${file}-wal`)).size).toBe(0)
})

it('while somebody reads what it was, it is said that it is still there', async () => {
  await put(10)
  const reader = await open(true)
  await reader.script('BEGIN')
  expect(await reader.all('SELECT first FROM segment')).toHaveLength(10)
  await purge(database, held, 1000)
  expect(await database.emptyLog()).toBe(false)
  // and nobody was kept from writing
  await put(2)
  await purge(database, held, 1000)
  await reader.script('COMMIT')
  await reader.close()
  expect(await database.emptyLog()).toBe(true)
  expect(await found()).toEqual([])
})
