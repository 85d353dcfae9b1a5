import { describe, expect, it } from 'vitest'
import { latLon, mgrsOf } from '../../../../renderer/desk/selection/coordinates.ts'
import { placeOf } from '../../../../renderer/map/place.ts'

describe('a place', () => {
  it('is written as the language writes numbers and directions', () => {
    const senghor = { lat: 48.86, lon: 2.3247 }
    expect(latLon(senghor, 'fr')).toBe('48,8600 N 2,3247 E')
    expect(latLon(senghor, 'en')).toBe('48.8600 N 2.3247 E')
    expect(latLon({ lat: -5.2, lon: -52.75 }, 'fr')).toBe('5,2000 S 52,7500 O')
    expect(latLon({ lat: -5.2, lon: -52.75 }, 'en')).toBe('5.2000 S 52.7500 W')
  })
  it('is written in MGRS to ten metres, in groups', () => {
    // UTM 31: 448 251 E, 5 411 932 N, by the series of the DMA's manual
    expect(mgrsOf({ lat: 48.8582, lon: 2.2945 })).toBe('31U DQ 4825 1193')
    expect(mgrsOf({ lat: 5.236, lon: -52.7686 })).toMatch(/^22N [A-Z]{2} \d{4} \d{4}$/)
  })
  it('has no MGRS towards the poles, nor where it is no place', () => {
    expect(mgrsOf({ lat: 85, lon: 0 })).toBeNull()
    expect(mgrsOf({ lat: -81, lon: 0 })).toBeNull()
    expect(mgrsOf({ lat: Number.NaN, lon: 0 })).toBeNull()
  })
  it('of an area is the middle of its extent', () => {
    const ring: [number, number][] = [
      [2, 48],
      [4, 48],
      [4, 50],
      [2, 50],
      [2, 48],
    ]
    expect(placeOf({ type: 'Polygon', coordinates: [ring] })).toEqual({ lon: 3, lat: 49 })
    expect(placeOf({ type: 'MultiPolygon', coordinates: [[ring]] })).toEqual({ lon: 3, lat: 49 })
    expect(placeOf({ type: 'Point', coordinates: [2, 48, 100] })).toEqual({ lon: 2, lat: 48 })
    expect(
      placeOf({
        type: 'LineString',
        coordinates: [
          [0, 0],
          [2, 4],
        ],
      }),
    ).toEqual({ lon: 1, lat: 2 })
  })
})
