/** An entity as people read it, made from its stored record when somebody asks. */
import { rankOf, type MarkingScheme, type Rank } from '../../../preload/contract/marking.ts'
import type { Record } from '../../../preload/contract/picture.ts'
import type { ProductName } from '../../../preload/contract/product.ts'
import { printable, printableBody } from '../../../preload/contract/text.ts'
import { parseBody } from '../event/body.ts'
import { eventTypes, readRecord, viewOf } from '../event/record.ts'
import type { Table } from './table.ts'

const utf8 = new TextDecoder()

/**
 * @param ownRank of a record that has no marking of its own
 * @returns null where the record ends its entity, is marked above the ceiling, or its body is none that the contract knows
 */
export function decodeRecord(
  product: ProductName,
  bytes: Uint8Array,
  at: number,
  scheme: MarkingScheme,
  ownRank: Rank,
  ceiling: Rank = Infinity,
): Record | null {
  const stored = readRecord(bytes, viewOf(bytes), at)
  const marking = stored.marking === '' ? ownRank : rankOf(scheme, stored.marking)
  if (stored.from === stored.to || marking > ceiling) return null
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
    marking,
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

type Lot = WeakMap<Table, { own: Rank; rows: (Record | null | undefined)[] }>

/**
 * Several windows read the same things: what was decoded once is kept until it, or its product's marking, changes. What
 * nobody asked for while a lot filled up goes with the lot before it.
 */
export function createRecords(scheme: MarkingScheme): Records {
  let lot: Lot = new WeakMap()
  let before: Lot = new WeakMap()
  let bytes = 0

  const keep = (table: Table, row: number, record: Record | null, size: number): void => {
    if ((bytes += size) > perLot) {
      before = lot
      lot = new WeakMap()
      bytes = size
    }
    let of = lot.get(table)
    if (of?.own !== table.own) lot.set(table, (of = { own: table.own, rows: [] }))
    of.rows[row] = record
  }
  const keptIn = (from: Lot, table: Table, row: number): Record | null | undefined => {
    const of = from.get(table)
    return of?.own === table.own ? of.rows[row] : undefined
  }

  return {
    at(table, row) {
      const { used, sequence } = table.columns
      if (row >= table.size || used[row] !== 1) return null
      const stored = table.record(row)
      const decode = (): Record | null => decodeRecord(table.product, stored, 0, scheme, table.own)
      // tracks change faster than anybody reads them
      if (table.kind === 'track' || table.kind === 'metric') return decode()
      const isCurrent = (known: Record | null | undefined): known is Record =>
        known?.sequence === sequence[row] && known?.entity === table.entity[row]
      const known = keptIn(lot, table, row)
      if (isCurrent(known)) return known
      const older = keptIn(before, table, row)
      const made = isCurrent(older) ? older : decode()
      keep(table, row, made, stored.length)
      return made
    },
  }
}
