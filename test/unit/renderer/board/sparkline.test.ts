import { describe, expect, it, test } from 'vitest'
import { drawTrend } from '../../../../renderer/board/sparkline.ts'

const tenMinutes = 600_000
const draw = (values: readonly number[], bound: number | null = null, precision: number | null = null) =>
  drawTrend(
    values.map((_, at) => at * tenMinutes),
    values,
    bound,
    precision,
    120,
    40,
  )
const numbersIn = (path: string) => path.split(/[ML ]/).filter(Boolean).map(Number)

test('a trend lies within its box, its highest value at the top', () => {
  const [, first, , second] = numbersIn(draw([1, 3]).path)
  expect(first).toBeGreaterThan(second!)
})

test('the last digit going to and fro is no trend', () => {
  const heights = (precision: number | null) =>
    numbersIn(draw([242, 243, 242, 243], null, precision).path).filter((_, at) => at % 2 === 1)
  const swing = (all: readonly number[]) => Math.max(...all) - Math.min(...all)
  expect(swing(heights(0))).toBeLessThanOrEqual(10)
  expect(swing(heights(null))).toBeGreaterThan(30)
})

test.each([
  ['as far apart as numbers go', [-1.7e308, 1.7e308], null],
  ['the greatest there is, twice', [Number.MAX_VALUE, Number.MAX_VALUE], null],
  ['beside a bound as far away', [1e308, -1e308, 0], 1.7e308],
  ['the least that is not nothing', [5e-324, 0], 5e-324],
])('values of any size make a path of numbers within the box: %s', (_, values, bound) => {
  const drawn = draw(values, bound)
  const all = numbersIn(drawn.path)
  expect(all).toHaveLength(2 * values.length)
  expect(all.every((each) => each >= 0 && each <= 120)).toBe(true)
  expect(drawn.bound === null || (drawn.bound >= 0 && drawn.bound <= 40)).toBe(true)
})

describe('a trend line', () => {
  const times = [0, 30 * 60_000, 60 * 60_000]

  it('spans its hour, highest at the top', () => {
    expect(drawTrend(times, [0, 5, 10], null, null, 300, 54)).toEqual({
      path: 'M0 52L153 27L300 2',
      bound: null,
    })
  })
  it('takes in a bound that is near, and leaves out one that would flatten it', () => {
    expect(drawTrend(times, [0, 5, 10], 12, null, 300, 54).bound).toBe(2)
    expect(drawTrend(times, [0, 5, 10], 1000, null, 300, 54).bound).toBeNull()
  })
  it('runs through the middle when nothing changes', () => {
    expect(drawTrend(times, [7, 7, 7], null, null, 300, 54).path).toBe('M0 27L153 27L300 27')
  })
  it('is nothing where there is no room or no point', () => {
    expect(drawTrend([], [], null, null, 300, 54).path).toBe('')
    expect(drawTrend(times, [1, 2, 3], null, null, 0, 54).path).toBe('')
  })
})
