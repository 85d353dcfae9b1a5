import { expect, test } from 'vitest'
import { inSight, type Named } from '../../../../renderer/map/annotated.ts'
import type { PlacedIncident } from '../../../../renderer/map/features.ts'

const incident = (key: string, lon: number, part: object = {}) =>
  ({
    key,
    lon,
    lat: 50,
    title: key,
    place: 'Quai',
    opened: 0,
    time: 0,
    product: 'a.incidents',
    ...part,
  }) as PlacedIncident
const mark = (key: string, lon: number) => ({ key, lon, lat: 50, title: key, second: 'Transport' })

const named = (part: Partial<Named>): Named => ({
  incidents: [],
  marks: [],
  project: (lon, lat) => ({ x: lon, y: lat }),
  width: 100,
  height: 100,
  promise: () => null,
  age: (ms) => `${ms / 60_000} min`,
  now: 240_000,
  ...part,
})

test('an incident beyond the map is not named, and the others keep their numbers', () => {
  const { incidents } = inSight(named({ incidents: [incident('far', 500), incident('here', 50)] }), 10)
  expect(incidents.map(({ incident: { key }, number }) => [key, number])).toEqual([['here', 2]])
})

test('an incident whose ring is still seen at the edge is named', () => {
  expect(inSight(named({ incidents: [incident('edge', 105)] }), 10).incidents).toHaveLength(1)
})

test('an incident says where and since when, and nothing of a place that it has not', () => {
  const { incidents } = inSight(
    named({ incidents: [incident('a', 10), incident('b', 20, { place: '' })] }),
    10,
  )
  expect(incidents.map(({ second }) => second)).toEqual(['Quai · 4 min', '4 min'])
})

test('an incident that was not renewed within the promise of its product is stale, whenever it began', () => {
  const minute = 60_000
  const times = { fresh: 3.5, late: 2, lost: -6 }
  const { incidents } = inSight(
    named({
      incidents: Object.entries(times).map(([key, minutes], at) =>
        incident(key, 10 * at, { time: minutes * minute }),
      ),
      promise: (product) => (product === 'a.incidents' ? minute : null),
    }),
    10,
  )
  expect(incidents.map(({ freshness }) => freshness)).toEqual(Object.keys(times))
})

test('an incident of a product that promises nothing here is never stale', () => {
  const { incidents } = inSight(named({ incidents: [incident('a', 10, { time: -1e9 })] }), 10)
  expect(incidents.map(({ freshness }) => freshness)).toEqual(['fresh'])
})

test('an incident that people look for has one label, its own', () => {
  const { incidents, marks } = inSight(
    named({ incidents: [incident('a', 10)], marks: [mark('a', 10), mark('boat', 40), mark('gone', 400)] }),
    10,
  )
  expect(incidents[0]!.marked).toBe(true)
  expect(marks.map(({ mark: { key } }) => key)).toEqual(['boat'])
})
