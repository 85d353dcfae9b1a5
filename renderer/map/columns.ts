import type { ColumnsMessage } from '../../preload/contract/port.ts'
import type { Dirty } from './dirty.ts'

/** Where a message's changes are marked. */
export interface Changes {
  /** positions or courses */
  moved: Dirty
  /** symbol, severity or presence: the look must be made again */
  looks: Dirty
}

/**
 * One product's rows as the window holds them: a mirror of the engine's columns, in the order the graphics card
 * wants them. It is written in place; nothing is made per row.
 */
export interface Columns {
  /** highest row seen + 1 */
  readonly length: number
  /** longitude, latitude (degrees), angle (degrees counter-clockwise from north up): three numbers a row */
  readonly motion: Float32Array
  /** degrees true, NaN where unknown */
  readonly course: Float32Array
  /** 1 where the row's symbol turns with its course; written by whoever chooses the symbol */
  readonly turns: Uint8Array
  /** ms since 1970 */
  readonly time: Float64Array
  readonly symbol: Uint16Array
  readonly severity: Uint8Array
  readonly shown: Uint8Array
  readonly symbols: readonly string[]
  /** rows with `shown` */
  readonly count: number
  /** @returns whether the product has other symbols now */
  apply(message: ColumnsMessage, changes: Changes): boolean
}

const least = 64
/** A row index beyond this is a broken sender, not a picture; it would only make us allocate. */
const most = 4_000_000

export function createColumns(): Columns {
  let length = 0
  let count = 0
  let motion = new Float32Array(least * 3)
  let heading = new Float32Array(least)
  let turns = new Uint8Array(least)
  let time = new Float64Array(least)
  let symbol = new Uint16Array(least)
  let severity = new Uint8Array(least)
  let shown = new Uint8Array(least)
  let symbols: string[] = []

  function grow(rows: number): void {
    let capacity = time.length
    if (rows <= capacity) return
    while (capacity < rows) capacity *= 2
    motion = enlarged(motion, new Float32Array(capacity * 3))
    heading = enlarged(heading, new Float32Array(capacity))
    turns = enlarged(turns, new Uint8Array(capacity))
    time = enlarged(time, new Float64Array(capacity))
    symbol = enlarged(symbol, new Uint16Array(capacity))
    severity = enlarged(severity, new Uint8Array(capacity))
    shown = enlarged(shown, new Uint8Array(capacity))
  }

  function apply(message: ColumnsMessage, { moved, looks }: Changes): boolean {
    const { rows, lon, lat, course } = message
    if (message.reset) {
      looks.markAll(0, length)
      shown.fill(0, 0, length)
      length = 0
      count = 0
      symbols = []
    }
    symbols.push(...message.symbols)

    let highest = -1
    for (const row of rows) if (row > highest && row < most) highest = row
    grow(highest + 1)
    if (highest >= length) length = highest + 1

    // rows come by the hundred thousand: what the loop reads is fetched once
    const { time: times, symbol: symbolsOf, severity: severities, shown: present } = message
    const [positions, headings, turning, when] = [motion, heading, turns, time]
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      if (row >= most) continue
      const angle = course[i]!
      const at = row * 3
      positions[at] = lon[i]!
      positions[at + 1] = lat[i]!
      headings[row] = angle
      positions[at + 2] = turning[row] === 1 && angle === angle ? -angle : 0
      when[row] = times[i]!
      moved.mark(row)

      // what has no place is nowhere on a map, though it is there: its product was of another kind before
      const placed = positions[at] === positions[at] && positions[at + 1] === positions[at + 1]
      const seen = placed ? present[i]! : 0
      if (shown[row] === seen && symbol[row] === symbolsOf[i] && severity[row] === severities[i]) continue
      count += (seen === 0 ? 0 : 1) - (shown[row] === 0 ? 0 : 1)
      shown[row] = seen
      symbol[row] = symbolsOf[i]!
      severity[row] = severities[i]!
      looks.mark(row)
    }
    return message.reset || message.symbols.length > 0
  }

  return {
    get length() {
      return length
    },
    get count() {
      return count
    },
    get motion() {
      return motion
    },
    get course() {
      return heading
    },
    get turns() {
      return turns
    },
    get time() {
      return time
    },
    get symbol() {
      return symbol
    },
    get severity() {
      return severity
    },
    get shown() {
      return shown
    },
    get symbols() {
      return symbols
    },
    apply,
  }
}

function enlarged<T extends Float32Array | Float64Array | Uint16Array | Uint8Array>(from: T, to: T): T {
  to.set(from)
  return to
}
