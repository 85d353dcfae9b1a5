/** The picture's blocks into the cache. */
import type { Database } from './database.ts'
import type { Value } from './reader.ts'
import type { DueState, StateBlock } from './state.ts'

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

/** Within a transaction: the blocks, and up to where the log is in them. */
export async function writeDue(database: Database, { held, watermark, blocks }: DueState): Promise<void> {
  await writeBlocks(database, blocks)
  await database.run('UPDATE product SET watermark = ? WHERE id = ?', [watermark, held.id])
}

/** What `writeDue` wrote is durable. */
export function dueWritten({ held, watermark, written }: DueState): void {
  held.watermark = watermark
  written()
}

/** What left the picture by itself leaves the disk now: the next commit may be long in coming. */
export async function writeState(database: Database, due: DueState): Promise<void> {
  await database.transaction(() => writeDue(database, due))
  dueWritten(due)
}
