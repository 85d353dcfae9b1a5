import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { isTrack } from '../../../../../main/engine/check/track.ts'
import { TrackSchema } from '../../../../../preload/contract/event.ts'

/** mulberry32: the same cases in every run */
const random = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}

const odd: unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  1,
  -1,
  359.9,
  360,
  360.0001,
  -180,
  180.0000001,
  90,
  91,
  15_000,
  15_001,
  5e7,
  5e7 + 1,
  1e999,
  -1e999,
  '',
  'x'.repeat(100),
  'x'.repeat(101),
  'x'.repeat(200),
  'x'.repeat(201),
  'x'.repeat(2000),
  'x'.repeat(2001),
  '1'.repeat(20),
  '1'.repeat(21),
  'Minor',
  'minor',
  'Feature',
  'Point',
  [],
  [1],
  [1, 2],
  [1, 2, 3],
  [1, 2, 3, 4],
  [1, 2, 1e999],
  [1, 2, null],
  ['1', 2],
  {},
  { a: 1 },
  { type: 'Point', coordinates: [2, 48] },
]

const good = () => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [2.3, 48.8, 35] },
  properties: {
    name: 'n',
    category: 'c',
    severity: 'Minor',
    status: 's',
    sidc: '1'.repeat(20),
    text: 't',
    place: 'p',
    course: 1,
    speed: 2,
    altitude: 3,
    free: 'x',
  },
})

type Tree = { [key: string]: unknown }

describe('the guard for tracks', () => {
  it('accepts exactly what the schema accepts', () => {
    const next = random(7)
    const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)]!
    let accepted = 0
    const rounds = 20_000
    for (let round = 0; round < rounds; round++) {
      const value = good() as Tree
      for (let changes = Math.floor(next() * 3); changes >= 0; changes--) {
        const geometry = value['geometry']
        const properties = value['properties']
        const target = pick([value, geometry, properties, properties, properties])
        if (typeof target !== 'object' || target === null || Array.isArray(target)) continue
        const key = pick(Object.keys(target).length > 0 ? Object.keys(target) : ['x'])
        if (next() < 0.2) Reflect.deleteProperty(target, key)
        else (target as Tree)[key] = pick(odd)
      }
      const expected = v.safeParse(TrackSchema, value).success
      if (expected) accepted++
      expect(isTrack(value), JSON.stringify(value)).toBe(expected)
    }
    // both sides of the border were walked
    expect(accepted).toBeGreaterThan(rounds / 20)
    expect(accepted).toBeLessThan((rounds * 19) / 20)
  })

  it.each(odd)('agrees on %j in the place of everything', (value) => {
    expect(isTrack(value)).toBe(v.safeParse(TrackSchema, value).success)
  })
})
