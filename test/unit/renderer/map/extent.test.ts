import { describe, expect, it } from 'vitest'
import { extentOf, stillFits, withNear } from '../../../../renderer/map/extent.ts'

const around = (lon: number, lat: number, count: number, spread: number) =>
  Array.from({ length: count }, (_, at) => ({
    lon: lon + ((at % 10) / 9 - 0.5) * spread,
    lat: lat + (Math.floor(at / 10) / (count / 10) - 0.5) * spread,
  }))

describe('where entities are', () => {
  it('is nowhere without entities', () => {
    expect(extentOf([])).toBeNull()
  })
  it('holds all of a few, with air around them', () => {
    const [west, south, east, north] = extentOf([
      { lon: 5.2, lat: 43.2 },
      { lon: 5.5, lat: 43.4 },
    ])!
    expect(west < 5.2 && south < 43.2 && east > 5.5 && north > 43.4).toBe(true)
    expect(east - west).toBeLessThan(0.6)
  })
  it('is not widened by one of many that strays', () => {
    const [west, , east] = extentOf([...around(5.35, 43.3, 100, 0.2), { lon: 0, lat: 0 }])!
    expect(west).toBeGreaterThan(5)
    expect(east).toBeLessThan(6)
  })
  it('of one entity alone is its surroundings', () => {
    const [west, , east] = extentOf([{ lon: 5.35, lat: 43.3 }])!
    expect(east - west).toBeGreaterThan(0.01)
  })
})

describe('an incident', () => {
  it('at the edge of the entities is in view, one far away does not take the view with it', () => {
    const shown = extentOf(around(5.35, 43.3, 100, 0.2))!
    const [west, south, east, north] = withNear(shown, [
      { lon: 5.55, lat: 43.3 },
      { lon: 0, lat: 0 },
    ])
    expect(east).toBeGreaterThan(5.55)
    expect([west, south, north]).toEqual([shown[0], shown[1], shown[3]])
  })
})

describe('a wall’s map', () => {
  const shown = extentOf(around(5.35, 43.3, 100, 0.2))!
  it('stays while entities move a little', () => {
    expect(stillFits(shown, extentOf(around(5.355, 43.3, 100, 0.21))!)).toBe(true)
  })
  it('follows when they leave, and when they come together', () => {
    expect(stillFits(shown, extentOf(around(5.6, 43.3, 100, 0.2))!)).toBe(false)
    expect(stillFits(shown, extentOf(around(5.35, 43.3, 100, 0.03))!)).toBe(false)
  })
})
