/** Rows of a product, some at a time, for a file that leaves: whoever writes it asks for the next when it has these. */
import * as v from 'valibot'
import { CatalogEntrySchema, RecordSchema, type Record } from '../../../preload/contract/picture.ts'
import type { Rank } from '../../../preload/contract/marking.ts'
import type { ProductName } from '../../../preload/contract/product.ts'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import type { Records } from '../picture/record.ts'
import type { Sight } from './sight.ts'

const Count = v.pipe(v.number(), v.integer(), v.minValue(0))

export const SomeRowsSchema = v.strictObject({
  descriptor: CatalogEntrySchema.entries.descriptor,
  records: v.array(RecordSchema),
  /** where those begin that follow; null: there are none */
  next: v.nullable(Count),
  /** places of rows that there are now, so that somebody may see how far it is */
  of: Count,
})
export type SomeRows = v.InferOutput<typeof SomeRowsSchema>

const mostRecords = 500
const mostBytes = 1024 * 1024
/** Places that are empty, or may not be seen, cost little and not nothing. */
const mostPlaces = 20_000

/** @param ceiling nothing above it is among them, and a product above it is unknown */
export function someRows(
  { sight, records }: { sight: Sight; records: Records },
  product: ProductName,
  ceiling: Rank,
  from: number,
): Result<SomeRows> {
  const held = sight.held(product, ceiling)
  if (held === undefined) return fail('entity.unknown', 'no such product here', product)
  const { dataschema: _, ...descriptor } = held.descriptor
  const table = sight.table(product, ceiling)
  const size = table?.size ?? 0
  const found: Record[] = []
  let bytes = 0
  let row = from
  for (; table && row < size && row - from < mostPlaces; row++) {
    if (found.length >= mostRecords || bytes >= mostBytes) break
    const { used, marking } = table.columns
    if (used[row] !== 1 || marking[row]! > ceiling) continue
    const record = records.at(table, row)
    if (record === null || record.marking > ceiling) continue
    bytes += table.record(row).length
    found.push(record)
  }
  return ok({ descriptor, records: found, next: row < size ? row : null, of: size })
}
