/** A table's rows as blocks for the cache, each made when it is written, and gone with it: a state may be large. */
import { blockRows, type StateBlock } from '../cache/state.ts'
import type { Table } from './table.ts'

function blockOf(table: Table, product: number, block: number): StateBlock {
  const first = block * blockRows
  const { used } = table.columns
  const pieces: Uint8Array[] = []
  for (let row = first; row < Math.min(first + blockRows, table.size); row++)
    if (used[row] === 1) pieces.push(Uint8Array.of(row - first), table.record(row))
  return { product, block, body: Buffer.concat(pieces) }
}

export const blocksOf = (table: Table, product: number, blocks: Iterable<number>): Iterable<StateBlock> => ({
  *[Symbol.iterator]() {
    for (const block of blocks) yield blockOf(table, product, block)
  },
})

/** The numbers of all that a table has. */
export function* blocksIn(table: Table): Iterable<number> {
  for (let block = 0; block * blockRows < table.size; block++) yield block
}
