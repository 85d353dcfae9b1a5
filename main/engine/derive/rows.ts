/** A batch's events as conditions ask for them: columns first, and a body only where somebody wants a property of it. */
import { severities } from '../../../preload/contract/event.ts'
import type { Batch } from '../event/batch.ts'
import { bodyAt } from '../event/record.ts'
import { readProperty, type ReadProperty } from './body.ts'

/** Of an event, what a field may be; undefined: it has none */
export type Value = string | number | boolean | undefined
export type Read = (rows: Rows, i: number) => Value

export interface Rows {
  readonly batch: Batch
  /** a property of the event's body, its own or its `properties`' */
  property(i: number, name: string, read: ReadProperty): Value
}

/** Valid as long as the batch is. */
export function rowsOf(batch: Batch): Rows {
  /** by name; each is read once, whoever asks. null: it has none */
  const columns = new Map<string, (Value | null)[]>()
  return {
    batch,
    property(i, name, read) {
      let column = columns.get(name)
      if (column === undefined) columns.set(name, (column = []))
      const known = column[i]
      if (known !== undefined) return known ?? undefined
      const at = batch.offset[i]!
      const value = read(batch.bytes, bodyAt(batch.view, at), at + batch.length[i]!)
      column[i] = value ?? null
      return value
    },
  }
}

const isSidc = (symbol: string): boolean => symbol.length === 20
const known = (value: number): Value => (Number.isNaN(value) ? undefined : value)

const readCategory = readProperty('category')

const columns: { [name: string]: Read } = {
  entity: ({ batch }, i) => batch.entity[i],
  series: ({ batch }, i) => batch.series[i],
  unit: ({ batch }, i) => batch.unit[i] ?? undefined,
  name: ({ batch }, i) => batch.name[i],
  severity: ({ batch }, i) => batch.severity[i],
  value: ({ batch }, i) => known(batch.value[i]!),
  lon: ({ batch }, i) => known(batch.lon[i]!),
  lat: ({ batch }, i) => known(batch.lat[i]!),
  course: ({ batch }, i) => known(batch.course[i]!),
  speed: ({ batch }, i) => known(batch.speed[i]!),
  // the column has the symbol where there is one
  category: (rows, i) => {
    const symbol = rows.batch.symbol[i]!
    return isSidc(symbol) ? rows.property(i, 'category', readCategory) : symbol
  },
}

export function fieldOf(name: string): Read {
  if (Object.hasOwn(columns, name)) return columns[name]!
  const plain = name.startsWith('properties.') ? name.slice('properties.'.length) : name
  const read = readProperty(plain)
  return (rows, i) => rows.property(i, plain, read)
}

/** What a group is called. */
export function groupOf(name: string): Read {
  if (name === 'severity') return ({ batch }, i) => severities[batch.severity[i]!]
  return fieldOf(name)
}
