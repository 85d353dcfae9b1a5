/** Messages that were refused, with the reason: the newest ten thousand, and only the start of each. */
import type { Rank } from '../../../preload/contract/marking.ts'
import type { QuarantineEntry } from '../../../preload/contract/picture.ts'
import type { ProblemCode } from '../../../preload/contract/result.ts'
import { printable } from '../../../preload/contract/text.ts'
import { unmarked } from '../event/batch.ts'
import type { Database } from './database.ts'
import type { Reader } from './reader.ts'

export interface Refused {
  product: { readonly id: number }
  sequence: number
  received: number
  code: ProblemCode
  message: string
  event: string | null
  excerpt: string
  /** who may see the excerpt; `unmarked`: who may see the product */
  rank: Rank
}

const kept = 10_000
/** Of one commit; a flood is counted whole but kept only so far. */
const perCommit = 200
const excerptCharacters = 500

const utf8 = new TextDecoder()

/** The start of what was refused, fit to be shown. */
export const excerptOf = (body: Uint8Array): string =>
  printable(utf8.decode(body.subarray(0, excerptCharacters * 2)), excerptCharacters)

/** What is wrong with the product and not with a message: its owner looks for it in the same place. */
export const faultOf = (
  product: Refused['product'],
  received: number,
  code: ProblemCode,
  text: string,
): Refused => ({
  product,
  sequence: 0,
  received,
  code,
  message: printable(text, 500),
  event: null,
  excerpt: '',
  rank: unmarked,
})

export interface Refusals {
  /** whether its excerpt is wanted; beyond the bound of a commit it is only counted */
  readonly wanted: boolean
  add(refused: Refused): void
  take(): Refused[]
}

export function createRefusals(): Refusals {
  let waiting: Refused[] = []
  return {
    get wanted() {
      return waiting.length < perCommit
    },
    add(refused) {
      if (waiting.length < perCommit) waiting.push(refused)
    },
    take() {
      const taken = waiting
      waiting = []
      return taken
    },
  }
}

/** Within the transaction that settles their sequences. */
export async function writeRefused(database: Database, refused: readonly Refused[]): Promise<void> {
  if (refused.length === 0) return
  await database.run(
    `INSERT INTO quarantine (product, sequence, received, code, message, event, excerpt, rank)
     SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7
     FROM json_each(?)`,
    [
      JSON.stringify(
        refused.map((entry) => [
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
  await database.run('DELETE FROM quarantine WHERE id <= (SELECT max(id) FROM quarantine) - ?', [kept])
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
