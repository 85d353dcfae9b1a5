/** Columns for maps. Rows above the ceiling are never there; one that rises above it is gone, without a word more. */
import type { Rank } from '../../../preload/contract/marking.ts'
import type { ColumnsMessage } from '../../../preload/contract/port.ts'
import { createRanks, highestOf } from '../picture/ranks.ts'
import type { Table } from '../picture/table.ts'
import type { View } from './view.ts'

const mostRows = 100_000
const firstRows = 16

const messageOf = (
  { product }: Table,
  reset: boolean,
  rows: Uint32Array<ArrayBuffer>,
  live: number,
): ColumnsMessage => ({
  kind: 'columns',
  product,
  reset,
  rows,
  lon: new Float32Array(rows.length),
  lat: new Float32Array(rows.length),
  course: new Float32Array(rows.length),
  speed: new Float32Array(rows.length),
  time: new Float64Array(rows.length),
  symbol: new Uint16Array(rows.length),
  severity: new Uint8Array(rows.length),
  shown: new Uint8Array(rows.length),
  symbols: [],
  published: new Float64Array(live),
})

export function createColumnsView(table: Table, ceiling: Rank): View {
  /** by row: 0 clean, 1 changed, 2 changed by a live event */
  let dirty = new Uint8Array(firstRows)
  let list = new Uint32Array(firstRows)
  let count = 0
  /** by row: 0 the window shows nothing there, else the rank that it was told, and 1 */
  let shown = new Uint8Array(firstRows)
  const ranks = createRanks()
  /** of what it shows until it is told everything anew */
  let before: Rank | null = null
  let resetting = true
  // a symbol's text tells what a hidden row is: the window's table has only what its own rows use
  const symbolOf = new Map<number, number>([[0, 0]])
  let symbols: string[] = ['']

  const ensure = (row: number): void => {
    if (row < dirty.length) return
    let length = dirty.length
    while (row >= length) length *= 2
    const longer = (old: Uint8Array): Uint8Array<ArrayBuffer> => {
      const grown = new Uint8Array(length)
      grown.set(old)
      return grown
    }
    dirty = longer(dirty)
    shown = longer(shown)
    const grown = new Uint32Array(length)
    grown.set(list)
    list = grown
  }

  const add = (row: number, change: number): void => {
    ensure(row)
    if (dirty[row] === 0) list[count++] = row
    if (change > dirty[row]!) dirty[row] = change
  }

  const reset = (): void => {
    for (let i = 0; i < count; i++) dirty[list[i]!] = 0
    count = 0
    shown.fill(0)
    before = highestOf(before, ranks.highest())
    ranks.clear()
    resetting = true
    symbolOf.clear()
    symbolOf.set(0, 0)
    symbols = ['']
    const { used } = table.columns
    for (let row = 0; row < table.size; row++) if (used[row] === 1) add(row, 1)
  }
  reset()

  const symbolIndex = (own: number): number => {
    const known = symbolOf.get(own)
    if (known !== undefined) return known
    const index = symbolOf.size
    symbolOf.set(own, index)
    symbols.push(table.symbols[own] ?? '')
    return index
  }

  return {
    table,
    form: 'columns',
    mark() {
      const { rows, kinds, count: changes } = table.changes
      for (let i = 0; i < changes; i++) add(rows[i]!, kinds[i]!)
    },
    reset,
    widen: () => undefined,
    get waiting() {
      return count > 0 || resetting
    },
    take() {
      const { columns } = table
      const first = Math.max(0, count - mostRows)
      const rows = new Uint32Array(count - first)
      let kept = 0
      let live = 0
      for (let i = first; i < count; i++) {
        const row = list[i]!
        const visible = columns.used[row] === 1 && columns.marking[row]! <= ceiling
        if (visible && dirty[row] === 2) live++
        if (visible || shown[row]! > 0) rows[kept++] = row
        else dirty[row] = 0
      }
      count = first
      if (kept === 0 && !resetting) return null
      const message = messageOf(table, resetting, rows.slice(0, kept), live)
      let stamp = 0
      for (let i = 0; i < kept; i++) {
        const row = rows[i]!
        const change = dirty[row]
        dirty[row] = 0
        if (shown[row]! > 0) ranks.remove(shown[row]! - 1)
        // what is gone leaves zeros, not its last place
        if (columns.used[row] !== 1 || columns.marking[row]! > ceiling) {
          shown[row] = 0
          continue
        }
        const marking = columns.marking[row]!
        ranks.add(marking)
        shown[row] = marking + 1
        message.shown[i] = 1
        message.lon[i] = columns.lon[row]!
        message.lat[i] = columns.lat[row]!
        message.course[i] = columns.course[row]!
        message.speed[i] = columns.speed[row]!
        message.time[i] = columns.time[row]!
        message.symbol[i] = symbolIndex(columns.symbol[row]!)
        message.severity[i] = columns.severity[row]!
        if (change === 2) message.published[stamp++] = columns.published[row]!
      }
      message.symbols = symbols
      symbols = []
      resetting = false
      before = null
      return message
    },
    forgetting: () => ({ ...messageOf(table, true, new Uint32Array(0), 0), symbols: [''] }),
    // what is about to be shown counts, and what was told until the window is told that it has gone
    marking: () => highestOf(ranks.highest(), before, table.ranks.highest(ceiling)),
  }
}
