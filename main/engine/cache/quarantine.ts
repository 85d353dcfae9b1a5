/**
 * Messages that were rejected, with the reason, and what is wrong with products themselves: each product's newest
 * thousand, ten thousand in all, and only the start of each. Where all of them are too many, those give way that have
 * most.
 */
import type { Rank } from '../../../preload/contract/marking.ts'
import type { QuarantineEntry } from '../../../preload/contract/picture.ts'
import type { ProblemCode } from '../../../preload/contract/result.ts'
import { printable } from '../../../preload/contract/text.ts'
import { unmarked } from '../event/batch.ts'
import type { Database } from './database.ts'
import type { Reader } from './reader.ts'

export interface Quarantined {
  product: { readonly id: number }
  /** `noMessage`: it is a fault of the product */
  sequence: number
  received: number
  code: ProblemCode
  message: string
  event: string | null
  excerpt: string
  /** who may see the excerpt; `unmarked`: who may see the product */
  rank: Rank
}

/** A stream's sequences begin with 1. */
const noMessage = 0

const mostOfProduct = 1000
const most = 10_000
/** To how much it goes down once there is too much: looking through all of it is not for every commit. */
const keptPart = 3 / 4
/** Of one commit; a flood is counted whole but kept only so far. */
const perCommit = 1000
const perCommitOfProduct = 200
const excerptCharacters = 500

const utf8 = new TextDecoder()

/** The start of what was rejected, fit to be shown. */
export const excerptOf = (body: Uint8Array): string =>
  printable(utf8.decode(body.subarray(0, excerptCharacters * 2)), excerptCharacters)

/** What is wrong with the product and not with a message: its owner looks for it in the same place. */
export const faultOf = (
  product: Quarantined['product'],
  received: number,
  code: ProblemCode,
  text: string,
  rank: Rank = unmarked,
): Quarantined => ({
  product,
  sequence: noMessage,
  received,
  code,
  message: printable(text, 500),
  event: null,
  excerpt: '',
  rank,
})

/** What goes there with the next commit. */
export interface Queued {
  /** whether another message of the product is wanted, with its excerpt; beyond the bounds of a commit it is only counted */
  wanted(product: number): boolean
  /** @returns false: it is beyond the bounds, which faults have for themselves */
  add(entry: Quarantined): boolean
  take(): Quarantined[]
}

interface Bound {
  all: number
  ofProduct: Map<number, number>
}

export function createQueued(): Queued {
  let waiting: Quarantined[] = []
  const newBound = (): Bound => ({ all: 0, ofProduct: new Map() })
  let messages = newBound()
  // whoever tells one tells it once: no flood of messages takes its place
  let faults = newBound()
  const fits = ({ all, ofProduct }: Bound, product: number): boolean => {
    const own = ofProduct.get(product) ?? 0
    // whatever others send, the first of each has its place
    return own === 0 || (own < perCommitOfProduct && all < perCommit)
  }
  return {
    wanted: (product) => fits(messages, product),
    add(entry) {
      const { id } = entry.product
      const bound = entry.sequence === noMessage ? faults : messages
      if (!fits(bound, id)) return false
      bound.ofProduct.set(id, (bound.ofProduct.get(id) ?? 0) + 1)
      bound.all++
      waiting.push(entry)
      return true
    },
    take() {
      const taken = waiting
      waiting = []
      messages = newBound()
      faults = newBound()
      return taken
    },
  }
}

/** So many of each product that all together are no more than `all`. */
export function levelOf(counts: Iterable<number>, each: number, all: number): number {
  const ascending = [...counts].sort((a, b) => a - b)
  let left = all
  for (const [at, count] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - at))
    if (count > share) return Math.max(1, Math.min(each, share))
    left -= count
  }
  return each
}

export interface Quarantine {
  /** within the transaction that settles their sequences */
  write(entries: readonly Quarantined[]): Promise<void>
}

export function createQuarantine(database: Database): Quarantine {
  /** how many are kept at most of each product, and in all; null: not looked yet */
  let counts: Map<number, number> | null = null
  let total = 0

  const count = async (): Promise<Map<number, number>> => {
    const rows = await database.all<{ product: number; kept: number }>(
      'SELECT product, count(*) AS kept FROM quarantine GROUP BY product',
    )
    total = rows.reduce((sum, { kept }) => sum + kept, 0)
    return new Map(rows.map(({ product, kept }) => [product, kept]))
  }

  const evict = async (): Promise<void> => {
    // retention has taken some meanwhile
    const now = await count()
    const level = levelOf(now.values(), mostOfProduct * keptPart, most * keptPart)
    await database.run(
      `DELETE FROM quarantine WHERE id IN (SELECT id FROM
         (SELECT id, row_number() OVER (PARTITION BY product ORDER BY id DESC) AS nth FROM quarantine)
       WHERE nth > ?)`,
      [level],
    )
    await database.run(
      'DELETE FROM quarantine WHERE id IN (SELECT id FROM quarantine ORDER BY id DESC LIMIT -1 OFFSET ?)',
      [most],
    )
    counts = await count()
  }

  return {
    async write(entries) {
      if (entries.length === 0) return
      counts ??= await count()
      await insert(database, entries)
      let tooMany = false
      for (const { product } of entries) {
        const own = (counts.get(product.id) ?? 0) + 1
        counts.set(product.id, own)
        tooMany ||= own > mostOfProduct
      }
      total += entries.length
      if (tooMany || total > most) await evict()
    },
  }
}

/** By the product's number. */
export const countFaults = (reader: Reader): Promise<{ product: number; faults: number }[]> =>
  reader.all('SELECT product, count(*) AS faults FROM quarantine WHERE sequence = ? GROUP BY product', [
    noMessage,
  ])

async function insert(database: Database, entries: readonly Quarantined[]): Promise<void> {
  await database.run(
    `INSERT INTO quarantine (product, sequence, received, code, message, event, excerpt, rank)
     SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7
     FROM json_each(?)`,
    [
      JSON.stringify(
        entries.map((entry) => [
          entry.product.id,
          entry.sequence,
          entry.received,
          entry.code,
          entry.message,
          entry.event,
          entry.excerpt,
          entry.rank,
        ]),
      ),
    ],
  )
}

/**
 * Newest first. Above the ceiling the reason is told, the content is not.
 * @param products by id, each with its own rank: of others nothing is told
 */
export async function readQuarantine(
  reader: Reader,
  products: ReadonlyMap<number, Rank>,
  ceiling: Rank,
  limit: number,
): Promise<QuarantineEntry[]> {
  const rows = await reader.all<{
    name: string
    product: number
    sequence: number
    received: number
    code: ProblemCode
    message: string
    event: string | null
    excerpt: string
    rank: number
  }>(
    `SELECT p.name, q.product, q.sequence, q.received, q.code, q.message, q.event, q.excerpt, q.rank
     FROM quarantine q JOIN product p ON p.id = q.product
     WHERE q.product IN (SELECT value FROM json_each(?)) ORDER BY q.id DESC LIMIT ?`,
    [JSON.stringify([...products.keys()]), limit],
  )
  return rows.map((row) => {
    const rank = row.rank === unmarked ? products.get(row.product) : row.rank
    const open = rank !== undefined && rank <= ceiling
    return {
      product: row.name,
      sequence: row.sequence,
      received: row.received,
      problem: { code: row.code, message: open ? row.message : '' },
      id: open ? row.event : null,
      excerpt: open ? row.excerpt : '',
    }
  })
}
