import { describe, expect, it } from 'vitest'
import { shiftAt } from '../../../../renderer/wall/burn-in.ts'
import { sizeScale } from '../../../../renderer/kit/distance.ts'

const hour = 3_600_000

describe('a wall', () => {
  it('is drawn larger the farther it is read from, within what a board has room for', () => {
    expect([5, 5.5, 20, 1].map((metres) => sizeScale(metres, 55))).toEqual([1, 1.1, 1.2, 0.85])
    expect(sizeScale(8, 75)).toBeCloseTo(1.173, 3)
    expect(sizeScale(Number.NaN, 55)).toBe(1)
    expect(sizeScale(5, 0)).toBe(1)
  })
  it('never stands on the same pixels for an hour, and moves by one at most', () => {
    const places = Array.from({ length: 60 }, (_, minute) => shiftAt(hour + minute * 60_000).join())
    expect(new Set(places).size).toBe(8)
    for (const place of places)
      for (const pixels of place.split(',')) expect(Math.abs(Number(pixels))).toBeLessThanOrEqual(1)
  })
})
