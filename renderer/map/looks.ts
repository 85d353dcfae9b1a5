import { freshnessOf, type Freshness } from '../../preload/contract/freshness.ts'
import type { Columns } from './columns.ts'
import type { Dirty } from './dirty.ts'
import type { Cell } from './symbols.ts'

/** Numbers per row: size in pixels, icon definition (offset x y, frame x y w h, mask), colour as four bytes. */
export const stride = 9
const colourAt = 8

/** How old a row is beside what its product promises. */
const fresh = 0
const late = 1
const lost = 2

/** How strongly what is so old is drawn, 0 to 1. */
export const fadedTo: { readonly [F in Freshness]: number } = { waiting: 1, fresh: 1, late: 0.59, lost: 0.43 }
/** by stage */
const alphas = [fadedTo.fresh, fadedTo.late, fadedTo.lost].map((strength) => Math.round(strength * 255))

/** What each row looks like, packed for the graphics card; written again only where something changed. */
export interface Looks {
  readonly values: Float32Array
  /** makes the rows `from` to `to`, exclusive, again */
  pack(columns: Columns, from: number, to: number, cellOf: CellOf, now: number): void
  /** packs and marks the rows among these that were old and are no longer, or the other way round */
  touch(columns: Columns, rows: Uint32Array, cellOf: CellOf, now: number, dirty: Dirty): void
  /** looks at up to `most` rows for such that aged meanwhile; packs and marks those */
  sweep(columns: Columns, cellOf: CellOf, now: number, most: number, dirty: Dirty): void
  /** ms a row may be old before it fades; null: it never does */
  freshness: number | null
}

/** The cell to draw for a product's symbol index and a severity; grey: for what is lost. */
export type CellOf = (symbol: number, severity: number, grey: boolean) => Cell

export function createLooks(): Looks {
  let values = new Float32Array(0)
  let bytes = new Uint8Array(0)
  let stages = new Uint8Array(0)
  let cursor = 0
  let freshness: number | null = null

  function fit(rows: number): void {
    if (stages.length === rows) return
    const larger = new Float32Array(rows * stride)
    larger.set(values.subarray(0, Math.min(values.length, larger.length)))
    values = larger
    bytes = new Uint8Array(values.buffer)
    const old = stages
    stages = new Uint8Array(rows)
    stages.set(old.subarray(0, rows))
  }

  function stageOf(time: number, now: number): number {
    if (freshness === null) return fresh
    const age = freshnessOf(time, freshness, now)
    return age === 'lost' ? lost : age === 'late' ? late : fresh
  }

  function write(columns: Columns, row: number, stage: number, cellOf: CellOf): void {
    stages[row] = stage
    const at = row * stride
    const cell =
      columns.shown[row] === 0 || row >= columns.length
        ? null
        : cellOf(columns.symbol[row]!, columns.severity[row]!, stage === lost)
    if (cell === null || cell.size === 0) {
      values[at] = 0
      return
    }
    const course = columns.course[row]!
    columns.turns[row] = cell.turns ? 1 : 0
    columns.motion[row * 3 + 2] = cell.turns && course === course ? -course : 0
    values[at] = cell.size
    values[at + 1] = 0
    values[at + 2] = 0
    values[at + 3] = cell.x
    values[at + 4] = cell.y
    values[at + 5] = cell.width
    values[at + 6] = cell.height
    values[at + 7] = 0
    const byte = (at + colourAt) * 4
    bytes[byte] = bytes[byte + 1] = bytes[byte + 2] = 255
    bytes[byte + 3] = alphas[stage]!
  }

  return {
    get values() {
      return values
    },
    get freshness() {
      return freshness
    },
    set freshness(ms) {
      freshness = ms
    },
    pack(columns, from, to, cellOf, now) {
      fit(columns.time.length)
      for (let row = from; row < to; row++) {
        write(columns, row, stageOf(columns.time[row]!, now), cellOf)
      }
    },
    touch(columns, rows, cellOf, now, dirty) {
      fit(columns.time.length)
      const { time, shown, length } = columns
      // nearly always all are fresh and were so: that must cost nothing at a hundred thousand rows
      const freshFrom = freshness === null ? -Infinity : now - freshness
      for (const row of rows) {
        if (row >= length || shown[row] === 0) continue
        if (stages[row] === fresh && time[row]! >= freshFrom) continue
        const stage = stageOf(time[row]!, now)
        if (stage === stages[row]) continue
        write(columns, row, stage, cellOf)
        dirty.mark(row)
      }
    },
    sweep(columns, cellOf, now, most, dirty) {
      fit(columns.time.length)
      // nothing of it ages
      if (freshness === null) return
      const { time, shown, length } = columns
      for (let n = Math.min(most, length); n > 0; n--) {
        if (cursor >= length) cursor = 0
        const row = cursor++
        if (shown[row] === 0) continue
        const stage = stageOf(time[row]!, now)
        if (stage === stages[row]) continue
        write(columns, row, stage, cellOf)
        dirty.mark(row)
      }
    },
  }
}
