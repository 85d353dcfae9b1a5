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
