/**
 * A quiet product commits a few events at a time. Rows that small would make start and history slow, so runs of
 * them are rewritten as one, in one transaction: an interrupted one has not happened.
 */
import type { Database } from './database.ts'
import type { Held } from './held.ts'
import { hashIndex, smallBytes } from './segment.ts'

/** So many small ones are worth the work. */
export const manySmall = 64
const mostBytes = 512 * 1024
/** In one go, so that commits need not wait long. */
const mostSegments = 1000

interface Row {
  id: number
  first: number
  last: number
  bytes: number
}

/** Neighbours that can be one: nothing between them, and not too much together. */
function runsOf(rows: readonly Row[]): Row[][] {
  const runs: Row[][] = []
  let run: Row[] = []
  let bytes = 0
  for (const row of rows) {
    const before = run.at(-1)
    const fits = before !== undefined && before.last + 1 === row.first && bytes + row.bytes <= mostBytes
    if (!fits && run.length > 0) {
      runs.push(run)
      run = []
      bytes = 0
    }
    run.push(row)
    bytes += row.bytes
  }
  if (run.length > 0) runs.push(run)
  return runs.filter(({ length }) => length > 1)
}

async function join(database: Database, held: Held, run: readonly Row[]): Promise<void> {
  const first = run[0]!.first
  const last = run.at(-1)!.last
  const segments = await database.all<{
    count: number
    bytes: number
    first_time: number
    last_time: number
    entities: Buffer
    body: Buffer
  }>(
    `SELECT count, bytes, first_time, last_time, entities, body FROM segment
     WHERE product = ? AND first BETWEEN ? AND ? ORDER BY first`,
    [held.id, first, last],
  )
  const hashes = Buffer.concat(segments.map(({ entities }) => entities))
  const copied = new Uint32Array(hashes.length / 4)
  new Uint8Array(copied.buffer).set(hashes)
  await database.run('DELETE FROM segment WHERE product = ? AND first BETWEEN ? AND ?', [
    held.id,
    first,
    last,
  ])
  await database.run(
    `INSERT INTO segment (product, first, last, count, bytes, first_time, last_time, entities, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      held.id,
      first,
      last,
      segments.reduce((sum, { count }) => sum + count, 0),
      segments.reduce((sum, { bytes }) => sum + bytes, 0),
      Math.min(...segments.map(({ first_time }) => first_time)),
      Math.max(...segments.map(({ last_time }) => last_time)),
      Buffer.from(hashIndex(copied)),
      Buffer.concat(segments.map(({ body }) => body)),
    ],
  )
}

/** @returns how many segments are fewer */
export async function compact(database: Database, held: Held): Promise<number> {
  const joined = await database.transaction(async () => {
    const rows = await database.all<Row>(
      `SELECT id, first, last, bytes FROM segment INDEXED BY segment_range
       WHERE product = ? AND bytes < ? ORDER BY first LIMIT ?`,
      [held.id, smallBytes, mostSegments],
    )
    let fewer = 0
    for (const run of runsOf(rows)) {
      await join(database, held, run)
      fewer += run.length - 1
    }
    return fewer
  })
  held.small = Math.max(0, held.small - Math.max(joined, manySmall))
  return joined
}
