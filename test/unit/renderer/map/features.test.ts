import { expect, test } from 'vitest'
import type { Record } from '../../../../preload/contract/picture.ts'
import { featuresOf } from '../../../../renderer/map/features.ts'

const record = (entity: string, properties: object, part: Partial<Record> = {}): Record => ({
  product: 'security.incidents',
  entity,
  sequence: 1,
  id: entity,
  source: 'test',
  type: 'vigie.feature.v1',
  time: 1000,
  published: 1000,
  expires: null,
  marking: 0,
  caveats: [],
  body: {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [2.3, 48.8] },
    properties,
  } as Record['body'],
  ...part,
})

test('the worst incident comes first, then the newest', () => {
  const { incidents } = featuresOf([
    record('inc-1', { severity: 'Moderate' }, { time: 5 }),
    record('inc-2', { severity: 'Extreme' }, { time: 1 }),
    record('inc-3', { severity: 'Moderate' }, { time: 9 }),
  ])
  expect(incidents.map(({ key }) => key)).toEqual([
    'security.incidents inc-2',
    'security.incidents inc-3',
    'security.incidents inc-1',
  ])
})

test('an incident is called by its number and says since when', () => {
  const { incidents } = featuresOf([
    record('inc-042', { name: 'Colis suspect', opened: '2026-07-26T17:38:00Z', place: 'Passerelle Senghor' }),
  ])
  expect(incidents[0]).toMatchObject({
    title: 'INC-042 · Colis suspect',
    place: 'Passerelle Senghor',
    opened: Date.parse('2026-07-26T17:38:00Z'),
    time: 1000,
  })
})

test('what is over is no longer shown', () => {
  expect(featuresOf([record('inc-1', { status: 'closed' })]).incidents).toEqual([])
})

test('zones are outlined, venues are named, other points are left to the columns', () => {
  const square = {
    type: 'Polygon',
    coordinates: [
      [
        [2, 48],
        [3, 48],
        [3, 49],
        [2, 48],
      ],
    ],
  }
  const zone = record('z1', { name: 'SILT' }, { product: 'security.zones' })
  zone.body = { ...zone.body, geometry: square } as Record['body']
  const { zones, venues, incidents } = featuresOf([
    zone,
    record('v1', { name: 'Trocadéro', category: 'venue' }, { product: 'security.zones' }),
    record('h1', { name: 'Necker', category: 'hospital' }, { product: 'health.sites' }),
  ])
  expect(zones).toHaveLength(1)
  expect(venues.map(({ name }) => name)).toEqual(['Trocadéro'])
  expect(incidents).toEqual([])
})
