import { describe, expect, it } from 'vitest'
import { addRange, holds, holes, type Range } from '../../../../../main/engine/cache/ranges.ts'

const made = (...ranges: [number, number][]): Range[] => {
  const list: Range[] = []
  for (const [first, last] of ranges) addRange(list, first, last)
  return list
}

describe('held ranges', () => {
  it('join what touches and what overlaps, in whatever order it comes', () => {
    expect(made([1, 5], [6, 9])).toEqual([{ first: 1, last: 9 }])
    expect(made([10, 20], [1, 3], [4, 9])).toEqual([{ first: 1, last: 20 }])
    expect(made([1, 3], [10, 12], [20, 22], [2, 20])).toEqual([{ first: 1, last: 22 }])
    expect(made([5, 6], [1, 2])).toEqual([
      { first: 1, last: 2 },
      { first: 5, last: 6 },
    ])
  })

  it('leave as holes exactly what they do not hold', () => {
    const ranges = made([3, 5], [8, 8], [12, 20])
    expect(holes(ranges, 1, 15)).toEqual([
      { first: 1, last: 2 },
      { first: 6, last: 7 },
      { first: 9, last: 11 },
    ])
    expect(holes(ranges, 13, 18)).toEqual([])
    expect(holes([], 4, 6)).toEqual([{ first: 4, last: 6 }])
    for (let sequence = 1; sequence < 25; sequence++)
      expect(holds(ranges, sequence)).toBe(holes(ranges, sequence, sequence).length === 0)
  })
})
