/** SQLCipher behind the sqlite3 API, with promises. One connection writes, in transactions that never mix. */
import { chmod } from 'node:fs/promises'
import sqlite3 from 'sqlite3'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import type { Reader, Value } from './reader.ts'

export interface Database extends Reader {
  /** one statement; prepared once per text */
  run(sql: string, values?: readonly Value[]): Promise<void>
  /** several statements without values */
  script(sql: string): Promise<void>
  /**
   * What `work` writes is there as a whole or not at all. Works run one after the other; those that wait for the
   * same disk are made durable together (group commit), and one that fails takes no other along.
   */
  transaction<T>(work: () => Promise<T>): Promise<T>
  /** one statement that is a transaction by itself, in turn with the others */
  single(sql: string, values: readonly Value[]): Promise<void>
  /**
   * What was overwritten is then in no file any more: the log beside the database is written into it and emptied.
   * @returns false: somebody reads what it holds, so it is to be asked for again
   */
  emptyLog(): Promise<boolean>
  close(): Promise<void>
}

/** Statements kept prepared; beyond this many the oldest goes. */
const keptStatements = 64
/** ms that a statement waits for who holds the file */
const patience = 5000

export interface OpenOptions {
  /** 32 bytes; null: not encrypted, only to measure what encryption costs */
  key: Uint8Array | null
  readOnly?: boolean
}

export const openFile = (file: string, mode: number): Promise<sqlite3.Database> =>
  new Promise((resolve, reject) => {
    const database = new sqlite3.Database(file, mode, (error) => {
      if (error) reject(error)
      else resolve(database)
    })
  })

export const exec = (database: sqlite3.Database, sql: string): Promise<void> =>
  new Promise((resolve, reject) => {
    database.exec(sql, (error) => {
      if (error) reject(error)
      else resolve()
    })
  })

/** Work that is to be durable, and whom to tell. */
interface Waiting {
  work: () => Promise<unknown>
  /** one statement: alone it needs no transaction around it */
  single: boolean
  /** can't be done in a transaction, nor together with one */
  apart: boolean
  resolve: (done: unknown) => void
  reject: (error: unknown) => void
  done: unknown
  failed: boolean
}

function wrap(database: sqlite3.Database): Database {
  /** as promises: two that want the same text at once share one statement, or one of them would never be finalized */
  const statements = new Map<string, Promise<sqlite3.Statement>>()
  /** under way on this connection: it can't be closed before they end */
  const underWay = new Set<Promise<unknown>>()
  let closing = false
  let waiting: Waiting[] = []
  let writing: Promise<void> | null = null

  const finalize = async (prepared: Promise<sqlite3.Statement>): Promise<void> => {
    const statement = await prepared.catch(() => null)
    await new Promise<void>((resolve) => {
      if (statement === null) resolve()
      else statement.finalize(() => resolve())
    })
  }

  const prepare = (sql: string): Promise<sqlite3.Statement> => {
    const known = statements.get(sql)
    if (known) return known
    const prepared = new Promise<sqlite3.Statement>((resolve, reject) => {
      const made = database.prepare(sql, (error: Error | null) => {
        if (error) reject(error)
        else resolve(made)
      })
    })
    statements.set(sql, prepared)
    prepared.catch(() => statements.delete(sql))
    const [oldest] = statements
    if (statements.size > keptStatements && oldest) {
      statements.delete(oldest[0])
      // what still uses it was queued before: the library finalizes in turn
      void finalize(oldest[1])
    }
    return prepared
  }

  const onStatement = async <T>(
    sql: string,
    use: (statement: sqlite3.Statement) => Promise<T>,
  ): Promise<T> => {
    const used = prepare(sql).then(use)
    underWay.add(used)
    try {
      return await used
    } finally {
      underWay.delete(used)
    }
  }

  const run = (sql: string, values: readonly Value[] = []): Promise<void> =>
    onStatement(
      sql,
      (statement) =>
        new Promise<void>((resolve, reject) => {
          statement.run(values, (error: Error | null) => {
            if (error) reject(error)
            else resolve()
          })
        }),
    )

  const doOne = async (one: Waiting): Promise<void> => {
    await exec(database, 'SAVEPOINT one')
    try {
      one.done = await one.work()
    } catch (error) {
      // without memory or space SQLite takes the whole transaction back by itself: all of it failed, and by this
      await exec(database, 'ROLLBACK TO one').catch(() => {
        throw error
      })
      one.reject(error)
      one.failed = true
    }
    await exec(database, 'RELEASE one')
  }

  const together = async (works: readonly Waiting[]): Promise<void> => {
    const alone = works.length === 1 ? works[0] : undefined
    try {
      if (alone?.single) alone.done = await alone.work()
      else {
        await exec(database, 'BEGIN IMMEDIATE')
        try {
          // alone it needs no savepoint: what takes it back takes all back
          if (alone) alone.done = await alone.work()
          else for (const one of works) await doOne(one)
          await exec(database, 'COMMIT')
        } catch (error) {
          await exec(database, 'ROLLBACK').catch(() => undefined)
          throw error
        }
      }
      for (const one of works) if (!one.failed) one.resolve(one.done)
    } catch (error) {
      for (const one of works) one.reject(error)
    }
  }

  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const works = waiting.filter(({ apart }) => !apart)
      const apart = waiting.filter(({ apart }) => apart)
      waiting = []
      if (works.length > 0) await together(works)
      for (const one of apart) await together([one])
    }
    writing = null
  }

  const inTurn = <T>(work: () => Promise<T>, single: boolean, apart = false): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (closing) throw new Error('the database is closed')
      waiting.push({
        work,
        single,
        apart,
        resolve: resolve as Waiting['resolve'],
        reject,
        done: undefined,
        failed: false,
      })
      writing ??= Promise.resolve().then(writeAll)
    })

  const all = <Row>(sql: string, values: readonly Value[] = []): Promise<Row[]> =>
    onStatement(
      sql,
      (statement) =>
        new Promise<Row[]>((resolve, reject) => {
          statement.all(values, (error: Error | null, rows: Row[]) => {
            if (error) reject(error)
            else resolve(rows)
          })
        }),
    )

  /** Commits wait for it, so it waits for nobody for long. */
  const emptyLog = async (): Promise<boolean> => {
    await exec(database, 'PRAGMA busy_timeout = 100;')
    try {
      const [answer] = await all<{ busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)')
      return answer?.busy === 0
    } finally {
      await exec(database, `PRAGMA busy_timeout = ${patience};`)
    }
  }

  return {
    run,
    all: (sql, values) =>
      closing && writing === null ? Promise.reject(new Error('the database is closed')) : all(sql, values),
    script: (sql) => exec(database, sql),
    transaction: (work) => inTurn(work, false),
    single: (sql, values) => inTurn(() => run(sql, values), true),
    emptyLog: () => inTurn(emptyLog, true, true),
    async close() {
      closing = true
      await writing
      await Promise.allSettled(underWay)
      for (const statement of statements.values()) await finalize(statement)
      statements.clear()
      await new Promise<void>((resolve, reject) => {
        database.close((error) => {
          if (error) reject(error)
          else resolve()
        })
      })
    },
  }
}

/**
 * WAL with `synchronous = FULL`: an event that is reported persisted survives a power cut, not only a kill.
 * Temporary tables and sorts stay in memory: SQLite would write them in clear (SQLCipher encrypts those of its
 * own files only). `secure_delete`: what is deleted is overwritten. Every 1,000 pages the commit that is at it brings the
 * log into the database: more at once would keep the events of that one waiting.
 */
const settings = `
PRAGMA temp_store = MEMORY;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA secure_delete = ON;
PRAGMA wal_autocheckpoint = 1000;
PRAGMA busy_timeout = ${patience};
`

/**
 * Pages of 8 KiB, and each page's authentication by HMAC-SHA-256: processors have instructions for it, and a
 * commit costs two thirds of what it does with SQLCipher's default, HMAC-SHA-512.
 */
const pageBytes = 8192
export const cipher = `PRAGMA cipher_page_size = ${pageBytes}; PRAGMA cipher_hmac_algorithm = HMAC_SHA256;`

/**
 * With `cipher_memory_security` SQLCipher keeps its memory out of the swap and wipes it when it is given back, as far
 * as RLIMIT_MEMLOCK goes. It costs a tenth of the intake's processor time (14.5 against 13.3 µs an event, medians of 5
 * rounds in processes of their own: once on, it stays on for the process), and is worth it.
 * The key itself is in a text while it is being set: SQLite's API takes no other. The text is not kept.
 */
export async function openDatabase(file: string, options: OpenOptions): Promise<Result<Database>> {
  const mode = options.readOnly ? sqlite3.OPEN_READONLY : sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE
  let database: sqlite3.Database
  try {
    database = await openFile(file, mode)
    if (!options.readOnly) await chmod(file, 0o600)
  } catch (error) {
    return fail('cache.unwritable', String(error), file)
  }
  try {
    if (options.key) {
      const hex = Buffer.from(options.key).toString('hex')
      await exec(database, `PRAGMA key = "x'${hex}'"; ${cipher}`)
      // what no longer fits into the locked memory is no news: it would be a line for each piece
      await exec(database, 'PRAGMA cipher_log_level = ERROR; PRAGMA cipher_memory_security = ON;')
    } else await exec(database, `PRAGMA page_size = ${pageBytes};`)
    // The first read is what proves the key.
    await exec(database, 'SELECT count(*) FROM sqlite_master;')
    await exec(
      database,
      options.readOnly ? `PRAGMA temp_store = MEMORY; PRAGMA busy_timeout = ${patience};` : settings,
    )
  } catch (error) {
    await new Promise((resolve) => database.close(resolve))
    return problemOf(error, file)
  }
  return ok(wrap(database))
}

/** SQLite's own words into ours. SQLCipher says NOTADB for a wrong key and for a destroyed first page alike. */
export function problemOf(error: unknown, file: string): Result<never> {
  const text = String(error)
  if (text.includes('SQLITE_NOTADB'))
    return fail('cache.damaged', 'the key does not fit this database, or its first page is damaged', file)
  if (text.includes('SQLITE_CORRUPT')) return fail('cache.damaged', text, file)
  return fail('cache.unwritable', text, file)
}
