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

/** Several windows read the same things: what was decoded once is kept until it, or its product's marking, changes. */
export function createRecords(scheme: MarkingScheme): Records {
  const kept = new WeakMap<Table, { own: Rank; rows: (Record | null | undefined)[] }>()
  return {
    at(table, row) {
      const { used, sequence } = table.columns
      if (row >= table.size || used[row] !== 1) return null
      const decode = (): Record | null => {
        const bytes = table.record(row)
        return decodeRecord(table.product, bytes, 0, scheme, table.own)
      }
      // tracks change faster than anybody reads them
      if (table.kind === 'track' || table.kind === 'metric') return decode()
      let of = kept.get(table)
      if (of?.own !== table.own) kept.set(table, (of = { own: table.own, rows: [] }))
      const { rows } = of
      const known = rows[row]
      if (known && known.sequence === sequence[row] && known.entity === table.entity[row]) return known
      const made = decode()
      rows[row] = made
      return made
    },
  }
}
