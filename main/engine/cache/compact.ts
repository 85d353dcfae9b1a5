/**
 * A quiet product commits a few events at a time. Rows that small would make start and history slow, so runs of
 * them are rewritten as one, in one transaction: an interrupted one has not happened. Between two transactions commits
 * have their turn.
 */
import type { Database } from './database.ts'
import type { Held } from './held.ts'
import { hashIndex, smallBytes } from './segment.ts'

/** So many small ones are worth the work. */
export const manySmall = 64
const mostBytes = 512 * 1024
/** Looked at together. */
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

/** @returns how many segments are fewer */
async function join(database: Database, product: Held['id'], run: readonly Row[]): Promise<number> {
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
    [product, first, last],
  )
  // what went since they were looked for
  if (segments.length !== run.length) return 0
  const hashes = Buffer.concat(segments.map(({ entities }) => entities))
  const copied = new Uint32Array(hashes.length / 4)
  new Uint8Array(copied.buffer).set(hashes)
  await database.run('DELETE FROM segment WHERE product = ? AND first BETWEEN ? AND ?', [
    product,
    first,
    last,
  ])
  await database.run(
    `INSERT INTO segment (product, first, last, count, bytes, first_time, last_time, entities, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      product,
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
  return run.length - 1
}

/** Runs that are joined in one transaction: no more of them than one long one is. */
function stepsOf(runs: readonly Row[][]): Row[][][] {
  const steps: Row[][][] = []
  let step: Row[][] = []
  let bytes = 0
  for (const run of runs) {
    const own = run.reduce((sum, row) => sum + row.bytes, 0)
    if (bytes > 0 && bytes + own > mostBytes) {
      steps.push(step)
      step = []
      bytes = 0
    }
    step.push(run)
    bytes += own
  }
  if (step.length > 0) steps.push(step)
  return steps
}

/** @returns how many segments are fewer */
export async function compact(database: Database, held: Held): Promise<number> {
  // a stream that is made anew has another
  const { id } = held
  const rows = await database.all<Row>(
    `SELECT id, first, last, bytes FROM segment INDEXED BY segment_range
     WHERE product = ? AND bytes < ? ORDER BY first LIMIT ?`,
    [id, smallBytes, mostSegments],
  )
  let joined = 0
  for (const step of stepsOf(runsOf(rows)))
    joined += await database.transaction(async () => {
      let fewer = 0
      for (const run of step) fewer += await join(database, id, run)
      return fewer
    })
  held.small = Math.max(0, held.small - Math.max(joined, manySmall))
  return joined
}
