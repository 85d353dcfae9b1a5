import type { Feature } from '../../preload/contract/event.ts'
import type { StoryClock } from './clock.ts'
import type { Draft } from './metrics.ts'
import { rounded } from './path.ts'
import type { River } from './river.ts'
import type { Scenario } from './scenario.ts'
import { bothOf, translated, type Both, type Name } from './words.ts'

type Spectators = NonNullable<Scenario['zones']>['spectators'][number]

const slug = (name: string): string =>
  name
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')

/** What stays where it is: zones, venues, hospitals, depots, stations. Said again every hour. */
export const standingDrafts = (scenario: Scenario, river: River | null, time: number): Draft[] => {
  const draft = (product: string, entity: string, body: Feature): Draft => ({
    product,
    entity,
    type: 'vigie.feature.v1',
    time,
    body,
  })
  const site = (
    product: string,
    [name, lon, lat]: readonly [Name, number, number],
    { status, ...properties }: { status?: Both; [key: string]: unknown },
  ): Draft =>
    draft(product, slug(bothOf(name).fr), {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [lon, lat] },
      properties: { ...translated({ name, status }), severity: 'Unknown', ...properties },
    })
  const { zones, sites, script } = scenario
  const quay = (one: Spectators, near: number, far: number) => {
    if (river === null) throw new Error('zones.json: spectators stand on the quays of river.json')
    return river.quay(one.bank, one.from, one.to, near, far).map(rounded)
  }
  const zoned = ({ product, perimeters, spectators }: NonNullable<typeof zones>): Draft[] => [
    ...perimeters.map((one) =>
      draft(product, one.id, {
        type: 'Feature',
        geometry: {
          type: 'Polygon',
          coordinates: [[...one.corners, one.corners[0]!].map((corner) => rounded(corner))],
        },
        properties: {
          ...translated({ name: one.name, text: one.text }),
          category: 'zone',
          zone: one.kind,
          severity: 'Unknown',
        },
      }),
    ),
    ...spectators.map((one) => {
      const low = one.level === 'low'
      return draft(product, `zone-${String(one.zone).padStart(2, '0')}`, {
        type: 'Feature',
        geometry: { type: 'Polygon', coordinates: [quay(one, low ? 55 : 85, low ? 80 : 140)] },
        properties: {
          ...translated({
            name: { fr: `Zone ${one.zone}`, en: `Zone ${one.zone}` },
            place: {
              fr: `${low ? 'quai bas' : 'quai haut'}, ${one.from} – ${one.to}`,
              en: `${low ? 'lower quay' : 'upper quay'}, ${one.from} – ${one.to}`,
            },
          }),
          category: 'zone',
          zone: 'spectators',
          capacity: one.capacity,
          severity: 'Unknown',
        },
      })
    }),
    ...sites.venues.map((one) => site(product, one, { category: 'venue' })),
  ]
  return [
    ...(zones === null ? [] : zoned(zones)),
    ...sites.groups.flatMap(({ product, places, ...properties }) =>
      places.map((one) => site(product, one, properties)),
    ),
    ...script.closedStations.map((one) =>
      site('transport.stations', one, {
        category: 'resource',
        resource: 'station',
        status: { fr: 'fermée', en: 'closed' },
      }),
    ),
  ]
}

/** Stations that an incident closes, and their reopening. */
export const stationDrafts = (scenario: Scenario, clock: StoryClock, cycle: number): Draft[] =>
  scenario.script.stationsClosedBy.flatMap((closure) =>
    closure.stations.flatMap(([name, lon, lat]): Draft[] => {
      const common = {
        product: 'transport.stations',
        entity: slug(bothOf(name).fr),
        type: 'vigie.feature.v1',
      } as const
      return [
        {
          ...common,
          time: clock.msAt(closure.from + cycle * clock.period),
          body: {
            type: 'Feature',
            geometry: { type: 'Point', coordinates: [lon, lat] },
            properties: {
              category: 'resource',
              resource: 'station',
              severity: 'Moderate',
              ...translated({ name, status: { fr: 'fermée par incident', en: 'closed by incident' } }),
            },
          },
        },
        { ...common, time: clock.msAt(closure.to + cycle * clock.period), body: null },
      ]
    }),
  )
