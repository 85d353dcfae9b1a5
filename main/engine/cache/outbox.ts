/**
 * What this node has to tell its platform, in the order in which it was done, until it has come back. An entry leaves in
 * the transaction in which its event is committed (commit.ts), so nothing is lost between the two, and nothing counts
 * twice. What has left stays for a while as its id alone: whoever says it again, because nobody could answer them, is
 * told that it is kept, and it is not sent again.
 */
import { fail, ok, type Problem, type Result } from '../../../preload/contract/result.ts'
import { readId } from '../event/record.ts'
import type { Batch } from '../event/batch.ts'
import type { Database } from './database.ts'
import type { Reader, Value } from './reader.ts'

/** What it is: somebody's act, a new version of a thing that people share, a line of the log, or what comes with files. */
export type EntryKind = 'act' | 'shared' | 'note' | 'document' | 'report' | 'feature'

export interface NewEntry {
  readonly id: string
  readonly kind: EntryKind
  /** whom it is about: an entity, or a key */
  readonly address: string
  /** as it is sent, every time the same */
  readonly body: string
  /** when it was done, ms since 1970 */
  readonly at: number
  /** the last sequence of the same address that its author knew; null: none */
  readonly after: number | null
  /** it counts only if nobody did anything about the address that its author did not know */
  readonly guarded: boolean
}

export interface Entry extends NewEntry {
  readonly number: number
  /** it was sent, or is about to be: nobody knows whether it has come there until it comes back */
  readonly tried: boolean
  /** once the platform has said that it has it */
  readonly sequence: number | null
  /** why it will not take it */
  readonly problem: Problem | null
}

/** A part of a commit: a product's events, as they are about to be durable. */
export interface Coming {
  readonly product: string
  readonly batch: Batch
}

/** What a commit does to the outbox: in its transaction, and once it is durable. */
export interface Returning {
  readonly statements: readonly { sql: string; values: Value[] }[]
  done(): void
}

export interface Outbox {
  /** in the order in which they were done */
  readonly entries: readonly Entry[]
  readonly full: boolean
  has(entry: Entry): boolean
  /** once, however often it is said. Fails where there is no more room */
  keep(entry: NewEntry): Promise<Result<null>>
  /** it is about to be sent: from now on it can't be withdrawn */
  trying(entry: Entry): Promise<void>
  confirmed(entry: Entry, sequence: number): Promise<void>
  refused(entry: Entry, problem: Problem): Promise<void>
  /** nothing was sent of it, or it was refused: it goes. @returns false: it may be there already */
  withdraw(id: string): Promise<boolean>
  /** the platform's log began anew: its sequences say nothing of those before */
  anew(): Promise<void>
  /** these are nobody else's affair: they are gone before that is written */
  release(entries: readonly Entry[]): Promise<void>
  /** which of these ids were sent from here and have come back lately */
  isOwn(ids: readonly string[]): Promise<ReadonlySet<string>>
  /** null: nothing of what comes was sent from here */
  returning(coming: readonly Coming[]): Returning | null
}

/** What a commit looks through: all of these. */
export const allOf = (
  outboxes: readonly Pick<Outbox, 'entries' | 'returning'>[],
): Pick<Outbox, 'entries' | 'returning'> => ({
  get entries() {
    return outboxes.find(({ entries }) => entries.length > 0)?.entries ?? []
  },
  returning(coming) {
    const each = outboxes.flatMap((outbox) => outbox.returning(coming) ?? [])
    if (each.length === 0) return null
    return {
      statements: each.flatMap(({ statements }) => statements),
      done: () => each.forEach(({ done }) => done()),
    }
  },
})

export const mostEntries = 1000
/** Of entries that have left, the ids of so many numbers stay. */
const keptIds = 1000

interface Row {
  number: number
  id: string
  kind: EntryKind
  address: string
  body: string
  at: number
  after: number | null
  guarded: number
  tried: number
  sequence: number | null
  problem: string | null
}

const entryOf = ({ guarded, tried, problem, ...row }: Row): Entry => ({
  ...row,
  guarded: guarded === 1,
  tried: tried === 1,
  problem: problem === null ? null : (JSON.parse(problem) as Problem),
})

/** What waits, whoever reads. A cache that no engine has brought to this version yet has no outbox. */
export async function readOutbox(reader: Reader, ...kinds: readonly EntryKind[]): Promise<Entry[]> {
  const [table] = await reader.all("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'outbox'")
  if (!table) return []
  const rows = await reader.all<Row>(
    `SELECT * FROM outbox WHERE body IS NOT NULL AND kind IN (${kinds.map(() => '?').join()}) ORDER BY number`,
    kinds,
  )
  return rows.map(entryOf)
}

/**
 * Each kind has one of its own.
 * @param product whose events what was sent comes back as; null: it does not come back as an event
 */
export async function openOutbox(
  database: Database,
  product: string | null,
  kind: EntryKind = 'act',
  most = mostEntries,
): Promise<Outbox> {
  type Kept = { -readonly [K in keyof Entry]: Entry[K] }
  let entries: Kept[] = await readOutbox(database, kind)
  const byAddress = new Map<string, Kept[]>()
  const index = (entry: Kept): void => {
    const others = byAddress.get(entry.address)
    if (others) others.push(entry)
    else byAddress.set(entry.address, [entry])
  }
  for (const entry of entries) index(entry)
  /** on their way to the disk */
  let keeping = 0

  const take = (leaving: ReadonlySet<Entry>): void => {
    entries = entries.filter((entry) => !leaving.has(entry))
    for (const { address } of leaving) {
      const left = byAddress.get(address)?.filter((entry) => !leaving.has(entry)) ?? []
      if (left.length === 0) byAddress.delete(address)
      else byAddress.set(address, left)
    }
  }
  const add = (entry: Kept): void => {
    entries.push(entry)
    entries.sort((a, b) => a.number - b.number)
    index(entry)
    byAddress.get(entry.address)?.sort((a, b) => a.number - b.number)
  }
  const own = (entry: Entry): Kept | undefined => entries.find((each) => each === entry)

  /** Behind the others: whoever reads the id of one that has left still finds it. */
  const write = async ({ id, kind, address, body, at, after, guarded }: NewEntry): Promise<number | null> => {
    const [before] = await database.all('SELECT 1 FROM outbox WHERE id = ?', [id])
    if (before) return null
    await database.run(
      'INSERT INTO outbox (id, kind, address, body, at, after, guarded) VALUES (?, ?, ?, ?, ?, ?, ?)',
      [id, kind, address, body, at, after, guarded ? 1 : 0],
    )
    const [row] = await database.all<{ number: number }>('SELECT number FROM outbox WHERE id = ?', [id])
    const number = row?.number ?? 0
    await database.run('DELETE FROM outbox WHERE body IS NULL AND number <= ?', [number - keptIds])
    return number
  }

  return {
    get entries() {
      return entries
    },
    get full() {
      return entries.length >= most
    },
    has: (entry) => own(entry) !== undefined,
    async keep(entry) {
      if (entries.some(({ id }) => id === entry.id)) return ok(null)
      if (entries.length + keeping >= most) return fail('outbox.full', `${most} wait already`, entry.address)
      keeping++
      try {
        const number = await database.transaction(() => write(entry))
        if (number !== null) add({ ...entry, number, tried: false, sequence: null, problem: null })
        return ok(null)
      } finally {
        keeping--
      }
    },
    async trying(entry) {
      const kept = own(entry)
      if (!kept || kept.tried) return
      // nobody may withdraw it while it is written
      kept.tried = true
      try {
        await database.single('UPDATE outbox SET tried = 1 WHERE number = ?', [kept.number])
      } catch (error) {
        kept.tried = false
        throw error
      }
    },
    async confirmed(entry, sequence) {
      const kept = own(entry)
      if (!kept) return
      kept.sequence = sequence
      await database.single('UPDATE outbox SET sequence = ? WHERE number = ?', [sequence, kept.number])
    },
    async refused(entry, problem) {
      const kept = own(entry)
      if (!kept) return
      kept.problem = problem
      await database.single('UPDATE outbox SET problem = ? WHERE number = ?', [
        JSON.stringify(problem),
        kept.number,
      ])
    },
    async withdraw(id) {
      const kept = entries.find((each) => each.id === id)
      if (!kept || (kept.tried && kept.problem === null)) return false
      take(new Set([kept]))
      try {
        await database.single('DELETE FROM outbox WHERE number = ?', [kept.number])
        return true
      } catch (error) {
        add(kept)
        throw error
      }
    },
    async anew() {
      if (entries.every(({ after, sequence }) => (after ?? 0) === 0 && sequence === null)) return
      for (const kept of entries) {
        if (kept.after !== null) kept.after = 0
        kept.sequence = null
      }
      await database.single(
        'UPDATE outbox SET after = min(after, 0), sequence = NULL WHERE body IS NOT NULL AND kind = ?',
        [kind],
      )
    },
    async release(going) {
      take(new Set(going))
      await database.single(
        'UPDATE outbox SET body = NULL WHERE number IN (SELECT value FROM json_each(?))',
        [JSON.stringify(going.map(({ number }) => number))],
      )
    },
    async isOwn(ids) {
      const rows = await database.all<{ id: string }>(
        'SELECT id FROM outbox WHERE id IN (SELECT value FROM json_each(?))',
        [JSON.stringify(ids)],
      )
      return new Set(rows.map(({ id }) => id))
    },
    returning(coming) {
      if (entries.length === 0) return null
      const back = new Map<Entry, number>()
      for (const { product: of, batch } of coming) {
        if (of !== product) continue
        for (let row = 0; row < batch.count; row++) {
          const own = byAddress.get(batch.entity[row]!)
          if (!own) continue
          const id = readId(batch.bytes, batch.view, batch.offset[row]!)
          const entry = own.find((each) => each.id === id)
          if (entry) back.set(entry, batch.sequence[row]!)
        }
      }
      if (back.size === 0) return null
      return {
        statements: [...back].map(([{ number }, sequence]) => ({
          sql: 'UPDATE outbox SET body = NULL, sequence = ? WHERE number = ?',
          values: [sequence, number],
        })),
        done: () => take(new Set(back.keys())),
      }
    },
  }
}
