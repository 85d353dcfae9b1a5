/** A batch's events as conditions ask for them: columns first, and a body only where somebody wants a property of it. */
import { severities } from '../../../preload/contract/event.ts'
import type { Batch } from '../event/batch.ts'
import { bodyAt } from '../event/record.ts'

/** Of an event, what a field may be; undefined: it has none */
export type Value = string | number | boolean | undefined
export type Read = (rows: Rows, i: number) => Value

export interface Rows {
  readonly batch: Batch
  /** a property of the event's body, its own or its `properties`' */
  property(i: number, name: string): Value
}

const utf8 = new TextDecoder()
type Json = { [key: string]: unknown }
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null

const bodyOf = ({ bytes, view, offset, length }: Batch, i: number): Json | null => {
  const at = offset[i]!
  try {
    const body: unknown = JSON.parse(utf8.decode(bytes.subarray(bodyAt(view, at), at + length[i]!)))
    return isObject(body) ? body : null
  } catch {
    return null
  }
}

/** Valid as long as the batch is. */
export function rowsOf(batch: Batch): Rows {
  /** read once, whoever asks */
  const bodies: (Json | null)[] = []
  return {
    batch,
    property(i, name) {
      const body = (bodies[i] ??= bodyOf(batch, i))
      if (body === null) return undefined
      const properties = body['properties']
      const holder = isObject(properties) && Object.hasOwn(properties, name) ? properties : body
      if (!Object.hasOwn(holder, name)) return undefined
      const value = holder[name]
      return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? value
        : undefined
    },
  }
}

const isSidc = (symbol: string): boolean => symbol.length === 20
const known = (value: number): Value => (Number.isNaN(value) ? undefined : value)

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
    return isSidc(symbol) ? rows.property(i, 'category') : symbol
  },
}

export function fieldOf(name: string): Read {
  if (Object.hasOwn(columns, name)) return columns[name]!
  const plain = name.startsWith('properties.') ? name.slice('properties.'.length) : name
  return (rows, i) => rows.property(i, plain)
}

/** What a group is called. */
export function groupOf(name: string): Read {
  if (name === 'severity') return ({ batch }, i) => severities[batch.severity[i]!]
  return fieldOf(name)
}
