/**
 * A database given another key. All of it is written anew in one transaction with a rollback journal: until that is
 * committed, whatever ends it, the database answers to the old key. Not with its usual log: the pages of the new key would
 * lie in that, and who opens the database reads the first page before the log.
 */
import { access } from 'node:fs/promises'
import { basename } from 'node:path'
import sqlite3 from 'sqlite3'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import { cipher, exec, openFile, problemOf } from './database.ts'

/** ms: who has it open for a moment lets it go within that */
const patience = 500

const hex = (key: Uint8Array): string => `x'${Buffer.from(key).toString('hex')}'`
const close = (database: sqlite3.Database): Promise<void> =>
  new Promise((resolve) => database.close(() => resolve()))

/** @returns the connection, if the database answers to this key */
async function openWith(file: string, key: Uint8Array): Promise<Result<sqlite3.Database>> {
  let database: sqlite3.Database
  try {
    database = await openFile(file, sqlite3.OPEN_READWRITE)
  } catch (error) {
    return fail('cache.unwritable', String(error), file)
  }
  try {
    await exec(database, `PRAGMA key = "${hex(key)}"; ${cipher} PRAGMA cipher_log_level = ERROR;`)
    await exec(database, `PRAGMA cipher_memory_security = ON; PRAGMA busy_timeout = ${patience};`)
    await exec(database, 'SELECT count(*) FROM sqlite_master;')
    return ok(database)
  } catch (error) {
    await close(database)
    return problemOf(error, file)
  }
}

const modeOf = (database: sqlite3.Database): Promise<string> =>
  new Promise((resolve, reject) => {
    database.get('PRAGMA journal_mode = DELETE', (error: Error | null, row?: { journal_mode: string }) => {
      if (error) reject(error)
      else resolve(row?.journal_mode ?? '')
    })
  })

export interface Alone {
  rekey(key: Uint8Array): Promise<Result<undefined>>
  close(): Promise<void>
}

/**
 * Opens a database that nobody else has open, and that nobody else can open until this is closed.
 *
 * @param keys the first that it answers to counts
 * @returns null: it is not there; `vault.in-use`: somebody has it open
 */
export async function openAlone(file: string, keys: readonly Uint8Array[]): Promise<Result<Alone | null>> {
  const there = await access(file).then(
    () => true,
    () => false,
  )
  if (!there) return ok(null)
  const inUse = (why: string) => fail<Alone>('vault.in-use', why, file)
  let database: sqlite3.Database | null = null
  let problem: Result<never> = fail('cache.damaged', 'there is no key to open it with', file)
  for (const key of keys) {
    const opened = await openWith(file, key)
    if (opened.ok) {
      database = opened.value
      break
    }
    if (/SQLITE_BUSY/.test(opened.error.message)) return inUse(opened.error.message)
    problem = opened
  }
  if (database === null) return problem
  const alone = database
  try {
    // who has it open with its log keeps a lock for as long: the log can't be left then
    const mode = await modeOf(alone)
    if (mode !== 'delete') {
      await close(alone)
      return inUse(`somebody has ${basename(file)} open`)
    }
    await exec(alone, 'PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = EXTRA; BEGIN EXCLUSIVE; COMMIT;')
  } catch (error) {
    await close(alone)
    const text = String(error)
    return /SQLITE_BUSY|SQLITE_LOCKED/.test(text) ? inUse(text) : problemOf(error, file)
  }
  return ok({
    async rekey(key) {
      try {
        await exec(alone, `PRAGMA rekey = "${hex(key)}";`)
        await exec(alone, 'SELECT count(*) FROM sqlite_master;')
        return ok(undefined)
      } catch (error) {
        return problemOf(error, file)
      }
    },
    close: () => close(alone),
  })
}
