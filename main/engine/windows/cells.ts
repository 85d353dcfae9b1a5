/**
 * A product's entities as the columns of a table: no object for each, and of what has not changed since it was asked for
 * last nothing is read again.
 */
import type { Rank } from '../../../preload/contract/marking.ts'
import type { Cells } from '../../../preload/contract/port.ts'
import { oneLine } from '../../../preload/contract/text.ts'
import type { Language } from '../../../preload/contract/words.ts'
import { readRecord, viewOf } from '../event/record.ts'
import type { Table } from '../picture/table.ts'

/** Of a text in a cell; more is nowhere to be seen. */
const longestText = 200
/** Columns kept for all windows together, of a hundred thousand rows each: a page may ask for any names. */
const mostColumns = 36
const mostRows = 100_000
/** … of what a window reads as records and never as columns: as many as it is told of those, the newest */
const mostRead = 5000
/** rows whose bodies say which properties there are */
const looked = 64
const mostProperties = 40
/** ms: then other work has its turn */
const turn = 8

interface Column {
  /** by row: what its record said, as of this sequence */
  sequences: number[]
  values: (number | string | null)[]
}

type Body = { readonly [name: string]: unknown }
const isBody = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const utf8 = new TextDecoder()

function bodyAt(table: Table, row: number): Body | null {
  const bytes = table.record(row)
  const { from, to } = readRecord(bytes, viewOf(bytes), 0)
  try {
    const body: unknown = JSON.parse(utf8.decode(bytes.subarray(from, to)))
    if (!isBody(body)) return null
    return isBody(body['properties']) ? body['properties'] : body
  } catch {
    return null
  }
}

/** As people read it: its owner's words in their language, where there are any. */
function cellOf(body: Body | null, property: string, language: Language): number | string | null {
  if (body === null || !Object.hasOwn(body, property)) return null
  const { translations } = body
  const own = isBody(translations) && Object.hasOwn(translations, language) ? translations[language] : null
  const value = isBody(own) && typeof own[property] === 'string' ? own[property] : body[property]
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return oneLine(value, longestText)
  if (Array.isArray(value))
    return oneLine(
      value.filter((one) => typeof one === 'string' || typeof one === 'number').join(', '),
      longestText,
    )
  return null
}

export interface CellReader {
  /** @returns null where the product left the window's sight meanwhile */
  read(
    seen: () => Table | undefined,
    ask: { properties: readonly string[]; language: Language },
    ceiling: Rank,
  ): Promise<Cells | null>
}

export function createCells(): CellReader {
  /** by product, language and property; the one asked for longest ago first */
  const columns = new Map<string, { of: Table; column: Column }>()

  function columnOf(table: Table, key: string): Column {
    const known = columns.get(key)
    columns.delete(key)
    const kept = known?.of === table ? known : { of: table, column: { sequences: [], values: [] } }
    columns.set(key, kept)
    for (const oldest of columns.keys()) {
      if (columns.size <= mostColumns) break
      columns.delete(oldest)
    }
    return kept.column
  }

  function propertiesOf(table: Table, rows: readonly number[]): string[] {
    const counts = new Map<string, number>()
    for (const row of rows.slice(0, looked)) {
      const body = bodyAt(table, row)
      for (const [name, value] of Object.entries(body ?? {}))
        if (name.length <= 100 && (typeof value === 'string' || typeof value === 'number'))
          counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    return [...counts]
      .sort((a, b) => b[1] - a[1])
      .slice(0, mostProperties)
      .map(([name]) => oneLine(name, 100))
  }

  return {
    async read(seen, { properties, language }, ceiling) {
      const table = seen()
      if (table === undefined) return null
      const { used, marking } = table.columns
      const rows: number[] = []
      let total = 0
      for (let row = 0; row < table.size; row++) {
        if (used[row] !== 1 || marking[row]! > ceiling) continue
        total++
        rows.push(row)
      }
      const most = table.kind === 'track' || table.kind === 'feature' ? mostRows : mostRead
      if (rows.length > most) {
        const { time } = table.columns
        rows.sort((a, b) => time[b]! - time[a]!)
        rows.length = most
      }
      const wanted = properties.map((property) => ({
        property,
        column: columnOf(table, `${table.product} ${language} ${property}`),
      }))
      let begun = performance.now()
      for (const [at, row] of rows.entries()) {
        const sequence = table.columns.sequence[row]!
        let body: Body | null | undefined
        for (const { property, column } of wanted) {
          if (column.sequences[row] === sequence) continue
          body ??= bodyAt(table, row)
          column.sequences[row] = sequence
          column.values[row] = cellOf(body, property, language)
        }
        if (at % 64 !== 63 || performance.now() - begun <= turn) continue
        await new Promise((resolve) => setImmediate(resolve))
        if (seen() !== table) return null
        begun = performance.now()
      }
      // what ended, changed or was raised meanwhile is not told: it is there the next time
      const { columns: now } = table
      const told = rows.filter((row) => {
        if (now.used[row] !== 1 || now.marking[row]! > ceiling) return false
        return wanted.every(({ column }) => column.sequences[row] === now.sequence[row])
      })
      let highest: Rank = 0
      for (const row of told) highest = Math.max(highest, now.marking[row]!)
      return {
        entities: told.map((row) => oneLine(table.entity[row] ?? '', longestText)),
        severities: Uint8Array.from(told, (row) => now.severity[row]!),
        times: Float64Array.from(told, (row) => now.time[row]!),
        columns: wanted.map(({ column }) => {
          const values = told.map((row) => column.values[row] ?? null)
          return {
            numbers: values.some((value) => typeof value === 'number')
              ? Float64Array.from(values, (value) => (typeof value === 'number' ? value : Number.NaN))
              : new Float64Array(0),
            texts: values.some((value) => typeof value === 'string')
              ? values.map((value) => (typeof value === 'string' ? value : ''))
              : [],
          }
        }),
        properties: propertiesOf(table, told),
        total,
        marking: highest,
      }
    },
  }
}
