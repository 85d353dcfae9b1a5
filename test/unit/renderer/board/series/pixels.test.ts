import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  extentOf,
  overPixels,
  placesOver,
  roomFor,
  type Place,
} from '../../../../../renderer/board/series/pixels.ts'

const numbers = (places: readonly Place[]): number[] =>
  places.filter((place): place is number => typeof place === 'number')

/** Every point looked at for every pixel. */
function naive(times: number[], values: number[], from: number, to: number, pixels: number) {
  return Array.from({ length: pixels }, (_, pixel) => {
    const own = values.filter((_value, i) => {
      const time = times[i]!
      const at = Math.min(pixels - 1, Math.floor((time - from) * (pixels / (to - from))))
      return time >= from && time <= to && at === pixel
    })
    return own.length === 0 ? null : { low: Math.min(...own), high: Math.max(...own) }
  })
}

test('each pixel has the lowest and the highest of its points and no other value', () => {
  const series = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: -50, max: 50 })), { maxLength: 200 })
    .map((points) => points.sort(([a], [b]) => a - b))
  fc.assert(
    fc.property(series, fc.integer({ min: 1, max: 40 }), (points, pixels) => {
      const times = points.map(([time]) => time)
      const values = points.map(([, value]) => value)
      const [from, to] = [100, 900]
      const places = overPixels({ times, values }, from, to, pixels, Infinity)
      expect(places).toHaveLength(2 * pixels)
      naive(times, values, from, to, pixels).forEach((own, pixel) => {
        // without points of its own it may be where the line comes in or goes out
        if (own === null) return
        const drawn = numbers(places.slice(2 * pixel, 2 * pixel + 2))
        expect({ low: Math.min(...drawn), high: Math.max(...drawn) }).toEqual(own)
      })
    }),
  )
})

describe('a line over pixels', () => {
  const minute = 60_000
  const line = (times: number[], gap: number, pixels = 100) =>
    overPixels({ times, values: times.map(() => 1) }, 0, 100 * minute, pixels, gap)
  const every = (from: number, to: number, step: number): number[] =>
    Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step)

  it('ends where nothing came for too long, and begins again', () => {
    const places = line(
      [...every(0, 30 * minute, minute), ...every(60 * minute, 100 * minute, minute)],
      4 * minute,
    )
    expect(places.filter((place) => place === null)).toHaveLength(1)
    expect(places.indexOf(null)).toBe(61)
  })
  it('goes on where its points are only far apart because they were made coarser', () => {
    const places = line(
      [...every(0, 60 * minute, 8 * minute), ...every(61 * minute, 100 * minute, minute)],
      4 * minute,
    )
    expect(places).not.toContain(null)
  })
  it('of coarser points ends where nothing came for long, and of finer ones after them as soon as ever', () => {
    const coarse = every(0, 24 * minute, 8 * minute)
    const fine = every(25 * minute, 60 * minute, minute)
    const places = line([...coarse, ...fine, ...every(65 * minute, 80 * minute, minute)], 4 * minute)
    expect(places.flatMap((place, at) => (place === null ? [at] : []))).toEqual([121])
    expect(line([...coarse, ...every(60 * minute, 90 * minute, minute)], 4 * minute)).toContain(null)
  })
  it('comes from the point before it and goes to the one after it', () => {
    const places = overPixels({ times: [-10, 10], values: [0, 20] }, 0, 5, 5, Infinity)
    expect(places[0]).toBe(10)
    expect(places.at(-1)).toBe(15)
  })
  it('does not come from a point that is too long ago', () => {
    const places = overPixels(
      { times: [-100, -90, -80, -70, 50, 60], values: [1, 1, 1, 1, 1, 1] },
      0,
      100,
      10,
      15,
    )
    expect(places.indexOf(1)).toBe(10)
  })
  it('has its order of time within a pixel', () => {
    const points = { times: [1, 2, 3], values: [5, 9, 1] }
    expect(overPixels(points, 0, 10, 1, Infinity)).toEqual([9, 1])
  })
  it('holds any number', () => {
    const values = [Number.MAX_VALUE, -Number.MAX_VALUE]
    const drawn = numbers(overPixels({ times: [1, 2], values }, 0, 3, 2, Infinity))
    const { low, high } = extentOf([drawn])!
    expect(Number.isFinite(high - low)).toBe(true)
  })
  it('is of the same length for a hundred thousand points as for ten', () => {
    const times = every(0, 100 * minute, minute / 1000)
    expect(line(times, minute, 600)).toHaveLength(1200)
    expect(line(every(0, 100 * minute, 10 * minute), 20 * minute, 600)).toHaveLength(1200)
    expect(placesOver(0, 100, 600)).toHaveLength(1200)
  })
})

test('a bound is in sight only where it does not flatten the line', () => {
  expect(roomFor({ low: 10, high: 20 }, [25, 1000, 0])).toEqual({ low: 0, high: 25 })
  const flat = roomFor({ low: 5, high: 5 }, [])
  expect(flat.low).toBeLessThan(5)
  expect(flat.high).toBeGreaterThan(5)
})
