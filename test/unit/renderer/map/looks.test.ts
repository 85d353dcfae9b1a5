import { expect, test } from 'vitest'
import type { ColumnsMessage } from '../../../../preload/contract/port.ts'
import { createColumns } from '../../../../renderer/map/columns.ts'
import { createDirty } from '../../../../renderer/map/dirty.ts'
import { createLooks, stride, type CellOf } from '../../../../renderer/map/looks.ts'

const minute = 60_000
const cellOf: CellOf = (symbol, _severity, grey) => ({
  x: grey ? 100 : 10,
  y: symbol,
  width: 8,
  height: 8,
  size: symbol === 9 ? 0 : 12,
  turns: symbol === 1,
})

function picture(times: number[], symbols: number[] = times.map(() => 0)) {
  const columns = createColumns()
  const message: ColumnsMessage = {
    kind: 'columns',
    product: 'security.units',
    reset: true,
    rows: Uint32Array.from(times, (_, i) => i),
    lon: new Float32Array(times.length),
    lat: new Float32Array(times.length),
    course: new Float32Array(times.length).fill(45),
    speed: new Float32Array(times.length),
    time: Float64Array.from(times),
    symbol: Uint16Array.from(symbols),
    severity: new Uint8Array(times.length),
    shown: new Uint8Array(times.length).fill(1),
    symbols: ['a', 'b'],
    published: new Float64Array(0),
  }
  columns.apply(message, { moved: createDirty(), looks: createDirty() })
  return columns
}

const alpha = (values: Float32Array, row: number): number =>
  new Uint8Array(values.buffer)[(row * stride + 8) * 4 + 3]!
const frame = (values: Float32Array, row: number): number => values[row * stride + 3]!

test('fresh is full, late is fainter, lost is grey', () => {
  const now = 100 * minute
  const columns = picture([now, now - 2 * minute, now - 10 * minute])
  const looks = createLooks()
  looks.freshness = minute
  looks.pack(columns, 0, 3, cellOf, now)
  expect(alpha(looks.values, 0)).toBe(255)
  expect(alpha(looks.values, 1)).toBeLessThan(255)
  expect(alpha(looks.values, 2)).toBeLessThan(alpha(looks.values, 1))
  expect([0, 1, 2].map((row) => frame(looks.values, row))).toEqual([10, 10, 100])
})

test('what nobody renews ages by the sweep alone, and only what aged is uploaded', () => {
  const now = 100 * minute
  const columns = picture([now, now - 0.9 * minute, now])
  const looks = createLooks()
  looks.freshness = minute
  looks.pack(columns, 0, 3, cellOf, now)
  const before = [0, 1, 2].map((row) => alpha(looks.values, row))
  const dirty = createDirty()
  looks.sweep(columns, cellOf, now + 0.5 * minute, 100, dirty)
  expect(dirty.empty).toBe(false)
  expect([0, 2].map((row) => alpha(looks.values, row))).toEqual([before[0], before[2]])
  expect(alpha(looks.values, 1)).toBeLessThan(before[1]!)
  dirty.take(3, () => undefined)
  looks.sweep(columns, cellOf, now + 0.5 * minute, 100, dirty)
  expect(dirty.empty).toBe(true)
})

test('an old row that is heard of again is fresh at once', () => {
  const now = 100 * minute
  const columns = picture([now - 10 * minute])
  const looks = createLooks()
  looks.freshness = minute
  looks.pack(columns, 0, 1, cellOf, now)
  columns.time[0] = now
  const dirty = createDirty()
  looks.touch(columns, Uint32Array.of(0), cellOf, now, dirty)
  expect(dirty.empty).toBe(false)
  expect(alpha(looks.values, 0)).toBe(255)
})

test('what ended, and what is not drawn, has no size', () => {
  const columns = picture([0, 0], [0, 9])
  columns.shown[0] = 0
  const looks = createLooks()
  looks.pack(columns, 0, 2, cellOf, 0)
  expect(looks.values[0]).toBe(0)
  expect(looks.values[stride]).toBe(0)
})

test('a symbol that turns takes the course it already had', () => {
  const columns = picture([0, 0], [0, 1])
  const looks = createLooks()
  looks.pack(columns, 0, 2, cellOf, 0)
  expect(columns.motion[2]).toBe(0)
  expect(columns.motion[5]).toBe(-45)
})
