import { expect, test } from 'vitest'
import type { ColumnsMessage } from '../../../../preload/contract/port.ts'
import { createColumns, type Columns } from '../../../../renderer/map/columns.ts'
import { createDirty, type Dirty } from '../../../../renderer/map/dirty.ts'
import { columns as message } from '../../../doubles/map.ts'

const ranges = (dirty: Dirty): [number, number][] => {
  const told: [number, number][] = []
  dirty.take(1_000_000, (from, to) => told.push([from, to]))
  return told
}
/** Applies, and says where something moved or wants another look. */
const apply = (columns: Columns, next: ColumnsMessage) => {
  const [moved, looks] = [createDirty(), createDirty()]
  columns.apply(next, { moved, looks })
  return { moved: ranges(moved), looks: ranges(looks) }
}

test('a snapshot fills the mirror, whatever order its rows come in', () => {
  const columns = createColumns()
  apply(columns, message([2, 0, 1], { reset: true, symbols: ['boat'] }))
  expect(columns.length).toBe(3)
  expect(columns.count).toBe(3)
  expect(columns.symbols).toEqual(['boat'])
  expect([...columns.motion.subarray(3, 5)]).toEqual([Math.fround(0.1), Math.fround(40.1)])
  expect(columns.time[2]).toBe(1002)
})

test('a delta touches its own rows and says which', () => {
  const columns = createColumns()
  apply(columns, message([0, 1, 2, 3, 4, 5], { reset: true }))
  apply(columns, message(Array.from({ length: 5000 }, (_, row) => row)))
  const change = apply(columns, message([4, 4000, 2], { lon: Float32Array.of(9, 7, 8) }))
  expect(change.moved).toHaveLength(2)
  for (const row of [2, 4, 4000])
    expect(
      change.moved.some(([from, to]) => from <= row && row < to),
      String(row),
    ).toBe(true)
  // what lies between two rows that are far apart costs nothing
  expect(change.moved.reduce((rows, [from, to]) => rows + to - from, 0)).toBeLessThan(200)
  expect(columns.motion[4000 * 3]).toBe(7)
  expect(columns.motion[2 * 3]).toBe(8)
  expect(columns.motion[4 * 3]).toBe(9)
  expect(columns.motion[3 * 3]).toBe(Math.fround(0.3))
})

test('rows that only moved need no new look', () => {
  const columns = createColumns()
  apply(columns, message([0, 1], { reset: true }))
  const { looks } = apply(columns, message([0, 1]))
  expect(looks).toEqual([])
})

test('a row that ended is gone from the count and asks for its look', () => {
  const columns = createColumns()
  apply(columns, message([0, 1, 2], { reset: true }))
  const { looks } = apply(columns, message([1], { shown: Uint8Array.of(0) }))
  expect(columns.count).toBe(2)
  expect(columns.shown[1]).toBe(0)
  expect(looks).toHaveLength(1)
})

test('a reset forgets every row before, and the old ones are drawn no more', () => {
  const columns = createColumns()
  apply(columns, message([0, 1, 2, 3], { reset: true, symbols: ['a', 'b'] }))
  const { looks } = apply(columns, message([0], { reset: true, symbols: ['c'] }))
  expect(columns.length).toBe(1)
  expect(columns.count).toBe(1)
  expect([...columns.shown.subarray(0, 4)]).toEqual([1, 0, 0, 0])
  expect(columns.symbols).toEqual(['c'])
  expect(looks).toHaveLength(1)
  expect(looks[0]![0]).toBe(0)
  expect(looks[0]![1]).toBeGreaterThanOrEqual(4)
})

test('the arrays grow without losing what they hold', () => {
  const columns = createColumns()
  apply(columns, message([0, 1], { reset: true }))
  apply(columns, message([1000]))
  expect(columns.length).toBe(1001)
  expect(columns.count).toBe(3)
  expect(columns.time[1]).toBe(1001)
})

test('a row number that no picture has is not believed', () => {
  const columns = createColumns()
  apply(columns, message([0], { reset: true }))
  apply(columns, message([4_294_967_295]))
  expect(columns.length).toBe(1)
  expect(columns.count).toBe(1)
})

test('only a symbol that turns follows the course, and an unknown course points north', () => {
  const columns = createColumns()
  apply(columns, message([0, 1], { reset: true }))
  columns.turns[0] = 1
  apply(columns, message([0, 1]))
  expect(columns.motion[2]).toBe(-90)
  expect(columns.motion[5]).toBe(0)
  apply(columns, message([0], { course: Float32Array.of(Number.NaN) }))
  expect(columns.motion[2]).toBe(0)
})

test('a row without a place is not on the map: a product that is of another kind now has events that have none', () => {
  const columns = createColumns()
  const nowhere = { lon: Float32Array.of(2, Number.NaN, 4), lat: Float32Array.of(48, 48, Number.NaN) }
  apply(columns, message([0, 1, 2], { reset: true, ...nowhere }))
  expect([...columns.shown.subarray(0, 3)]).toEqual([1, 0, 0])
  expect(columns.count).toBe(1)
  apply(columns, message([1]))
  expect(columns.count).toBe(2)
})
