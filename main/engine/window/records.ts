/** Records for what people read: the newest so many, each whole. */
import type { Rank } from '../../../preload/contract/marking.ts'
import type { Record, RecordsMessage } from '../../../preload/contract/picture.ts'
import type { Records } from '../picture/record.ts'
import type { Table } from '../picture/table.ts'
import type { View } from './view.ts'

const mostRecords = 5000
const perMessage = 500

export function createRecordsView(table: Table, ceiling: Rank, records: Records, limit = mostRecords): View {
  const most = Math.min(limit, mostRecords)
  const dirty = new Set<number>()
  /** by row: what the window was told is there */
  const sent = new Map<number, { entity: string; time: number; marking: Rank }>()
  let resetting = true

  const isVisible = (row: number): boolean =>
    table.columns.used[row] === 1 && table.columns.marking[row]! <= ceiling

  /** Only the newest are worth decoding. */
  const newestRows = (): number[] => {
    const rows: number[] = []
    for (let row = 0; row < table.size; row++) if (isVisible(row)) rows.push(row)
    const { time } = table.columns
    rows.sort((a, b) => time[b]! - time[a]!)
    return rows.slice(0, most)
  }

  const reset = (): void => {
    dirty.clear()
    sent.clear()
    resetting = true
    for (const row of newestRows()) dirty.add(row)
  }
  reset()

  /** The oldest makes room. @returns its entity, or null when the new one is older than all */
  const makeRoom = (time: number): string | null => {
    let oldest = -1
    let oldestTime = time
    for (const [row, known] of sent) {
      if (known.time >= oldestTime) continue
      oldest = row
      oldestTime = known.time
    }
    const known = sent.get(oldest)
    sent.delete(oldest)
    return known?.entity ?? null
  }

  return {
    table,
    form: 'records',
    mark() {
      const { rows, count } = table.changes
      for (let i = 0; i < count; i++) dirty.add(rows[i]!)
    },
    reset,
    get waiting() {
      return dirty.size > 0 || resetting
    },
    take() {
      const message: RecordsMessage = {
        kind: 'records',
        product: table.product,
        reset: resetting,
        records: [],
        gone: [],
      }
      const gone = new Set<string>()
      const told = new Map<string, Record>()
      for (const row of dirty) {
        dirty.delete(row)
        const known = sent.get(row)
        if (known && (!isVisible(row) || table.entity[row] !== known.entity)) {
          sent.delete(row)
          gone.add(known.entity)
        }
        if (!isVisible(row)) continue
        const time = table.columns.time[row]!
        if (!sent.has(row) && sent.size >= most) {
          const left = makeRoom(time)
          if (left === null) continue
          gone.add(left)
          told.delete(left)
        }
        const record = records.at(table, row)
        if (!record) continue
        sent.set(row, { entity: record.entity, time, marking: record.marking })
        told.set(record.entity, record)
        if (told.size >= perMessage) break
      }
      // an entity may have left one row and taken another
      for (const entity of told.keys()) gone.delete(entity)
      message.records = [...told.values()]
      message.gone = [...gone]
      if (!resetting && message.records.length === 0 && message.gone.length === 0) return null
      resetting = false
      return message
    },
    marking() {
      let highest: Rank | null = null
      // what is shown counts as it was told, and as it is now, though the window has yet to be told so
      for (const [row, told] of sent) {
        const now = isVisible(row) ? table.columns.marking[row]! : told.marking
        const marking = Math.max(now, told.marking)
        if (highest === null || marking > highest) highest = marking
      }
      return highest
    },
  }
}
