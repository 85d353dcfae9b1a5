/**
 * What a product's picture was, now and then: a replay begins at the last one before its instant and follows the log
 * from there. Each is whole, so that any of them can go.
 */
import type { Reader } from './reader.ts'

export interface Checkpoint {
  /** the last that is in it */
  sequence: number
  /** the event of that sequence, ms since 1970 */
  published: number
  /** ms since 1970 */
  taken: number
}

/** The last one whose events were published by then; null: the log is followed from its beginning. */
export async function checkpointBefore(
  reader: Reader,
  product: number,
  published: number,
): Promise<Checkpoint | null> {
  const [found] = await reader.all<Checkpoint>(
    `SELECT sequence, published, taken FROM checkpoint WHERE product = ? AND published <= ?
     ORDER BY sequence DESC LIMIT 1`,
    [product, published],
  )
  return found ?? null
}

/** @param each told every block, in order */
export async function readCheckpoint(
  reader: Reader,
  product: number,
  { sequence }: Checkpoint,
  each: (block: number, body: Uint8Array) => void,
): Promise<void> {
  const blocks = await reader.all<{ block: number }>(
    'SELECT block FROM checkpoint_block WHERE product = ? AND sequence = ? ORDER BY block',
    [product, sequence],
  )
  for (const { block } of blocks) {
    const [row] = await reader.all<{ body: Buffer }>(
      'SELECT body FROM checkpoint_block WHERE product = ? AND sequence = ? AND block = ?',
      [product, sequence, block],
    )
    if (row) each(block, row.body)
  }
}
