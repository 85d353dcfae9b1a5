/** How batches become segments: each in pieces that are read whole, many of them in one statement. */
import type { Batch } from '../event/batch.ts'
import type { Held } from './held.ts'
import type { Value } from './reader.ts'
import { hashIndex } from './segment.ts'

/** A lane's batch that is to be written. */
interface Gathered {
  lane: { readonly held: Held }
  batch: Batch
}

/** A part of a batch: a segment is read whole, so none is larger than `segmentBytes` by more than one event. */
interface Piece {
  lane: Gathered['lane']
  batch: Batch
  /** rows, `to` not among them */
  from: number
  to: number
  /** the sequences that it settles */
  first: number
  last: number
}

const segmentBytes = 4 * 1024 * 1024
/** Of a statement's segments: its values are copied. */
const statementBytes = 16 * 1024 * 1024
const segmentsPerStatement = 500

function piecesOf({ lane, batch }: Gathered): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  let { first } = batch
  for (let row = 1; batch.used > segmentBytes && row < batch.count; row++) {
    if (batch.offset[row]! - batch.offset[from]! < segmentBytes) continue
    const last = batch.sequence[row - 1]!
    pieces.push({ lane, batch, from, to: row, first, last })
    from = row
    first = last + 1
  }
  pieces.push({ lane, batch, from, to: batch.count, first, last: batch.last })
  return pieces
}

const bytesOf = ({ batch, from, to }: Piece): { begin: number; end: number } =>
  from === to
    ? { begin: 0, end: 0 }
    : { begin: batch.offset[from]!, end: batch.offset[to - 1]! + batch.length[to - 1]! }

function segmentValues(piece: Piece, values: Value[]): void {
  const { lane, batch, from, to, first, last } = piece
  const { begin, end } = bytesOf(piece)
  const isFirst = from === 0
  const isLast = to === batch.count
  values.push(
    lane.held.id,
    first,
    last,
    to - from,
    end - begin,
    Math.round(isFirst ? batch.firstPublished : batch.published[from]!),
    Math.round(isLast ? batch.lastPublished : batch.published[to - 1]!),
    Buffer.from(hashIndex(batch.hash.subarray(from, to))),
    batch.bytes.subarray(begin, end),
  )
}

const segmentSql = (count: number): string =>
  `INSERT INTO segment (product, first, last, count, bytes, first_time, last_time, entities, body) VALUES ${Array(
    count,
  )
    .fill('(?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .join(', ')}`

interface Statement {
  sql: string
  values: Value[]
}

export function statementsOf(taken: readonly Gathered[]): Statement[] {
  const statements: Statement[] = []
  let values: Value[] = []
  let count = 0
  let bytes = 0
  const finish = (): void => {
    if (count > 0) statements.push({ sql: segmentSql(count), values })
    values = []
    count = bytes = 0
  }
  for (const gathered of taken)
    for (const piece of piecesOf(gathered)) {
      segmentValues(piece, values)
      count++
      const { begin, end } = bytesOf(piece)
      bytes += end - begin
      if (bytes >= statementBytes || count === segmentsPerStatement) finish()
    }
  finish()
  return statements
}
