/** Records for what people read: the newest so many, each whole. */
import type { Rank } from '../../../preload/contract/marking.ts'
import type { Record } from '../../../preload/contract/picture.ts'
import type { RecordsMessage } from '../../../preload/contract/port.ts'
import type { Records } from '../picture/record.ts'
import { createRanks, highestOf } from '../picture/ranks.ts'
import type { Table } from '../picture/table.ts'
import { createOldest } from './oldest.ts'
import type { View } from './view.ts'

const mostRecords = 5000
/** decoded for a message, and changed rows looked at for it: most may be older than all that is shown */
const perMessage = 500
const looksPerMessage = 2000
/** As they are stored, of one message and of all that the window is to hold; decoded they take up to ten times that. */
const bytesPerMessage = 2 * 1024 * 1024
const mostBytes = 32 * 1024 * 1024

const messageOf = (
  { product }: Table,
  reset: boolean,
  records: Record[],
  gone: string[],
): RecordsMessage => ({ kind: 'records', product, reset, records, gone })

export function createRecordsView(table: Table, ceiling: Rank, records: Records, limit = mostRecords): View {
  let most = Math.min(limit, mostRecords)
  const dirty = new Set<number>()
  /** by row: what the window was told is there */
  const sent = new Map<number, { entity: string; time: number; marking: Rank; bytes: number }>()
  const oldest = createOldest()
  const ranks = createRanks()
  /** by row: what of it changed since, as it is marked now */
  const changed = new Map<number, Rank>()
  const changedRanks = createRanks()
  /** of what it shows until it is told everything anew */
  let before: Rank | null = null
  let sentBytes = 0
  /** places whose record went, or may be older now than another that is not shown */
  let vacated = 0
  /** by row that is about to be told for its newness: its time then */
  const chosen = new Map<number, number>()
  let resetting = true

  const unsend = (row: number): string | null => {
    const known = sent.get(row)
    sent.delete(row)
    oldest.delete(row)
    if (known) ranks.remove(known.marking)
    sentBytes -= known?.bytes ?? 0
    return known?.entity ?? null
  }

  const isVisible = (row: number): boolean =>
    table.columns.used[row] === 1 && table.columns.marking[row]! <= ceiling

  /** The newest of what might be shown and is not: nothing else is worth decoding. */
  const newest = (count: number): number[] => {
    const { time } = table.columns
    const rows: number[] = []
    let after = -Infinity
    const cut = (): void => {
      rows.sort((a, b) => time[b]! - time[a]!)
      if (rows.length < count) return
      rows.length = count
      after = time[rows[count - 1]!]!
    }
    for (let row = 0; row < table.size; row++) {
      if (!(time[row]! > after) || !isVisible(row) || sent.has(row)) continue
      rows.push(row)
      if (rows.length >= 2 * count + 64) cut()
    }
    cut()
    return rows
  }

  /** The newest of what is not shown take so many places, if they still are the newest by then. */
  const choose = (places: number): void => {
    vacated = 0
    if (places === 0 || table.ranks.upTo(ceiling) <= sent.size) return
    for (const row of newest(Math.min(places, most))) {
      dirty.add(row)
      chosen.set(row, table.columns.time[row]!)
    }
  }

  const forgetChange = (row: number): void => {
    const marking = changed.get(row)
    if (marking === undefined) return
    changed.delete(row)
    changedRanks.remove(marking)
  }

  const mark = (): void => {
    const { rows, count } = table.changes
    for (let i = 0; i < count; i++) {
      const row = rows[i]!
      dirty.add(row)
      if (!sent.has(row)) continue
      forgetChange(row)
      if (!isVisible(row)) continue
      const marking = table.columns.marking[row]!
      changed.set(row, marking)
      changedRanks.add(marking)
    }
  }

  const reset = (): void => {
    before = highestOf(before, ranks.highest())
    ranks.clear()
    changed.clear()
    changedRanks.clear()
    dirty.clear()
    sent.clear()
    oldest.clear()
    sentBytes = 0
    chosen.clear()
    resetting = true
    choose(most)
  }
  reset()

  /** The oldest makes room. @returns its entity, or null when the new one is older than all */
  const makeRoom = (time: number): string | null => {
    const { row } = oldest
    return row !== null && sent.get(row)!.time < time ? unsend(row) : null
  }

  return {
    table,
    form: 'records',
    mark,
    reset,
    widen(wider = mostRecords) {
      if (Math.min(wider, mostRecords) <= most) return
      most = Math.min(wider, mostRecords)
      choose(most - sent.size)
    },
    get waiting() {
      return dirty.size > 0 || resetting
    },
    take() {
      const gone = new Set<string>()
      const told = new Map<string, Record>()
      let bytes = 0
      let decoded = 0
      let looks = 0
      for (const row of dirty) {
        if (++looks > looksPerMessage || decoded >= perMessage || bytes >= bytesPerMessage) break
        dirty.delete(row)
        forgetChange(row)
        const known = sent.get(row)
        const was = known?.time ?? chosen.get(row) ?? -Infinity
        chosen.delete(row)
        if (known && (!isVisible(row) || table.entity[row] !== known.entity)) {
          unsend(row)
          gone.add(known.entity)
        }
        const time = isVisible(row) ? table.columns.time[row]! : -Infinity
        if (time < was) vacated++
        if (!isVisible(row)) continue
        const size = table.record(row).length
        const own = unsend(row)
        let left: string | null = ''
        while (left !== null && (sent.size >= most || sentBytes + size > mostBytes)) {
          left = makeRoom(time)
          if (left === null) break
          gone.add(left)
          told.delete(left)
        }
        const record = left === null ? null : records.at(table, row)
        if (left !== null) {
          decoded++
          bytes += size
        }
        if (!record) {
          if (own !== null) {
            gone.add(own)
            vacated++
          }
          continue
        }
        sent.set(row, { entity: record.entity, time, marking: record.marking, bytes: size })
        oldest.set(row, time)
        ranks.add(record.marking)
        sentBytes += size
        told.set(record.entity, record)
      }
      if (dirty.size === 0) choose(vacated)
      // an entity may have left one row and taken another
      for (const entity of told.keys()) gone.delete(entity)
      if (!resetting && told.size === 0 && gone.size === 0) return null
      const message = messageOf(table, resetting, [...told.values()], [...gone])
      resetting = false
      before = null
      return message
    },
    forgetting: () => messageOf(table, true, [], []),
    marking() {
      // what is shown counts as it was told, and as it is now, though the window has yet to be told so
      if (table.changes.count > 0) mark()
      return highestOf(ranks.highest(), changedRanks.highest(), before)
    },
  }
}
