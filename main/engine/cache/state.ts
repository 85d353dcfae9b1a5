/**
 * The current picture as it lies in the cache: blocks of 64 rows, written only when something in them changed.
 * In a block, per row: its place in the block (1 byte), then its record.
 */
import { recordBytes, viewOf } from '../event/record.ts'
import type { Held } from './held.ts'

/** Rows that share one record of the `state` table. */
export const blockRows = 64

export interface StateBlock {
  product: number
  block: number
  body: Buffer
}

/** The table as it is, whatever of it is written already. */
export interface Pictured {
  entities: number
  blocks: Iterable<StateBlock>
}

/** Blocks that are to be written, with the sequence up to which the product's state is in them. */
export interface DueState {
  held: Held
  watermark: number
  blocks: Iterable<StateBlock>
  /** to be told once they are durable: until then they are due with whatever is written next */
  written(): void
}

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
