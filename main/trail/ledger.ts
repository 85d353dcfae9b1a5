/**
 * Where the chain is kept: a database of its own, encrypted by a key that only the vault gives. Records are appended and
 * never changed; beside each there is only what follows from its text.
 */
import { randomBytes } from 'node:crypto'
import { access, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { type TrailEntry, type TrailQuestion, type TrailRow } from '../../preload/contract/trail.ts'
import { folded } from '../../preload/contract/text.ts'
import type { Database } from '../engine/cache/database.ts'
import type { Value } from '../engine/cache/reader.ts'
import { hashOf, nothingBefore, readRecord, wordsOf, writeRecord } from './record.ts'
import { makeSpoolKey, type SpoolPlace } from './spool.ts'
import type { Row } from './verify.ts'

/** What is derived from the vault's key for it. */
export const trailPurpose = 'Vigie trail'
export const trailFile = (folder: string): string => join(folder, 'trail.sqlite')

const schema = `
CREATE TABLE record (
  sequence INTEGER PRIMARY KEY,
  body TEXT NOT NULL,
  words TEXT NOT NULL,
  at INTEGER GENERATED ALWAYS AS (json_extract(body, '$.at')) VIRTUAL,
  kind TEXT GENERATED ALWAYS AS (json_extract(body, '$.kind')) VIRTUAL,
  screen INTEGER GENERATED ALWAYS AS (json_extract(body, '$.screen')) VIRTUAL
) STRICT;
CREATE INDEX record_at ON record (at);
CREATE INDEX record_kind ON record (kind, sequence);
CREATE INDEX record_screen ON record (screen, sequence);
CREATE TABLE trail (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  trail TEXT NOT NULL,
  forwarded INTEGER NOT NULL,
  -- the last seal that has its stamp
  stamped INTEGER NOT NULL,
  spool_public TEXT NOT NULL,
  spool_private BLOB NOT NULL
) STRICT;
CREATE TABLE spooled (run TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT;
PRAGMA user_version = 1;
`

export interface Head {
  trail: string
  sequence: number
  hash: string
}

export interface Appended {
  entry: TrailEntry
  /** where it was in the spool; null: it is the trail's own */
  place: SpoolPlace | null
}

export interface Ledger {
  head(): Head
  readonly spoolKey: { publicKey: string; privateKey: Uint8Array }
  /** how far each run of the spool is in the chain */
  spooled(): Promise<ReadonlyMap<string, number>>
  /** in this order, all of them or none; durable when it resolves */
  append(entries: readonly Appended[]): Promise<void>
  /** the spool is empty: nothing of it comes again. @param run but for this one */
  forgetSpooled(run: string | null): Promise<void>
  /** the first record that no seal covers */
  unsealed(): Promise<number>
  /** seals without a stamp, the oldest first */
  unstamped(limit: number): Promise<{ sequence: number; signature: string }[]>
  forwarded(): number
  setForwarded(sequence: number): Promise<void>
  textOf(sequence: number): Promise<string | null>
  textsFrom(sequence: number, limit: number): Promise<{ sequence: number; body: string }[]>
  /** all, in order */
  rows(from?: number): AsyncIterable<Row>
  /** @param most the rank of the markings that may be seen, as their ids; null: all */
  find(question: TrailQuestion, seen: readonly string[] | null): Promise<{ rows: TrailRow[]; more: boolean }>
  close(): Promise<void>
}

const page = 500

const rowOf = ({ sequence, body }: { sequence: number; body: string }): TrailRow[] => {
  const record = readRecord(body)
  if (record === null) return []
  const { trail: _, before: _before, ...row } = record
  return [{ ...row, sequence, detail: JSON.stringify(row.detail).slice(0, 4096) }]
}

const liked = (text: string): string => `%${folded(text).replace(/[\\%_]/g, '\\$&')}%`

function conditionsOf(
  question: TrailQuestion,
  seen: readonly string[] | null,
): { sql: string; values: Value[] } {
  const conditions: string[] = []
  const values: Value[] = []
  const say = (sql: string, ...given: Value[]): void => {
    conditions.push(sql)
    values.push(...given)
  }
  const { words, screen, from, until, before } = question
  for (const { text, kinds } of words)
    say(
      `(words LIKE ? ESCAPE '\\' ${kinds.length > 0 ? `OR kind IN (${kinds.map(() => '?').join(', ')})` : ''})`,
      liked(text),
      ...kinds,
    )
  if (screen !== null) say('screen = ?', screen)
  if (from !== null) say('at >= ?', from)
  if (until !== null) say('at <= ?', until)
  if (before !== null) say('sequence < ?', before)
  if (seen !== null) {
    const marking = "json_extract(body, '$.marking')"
    say(`(${marking} IS NULL OR ${marking} IN (${seen.map(() => '?').join(', ')}))`, ...seen)
  }
  return { sql: conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`, values }
}

async function begin(database: Database): Promise<void> {
  const [version] = await database.all<{ user_version: number }>('PRAGMA user_version')
  if (version?.user_version === 1) return
  await database.transaction(async () => {
    await database.script(schema)
    const { publicKey, privateKey } = makeSpoolKey()
    await database.run(
      'INSERT INTO trail (id, trail, forwarded, stamped, spool_public, spool_private) VALUES (1, ?, 0, 0, ?, ?)',
      [randomBytes(16).toString('hex'), publicKey, privateKey],
    )
  })
}

interface Kept {
  trail: string
  forwarded: number
  spool_public: string
  spool_private: Uint8Array
}

/** @returns `trail.damaged` where it can't be read with this key */
export async function openLedger(
  folder: string,
  key: Uint8Array,
  { readOnly = false }: { readOnly?: boolean } = {},
): Promise<Result<Ledger>> {
  const file = trailFile(folder)
  // only now: nothing native is loaded before the app has judged how it was started
  const { openDatabase, problemOf } = await import('../engine/cache/database.ts')
  const opened = await openDatabase(file, { key, readOnly })
  const damaged = (code: string) => (code === 'cache.damaged' ? 'trail.damaged' : 'trail.unwritable')
  if (!opened.ok) return fail(damaged(opened.error.code), opened.error.message, file)
  const database = opened.value
  let kept: Kept
  let head: Head
  let forwarded: number
  try {
    if (!readOnly) await begin(database)
    const [only] = await database.all<Kept>('SELECT * FROM trail')
    if (only === undefined) throw new Error('SQLITE_CORRUPT: there is no trail in it')
    kept = only
    forwarded = kept.forwarded
    const [last] = await database.all<{ sequence: number; body: string }>(
      'SELECT sequence, body FROM record ORDER BY sequence DESC LIMIT 1',
    )
    head = {
      trail: kept.trail,
      sequence: last?.sequence ?? 0,
      hash: last === undefined ? nothingBefore : hashOf(last.body),
    }
  } catch (error) {
    await database.close().catch(() => undefined)
    const problem = problemOf(error, file)
    return problem.ok ? problem : fail(damaged(problem.error.code), problem.error.message, file)
  }

  return ok({
    head: () => head,
    spoolKey: { publicKey: kept.spool_public, privateKey: kept.spool_private },
    async spooled() {
      const all = await database.all<{ run: string; n: number }>('SELECT run, n FROM spooled')
      return new Map(all.map(({ run, n }) => [run, n]))
    },
    async append(entries) {
      let next = head
      await database.transaction(async () => {
        next = head
        for (const { entry, place } of entries) {
          const sequence = next.sequence + 1
          const body = writeRecord({ trail: next.trail, sequence, before: next.hash, ...entry })
          await database.run('INSERT INTO record (sequence, body, words) VALUES (?, ?, ?)', [
            ...[sequence, body, wordsOf(entry)],
          ])
          if (place !== null)
            await database.run('INSERT OR REPLACE INTO spooled (run, n) VALUES (?, ?)', [place.run, place.n])
          if (entry.kind === 'trail.stamp')
            await database.run('UPDATE trail SET stamped = ?', [Number(entry.detail['seal'])])
          next = { trail: next.trail, sequence, hash: hashOf(body) }
        }
      })
      head = next
    },
    forgetSpooled: (run) => database.single('DELETE FROM spooled WHERE run IS NOT ?', [run]),
    async unsealed() {
      const [row] = await database.all<{ last: number | null }>(
        "SELECT max(sequence) AS last FROM record WHERE kind = 'trail.seal'",
      )
      return (row?.last ?? 0) + 1
    },
    unstamped(limit) {
      return database.all<{ sequence: number; signature: string }>(
        `SELECT sequence, json_extract(body, '$.detail.signature') AS signature FROM record
         WHERE kind = 'trail.seal' AND sequence > (SELECT stamped FROM trail) ORDER BY sequence LIMIT ?`,
        [limit],
      )
    },
    forwarded: () => forwarded,
    async setForwarded(sequence) {
      await database.single('UPDATE trail SET forwarded = ?', [sequence])
      forwarded = sequence
    },
    async textOf(sequence) {
      const [row] = await database.all<{ body: string }>('SELECT body FROM record WHERE sequence = ?', [
        sequence,
      ])
      return row?.body ?? null
    },
    textsFrom: (sequence, limit) =>
      database.all('SELECT sequence, body FROM record WHERE sequence >= ? ORDER BY sequence LIMIT ?', [
        sequence,
        limit,
      ]),
    async *rows(from = 1) {
      for (let after = from - 1; ;) {
        const rows = await database.all<Row & { sequence: number }>(
          'SELECT sequence, body, words FROM record WHERE sequence > ? ORDER BY sequence LIMIT ?',
          [after, page],
        )
        yield* rows
        const last = rows.at(-1)
        if (last === undefined) return
        after = last.sequence
      }
    },
    async find(question, seen) {
      const { sql, values } = conditionsOf(question, seen)
      const { limit } = question
      const rows = await database.all<{ sequence: number; body: string }>(
        `SELECT sequence, body FROM record ${sql} ORDER BY sequence DESC LIMIT ?`,
        [...values, limit + 1],
      )
      return { rows: rows.slice(0, limit).flatMap(rowOf), more: rows.length > limit }
    },
    close: () => database.close(),
  })
}

/** What can't be read any more is kept for who looks into it; a new trail begins, and says so. @returns its new name */
export async function setAside(folder: string, now: number): Promise<string> {
  const name = `trail.sqlite.damaged-${new Date(now).toISOString().replace(/[:.]/g, '-')}`
  for (const suffix of ['', '-wal', '-shm']) {
    const file = trailFile(folder) + suffix
    const isThere = await access(file).then(
      () => true,
      () => false,
    )
    if (isThere) await rename(file, join(folder, name + suffix))
  }
  return name
}
