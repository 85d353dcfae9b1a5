/** An entity as people read it, made from its stored record when somebody asks. */
import { rankOf, type MarkingScheme, type Rank } from '../../../preload/contract/marking.ts'
import type { Record } from '../../../preload/contract/picture.ts'
import type { ProductName } from '../../../preload/contract/product.ts'
import { printable, printableBody } from '../../../preload/contract/text.ts'
import { parseBody } from '../check/body.ts'
import { eventTypes, readRecord, viewOf } from '../cache/segment.ts'
import type { Table } from './table.ts'

const utf8 = new TextDecoder()

/**
 * @param ownRank of a record that has no marking of its own
 * @returns null where the record ends its entity, or its body is none that the contract knows
 */
export function decodeRecord(
  product: ProductName,
  bytes: Uint8Array,
  at: number,
  scheme: MarkingScheme,
  ownRank: Rank,
): Record | null {
  const stored = readRecord(bytes, viewOf(bytes), at)
  if (stored.from === stored.to) return null
  let value: unknown
  try {
    value = JSON.parse(utf8.decode(bytes.subarray(stored.from, stored.to)))
  } catch {
    return null
  }
  const body = parseBody(eventTypes.indexOf(stored.type), value)
  if (body === null) return null
  return {
    product,
    entity: printable(stored.entity, 200),
    sequence: stored.sequence,
    id: printable(stored.id, 255),
    source: printable(stored.source, 300),
    type: stored.type,
    time: stored.time,
    published: stored.published,
    expires: stored.expires,
    marking: stored.marking === '' ? ownRank : rankOf(scheme, stored.marking),
    caveats:
      stored.caveats === ''
        ? []
        : stored.caveats
            .split(',')
            .slice(0, 20)
            .map((one) => printable(one.trim(), 32)),
    body: printableBody(body),
  }
}

export interface Records {
  /** null: nobody is in this row */
  at(table: Table, row: number): Record | null
}

/** Stored bytes of what is kept decoded, which takes up to ten times as much; two lots of it are kept. */
const perLot = 8 * 1024 * 1024

type Lot = WeakMap<Table, (Record | null | undefined)[]>

/**
 * Several windows read the same things: what was decoded once is kept until it changes. What nobody asked for while
 * a lot filled up goes with the lot before it.
 */
export function createRecords(scheme: MarkingScheme, ownRank: (product: ProductName) => Rank): Records {
  let lot: Lot = new WeakMap()
  let before: Lot = new WeakMap()
  let bytes = 0

  const keep = (table: Table, row: number, record: Record | null, size: number): void => {
    if ((bytes += size) > perLot) {
      before = lot
      lot = new WeakMap()
      bytes = size
    }
    let rows = lot.get(table)
    if (!rows) lot.set(table, (rows = []))
    rows[row] = record
  }

  return {
    at(table, row) {
      const { used, sequence } = table.columns
      if (row >= table.size || used[row] !== 1) return null
      const stored = table.record(row)
      const decode = (): Record | null =>
        decodeRecord(table.product, stored, 0, scheme, ownRank(table.product))
      // tracks change faster than anybody reads them
      if (table.kind === 'track' || table.kind === 'metric') return decode()
      const isCurrent = (known: Record | null | undefined): known is Record =>
        known?.sequence === sequence[row] && known?.entity === table.entity[row]
      const known = lot.get(table)?.[row]
      if (isCurrent(known)) return known
      const older = before.get(table)?.[row]
      const made = isCurrent(older) ? older : decode()
      keep(table, row, made, stored.length)
      return made
    },
  }
}
