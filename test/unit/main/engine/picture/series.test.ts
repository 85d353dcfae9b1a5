/** A series has its near past as it was, and its far past for as long as it is kept, however fast the near past comes. */
import { expect, it } from 'vitest'
import { addPoint, createSeries, type Series } from '../../../../../main/engine/picture/series.ts'

const minute = 60_000
const start = 1_000_000_000
const add = (series: Series, time: number): void => void addPoint(series, time, time, 0, () => true)
const timesOf = ({ times, count }: Series): number[] => [...times.subarray(0, count)]

it('three hours told by the minute are still there after an hour at ten a second', () => {
  const series = createSeries('weld-current')
  for (let at = 0; at < 180; at++) add(series, start + at * minute)
  const live = start + 180 * minute
  for (let at = 0; at < 3600 * 10; at++) add(series, live + at * 100)
  const newest = live + 3600 * 1000 - 100
  const times = timesOf(series)
  expect(times.length).toBeLessThanOrEqual(512)
  expect(times[0]).toBe(start)
  expect(times.at(-1)).toBe(newest)
  // nowhere a hole that a chart of these hours would show
  const holes = times.slice(1).flatMap((time, i) => {
    const age = newest - times[i]!
    return age < 10_000 ? [] : [(time - times[i]!) / age]
  })
  expect(Math.max(...holes)).toBeLessThan(0.1)
  // the last seconds are whole
  expect(times.filter((time) => newest - time < 10_000)).toHaveLength(100)
})

it('a day told by the minute is thinned evenly, the older half first', () => {
  const series = createSeries('level')
  for (let at = 0; at < 24 * 60; at++) add(series, start + at * minute)
  const times = timesOf(series)
  expect(times[0]).toBe(start)
  const last = times.slice(-200)
  expect(last[199]! - last[0]!).toBe(199 * minute)
})

it('points of one moment make room too', () => {
  const series = createSeries('level')
  for (let at = 0; at < 5000; at++) addPoint(series, start, at, 0, () => true)
  expect(series.count).toBeLessThanOrEqual(512)
  expect(series.values[series.count - 1]).toBe(4999)
})
