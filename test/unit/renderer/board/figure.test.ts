import { describe, expect, it } from 'vitest'
import { boundOf, levelOfValue, figureOf } from '../../../../renderer/board/figure.ts'
import { minutesAgo, now } from '../../../doubles/picture.ts'

const above = { moderate: 80, severe: 100, extreme: 130, above: true }
const below = { moderate: 150, severe: 90, above: false }
const trend = (points: [number, number][]) => ({
  unit: null,
  marking: 0,
  times: points.map(([minutes]) => minutesAgo(minutes)),
  values: points.map(([, value]) => value),
})

describe('a figure', () => {
  it('is abnormal when beyond its bound, on the side that is bad', () => {
    expect([79, 80, 118, 131].map((value) => levelOfValue(value, above))).toEqual([
      'minor',
      'moderate',
      'severe',
      'extreme',
    ])
    expect([214, 150, 80].map((value) => levelOfValue(value, below))).toEqual(['minor', 'moderate', 'severe'])
    expect(levelOfValue(1e9, undefined)).toBe('minor')
  })
  it('shows the bound that it passed, else the first that it could', () => {
    expect(boundOf('severe', above)).toEqual({ value: 100, level: 'severe' })
    expect(boundOf('minor', above)).toEqual({ value: 80, level: 'moderate' })
    expect(boundOf('minor', { severe: 400, above: true })).toEqual({ value: 400, level: 'severe' })
    expect(boundOf('minor', undefined)).toBeNull()
  })
  it('says its change since an hour before', () => {
    const figure = figureOf(
      trend([
        [90, 1],
        [61, 10],
        [59, 12],
        [0, 17],
      ]),
      undefined,
    )
    expect(figure).toMatchObject({ value: 17, time: now, change: 7, values: [12, 17] })
  })
  it('says its change since it began, where that is less than an hour ago', () => {
    expect(
      figureOf(
        trend([
          [20, 5],
          [0, 9],
        ]),
        undefined,
      )?.change,
    ).toBe(4)
  })
  it('claims no change where too little is known', () => {
    expect(
      figureOf(
        trend([
          [1, 5],
          [0, 9],
        ]),
        undefined,
      )?.change,
    ).toBeNull()
    expect(figureOf(trend([]), undefined)).toBeNull()
    expect(figureOf(undefined, undefined)).toBeNull()
  })
})
