import { expect, test } from 'vitest'
import { joined, sinceWhen } from '../../../../../renderer/board/series/course.ts'
import { placeLabels } from '../../../../../renderer/board/series/labels.ts'
import { createExtremes } from '../../../../../preload/contract/extremes.ts'

test('where the log was read it stands, before and after it what was told', () => {
  const told = { times: [0, 10, 20, 30, 40], values: [1, 1, 1, 1, 1] }
  const course = { times: [12, 18, 25], values: [2, 2, 2], from: 10, to: 26, filling: false }
  const { times, values } = joined(told, course)
  expect([...(times as Float64Array)]).toEqual([0, 12, 18, 25, 30, 40])
  expect([...(values as Float64Array)]).toEqual([1, 2, 2, 2, 1, 1])
})

test('while the log is filling, the line begins where it was read: before that nobody knows what is missing', () => {
  // told every twelve minutes long ago, then a hole that is no longer than that, and then what was read
  const told = { times: [0, 12, 24, 36, 48, 49], values: [3, 3, 3, 3, 3, 3] }
  const course = { times: [47, 48], values: [3, 3], from: 46, to: 50 }
  const isBeyond = (value: number) => value > 2
  const whole = joined(told, { ...course, filling: false })
  const filling = joined(told, { ...course, filling: true })
  expect([...(whole.times as Float64Array)]).toEqual([0, 12, 24, 36, 47, 48, 49])
  expect([...(filling.times as Float64Array)]).toEqual([47, 48, 49])
  // how long it has been so is not known either
  const before = { ...told, values: [0, 0, 0, 3, 3, 3] }
  expect(sinceWhen(joined(before, { ...course, filling: false }), isBeyond)).toBe(36)
  expect(sinceWhen(joined(before, { ...course, filling: true }), isBeyond)).toBeNull()
})

test('a line is out of its band since the first point of the run at whose end it stands', () => {
  const times = [1, 2, 3, 4, 5]
  const since = (values: number[]) => sinceWhen({ times, values }, (value) => value > 2)
  expect(since([0, 3, 0, 3, 4])).toBe(4)
  expect(since([0, 3, 0, 3, 0])).toBeNull()
  expect(since([3, 3, 3, 3, 3])).toBeNull()
})

test('labels stand beside their lines and never over one another', () => {
  const places = placeLabels([50, 52, 51, 10], 10, 0, 100).map((y) => y!)
  const sorted = [...places].sort((a, b) => a - b)
  sorted.forEach((y, i) => i > 0 && expect(y - sorted[i - 1]!).toBeGreaterThanOrEqual(10))
  expect(places[3]).toBe(10)
  expect(placeLabels([500, 500, 500], 10, 0, 20)).toEqual([5, 15, null])
})

test('of each part the lowest and the highest, in the order in which they happened, whatever comes first', () => {
  const extremes = createExtremes(0, 10, 2)
  for (const [time, value] of [
    [4, 3],
    [1, 9],
    [2, 5],
    [7, 1],
    [11, 99],
  ] as const)
    extremes.add(time, value)
  const { times, values } = extremes.take()
  expect([...times]).toEqual([1, 4, 7])
  expect([...values]).toEqual([9, 3, 1])
})
