/** What the picture knows of every row, side by side: maps, search and views read it without opening a record. */
import type { Batch } from '../event/batch.ts'

/** Equally long; times in ms since 1970, NaN where there is none. */
export interface Columns {
  used: Uint8Array
  lon: Float32Array
  lat: Float32Array
  course: Float32Array
  speed: Float32Array
  time: Float64Array
  sequence: Float64Array
  published: Float64Array
  expires: Float64Array
  symbol: Uint16Array
  severity: Uint8Array
  marking: Uint8Array
  /** 1: without a marking of its own, `marking` is the product's */
  unmarked: Uint8Array
  type: Uint8Array
  /** of its record in the arena */
  slot: Int32Array
}

export const createColumns = (length: number): Columns => ({
  used: new Uint8Array(length),
  lon: new Float32Array(length),
  lat: new Float32Array(length),
  course: new Float32Array(length),
  speed: new Float32Array(length),
  time: new Float64Array(length),
  sequence: new Float64Array(length),
  published: new Float64Array(length),
  expires: new Float64Array(length),
  symbol: new Uint16Array(length),
  severity: new Uint8Array(length),
  marking: new Uint8Array(length),
  unmarked: new Uint8Array(length),
  type: new Uint8Array(length),
  slot: new Int32Array(length).fill(-1),
})

/** @returns the same, long enough for the row */
export function columnsWith(row: number, columns: Columns): Columns {
  let length = columns.used.length
  if (row < length) return columns
  while (row >= length) length *= 2
  const grown = createColumns(length)
  for (const name of Object.keys(columns) as (keyof Columns)[]) grown[name].set(columns[name])
  return grown
}

/** What an event says itself; its symbol, its marking and its record are the table's business. */
export function writeColumns(columns: Columns, row: number, batch: Batch, i: number): void {
  columns.lon[row] = batch.lon[i]!
  columns.lat[row] = batch.lat[i]!
  columns.course[row] = batch.course[i]!
  columns.speed[row] = batch.speed[i]!
  columns.time[row] = batch.time[i]!
  columns.sequence[row] = batch.sequence[i]!
  columns.published[row] = batch.published[i]!
  columns.expires[row] = batch.expires[i]!
  columns.severity[row] = batch.severity[i]!
  columns.type[row] = batch.type[i]!
}
