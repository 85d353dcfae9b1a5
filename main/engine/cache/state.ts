/**
 * The current picture as it lies in the cache: blocks of 64 rows, written only when something in them changed.
 * In a block, per row: its place in the block (1 byte), then its record.
 */
import type { Table } from '../picture/table.ts'
import { blockRows } from '../picture/table.ts'
import type { Database, Value } from './database.ts'
import { recordBytes, viewOf } from './segment.ts'

export interface StateBlock {
  product: number
  block: number
  body: Buffer
}

function blockOf(table: Table, product: number, block: number): StateBlock {
  const first = block * blockRows
  const { used } = table.columns
  const pieces: Uint8Array[] = []
  for (let row = first; row < Math.min(first + blockRows, table.size); row++)
    if (used[row] === 1) pieces.push(Uint8Array.of(row - first), table.record(row))
  return { product, block, body: Buffer.concat(pieces) }
}

/** Each block is made when it is written, and goes with it: a state may be large. */
export const blocksOf = (table: Table, product: number, blocks: readonly number[]): Iterable<StateBlock> => ({
  *[Symbol.iterator]() {
    for (const block of blocks) yield blockOf(table, product, block)
  },
})

/** @param each told every record: the bytes, where it begins, and the row it had */
export function readBlock(
  block: number,
  body: Uint8Array,
  each: (bytes: Uint8Array, view: DataView, at: number, row: number) => void,
): void {
  const view = viewOf(body)
  let at = 0
  while (at < body.length) {
    const row = block * blockRows + body[at]!
    each(body, view, at + 1, row)
    at += 1 + recordBytes(view, at + 1)
  }
}

/** Blocks per statement: few texts, so that all stay prepared, and few turns of the loop. */
const perStatement = [64, 16, 4, 1] as const

/** A statement's blocks together: a block alone may be larger. */
const bytesPerStatement = 4 * 1024 * 1024

/** Within a transaction. */
export async function writeBlocks(database: Database, blocks: Iterable<StateBlock>): Promise<void> {
  let waiting: StateBlock[] = []
  let bytes = 0
  const write = async (): Promise<void> => {
    for (let from = 0; from < waiting.length;) {
      const count = perStatement.find((each) => each <= waiting.length - from) ?? 1
      const values: Value[] = []
      for (const { product, block, body } of waiting.slice(from, from + count))
        values.push(product, block, body)
      await database.run(
        `INSERT OR REPLACE INTO state (product, block, body) VALUES ${Array(count).fill('(?, ?, ?)').join(', ')}`,
        values,
      )
      from += count
    }
    waiting = []
    bytes = 0
  }
  for (const block of blocks) {
    waiting.push(block)
    bytes += block.body.length
    if (waiting.length === perStatement[0] || bytes >= bytesPerStatement) await write()
  }
  await write()
}
