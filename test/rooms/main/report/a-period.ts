/** An evening in a cache: what a platform sent between 17:00 and 19:45, as its messages came. */
import { expect } from 'vitest'
import { createCheck, rulesOf } from '../../../../main/engine/check/check.ts'
import type { Cache } from '../../../../main/engine/cache/cache.ts'
import { encode } from '../../../../main/exercise/message.ts'
import type { Body, EventType } from '../../../../preload/contract/event.ts'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import type { Descriptor, Kind, ProductName } from '../../../../preload/contract/product.ts'
import { eventOf, headOf } from '../../../doubles/event.ts'
import { message, product } from '../../../platform/product.ts'
import { plainCommitter } from '../engine/cache/a-cache.ts'

/** 26 July 2026, so many minutes after 18:00 in Paris. */
export const at = (minutes: number): number => Date.UTC(2026, 6, 26, 16, 0) + minutes * 60_000
export const period = { from: at(0), to: at(105) }

export interface Said {
  entity: string
  minutes: number
  body?: Body
  marking?: string
  caveats?: string[]
}

const types: Record<Kind, EventType> = {
  feature: 'vigie.feature.v1',
  track: 'vigie.track.v1',
  metric: 'vigie.metric.v1',
  note: 'vigie.note.v1',
  document: 'vigie.document.v1',
  report: 'vigie.report.v1',
  act: 'vigie.act.v1',
}

/** What one product said, published when it happened; its first message has the sequence 1. */
export interface Spoken {
  name: ProductName
  kind: Kind
  descriptor: Partial<Descriptor>
  said: Said[]
}

const point = (lon: number, lat: number) => ({
  type: 'Point' as const,
  coordinates: [lon, lat] as [number, number],
})
export const incident = (
  properties: Record<string, unknown>,
  [lon, lat]: [number, number] = [2.3247, 48.8609],
): Body => ({
  type: 'Feature',
  geometry: point(lon, lat),
  properties: { category: 'incident', ...properties },
})
const zone = (name: string, corners: readonly (readonly number[])[], severity = 'Unknown'): Body => ({
  type: 'Feature',
  geometry: { type: 'Polygon', coordinates: [[...corners, ...corners.slice(0, 1)]] } as never,
  properties: { category: 'zone', name, severity } as never,
})
const metric = (series: string, value: number, unit: string): Body => ({ series, value, unit })
/** Values from the hour before the period on, one each five minutes. */
const curve = (series: string, unit: string, of: (minutes: number) => number, until = 105): Said[] => {
  const said: Said[] = []
  for (let minutes = -30; minutes <= until; minutes += 5)
    said.push({ entity: series, minutes, body: metric(series, Math.round(of(minutes) * 10) / 10, unit) })
  return said
}
const rise = (from: number, to: number) => (minutes: number) =>
  minutes < 60 ? from : from + ((to - from) * (minutes - 60)) / 45
const words = (fr: string, en: string) => ({ fr, en })
const note = (text: string, en: string, more: Record<string, unknown> = {}): Body => ({
  text,
  category: 'log',
  translations: { en: { text: en } },
  ...more,
})
const inTurn = (said: Said[]): Said[] => [...said].sort((a, b) => a.minutes - b.minutes)

export const evening = (): Spoken[] => [
  {
    name: 'security.incidents',
    kind: 'feature',
    descriptor: { title: words('Incidents', 'Incidents'), marking: 'dr', freshness: 'PT6H' },
    said: [
      {
        entity: 'inc-040',
        minutes: -20,
        body: incident({
          ...{ name: 'Drone au-dessus du Louvre', place: 'Louvre', severity: 'Moderate', status: 'open' },
          translations: { en: { name: 'Drone above the Louvre' } },
        }),
      },
      {
        entity: 'inc-040',
        minutes: 59,
        body: incident({
          ...{ name: 'Drone au-dessus du Louvre', place: 'Louvre', severity: 'Moderate', status: 'closed' },
          translations: { en: { name: 'Drone above the Louvre' } },
        }),
      },
      {
        entity: 'inc-042',
        minutes: 96,
        body: incident({
          ...{ name: 'Sac abandonné', place: 'passerelle Senghor', severity: 'Severe', status: 'open' },
          translations: { en: { name: 'Abandoned bag', place: 'Senghor footbridge' } },
        }),
      },
      {
        entity: 'inc-042',
        minutes: 98,
        body: incident({
          ...{ name: 'Colis suspect', place: 'passerelle Senghor', severity: 'Extreme', status: 'open' },
          opened: new Date(at(96)).toISOString(),
          text: 'Périmètre de 200 m tenu par trois unités, quais évacués rive gauche, environ 900 personnes, sans blessé.',
          engaged: '2 unités de police, 1 équipe de déminage, robot',
          units: 4,
          translations: {
            en: {
              name: 'Suspicious package',
              place: 'Senghor footbridge',
              text: 'A cordon of 200 m is held by three units; the left bank is cleared, about 900 people, nobody hurt.',
              engaged: '2 police units, 1 bomb disposal team, robot',
            },
          },
        }),
      },
    ],
  },
  {
    name: 'security.zones',
    kind: 'feature',
    descriptor: { title: words('Zones et périmètres', 'Zones and perimeters'), freshness: 'PT6H' },
    said: [
      {
        entity: 'perimeter-silt',
        minutes: -25,
        body: zone('Périmètre SILT', [
          ...([
            [2.288, 48.865],
            [2.318, 48.87],
            [2.352, 48.862],
            [2.372, 48.846],
          ] as const),
          ...([
            [2.362, 48.841],
            [2.332, 48.852],
            [2.3, 48.855],
            [2.289, 48.858],
          ] as const),
        ]),
      },
      {
        entity: 'cordon-inc-042',
        minutes: 99,
        body: zone(
          'Périmètre de 200 m',
          Array.from({ length: 16 }, (_, i) => [
            2.3247 + 0.00273 * Math.cos((i * Math.PI) / 8),
            48.8609 + 0.0018 * Math.sin((i * Math.PI) / 8),
          ]),
          'Extreme',
        ),
      },
    ],
  },
  {
    name: 'security.log',
    kind: 'note',
    descriptor: { title: words('Main courante', 'Log'), marking: 'dr', freshness: 'PT6H' },
    said: [
      {
        entity: 'l-181',
        minutes: 90,
        body: note('Départ du défilé, 94 bateaux.', 'The parade leaves, 94 boats.', {
          number: '0181',
          severity: 'Minor',
        }),
      },
      {
        entity: 'l-186',
        minutes: 98,
        body: note(
          'Colis suspect confirmé, déminage demandé.',
          'Suspicious package confirmed, bomb disposal called.',
          { number: '0186', severity: 'Extreme', refs: ['INC-042'] },
        ),
      },
      {
        entity: 'l-189',
        minutes: 99,
        body: note('Périmètre de 200 m fermé, quais évacués.', 'Cordon of 200 m closed, quays cleared.', {
          number: '0189',
          severity: 'Extreme',
          refs: ['INC-042'],
        }),
      },
      {
        entity: 'l-193',
        minutes: 104,
        body: note(
          'Robot au contact, image transmise au PC.',
          'Robot at the package, picture sent to the command post.',
          { number: '0193', severity: 'Extreme', refs: ['INC-042'] },
        ),
      },
    ],
  },
  {
    name: 'security.decisions',
    kind: 'note',
    descriptor: { title: words('Décisions', 'Decisions'), marking: 'dr', freshness: 'PT6H' },
    said: [
      {
        entity: 'dec-005',
        minutes: 77,
        body: note('Renfort de la zone 12, deux équipes', 'Two more teams for zone 12', {
          category: 'decision',
          number: 'DÉC-005',
          status: 'open',
          due: new Date(at(94)).toISOString(),
        }),
      },
      {
        entity: 'dec-007',
        minutes: 94,
        body: note(
          'Ouverture de la porte 14 pour désengorger la zone 12',
          'Gate 14 opened to relieve zone 12',
          { category: 'decision', number: 'DÉC-007', status: 'open', due: new Date(at(120)).toISOString() },
        ),
      },
      {
        entity: 'dec-008',
        minutes: 101,
        body: note(
          'Défilé à 6 km/h ; arrêt au pont Royal si le doute demeure',
          'Parade at 6 km/h; it stops at Pont Royal if doubt remains',
          { category: 'decision', number: 'DÉC-008', status: 'open', due: new Date(at(115)).toISOString() },
        ),
      },
      {
        entity: 'dec-004',
        minutes: 67,
        body: note('Passerelle Debilly fermée aux piétons', 'Debilly footbridge closed to pedestrians', {
          category: 'decision',
          number: 'DÉC-004',
          status: 'done',
        }),
        marking: 'np',
      },
    ].sort((a, b) => a.minutes - b.minutes),
  },
  {
    name: 'security.figures',
    kind: 'metric',
    descriptor: {
      title: words('Sécurité, chiffres', 'Security figures'),
      freshness: 'PT10M',
      series: {
        interventions: {
          title: words('Interventions', 'Interventions'),
          qualifier: words('ouvertes', 'open'),
          precision: 0,
        },
        'free-teams': {
          title: words('Équipes libres', 'Free teams'),
          qualifier: words('sur 480', 'of 480'),
          precision: 0,
          range: { min: 0, max: 480 },
        },
        reports: {
          title: words('Signalements', 'Reports'),
          qualifier: words('par heure', 'per hour'),
          precision: 0,
          threshold: { moderate: 230, severe: 320, above: true },
        },
        public: {
          title: words('Public', 'Public'),
          qualifier: words('sur les quais', 'on the quays'),
          precision: 0,
        },
      },
    },
    said: inTurn([
      ...curve('interventions', '1', rise(27, 36)),
      ...curve('free-teams', '1', rise(128, 113)),
      ...curve('reports', '/h', rise(188, 246)),
      ...curve('public', '1', rise(287_000, 312_000)),
    ]),
  },
  {
    name: 'security.units',
    kind: 'track',
    descriptor: { title: words('Unités de police', 'Police units'), marking: 'dr', freshness: 'PT10M' },
    said: inTurn(
      Array.from({ length: 30 }, (_, i) => ({
        entity: `pol-${i}`,
        minutes: -8 + i / 10,
        body: message('security.units', 'track', i).body as Body,
      })).concat(
        Array.from({ length: 42 }, (_, i) => ({
          entity: `pol-${i}`,
          minutes: 98 + i / 10,
          body: message('security.units', 'track', i).body as Body,
        })),
      ),
    ),
  },
  {
    name: 'transport.incidents',
    kind: 'feature',
    descriptor: { title: words('Incidents transport', 'Transport incidents'), freshness: 'PT6H' },
    said: [
      {
        entity: 'inc-039',
        minutes: 76,
        body: incident(
          {
            ...{
              name: 'Ligne 2 interrompue',
              place: 'Jaurès – Stalingrad',
              severity: 'Moderate',
              status: 'open',
            },
            text: 'Panne de signalisation ; reports sur les lignes 4 et 5.',
            engaged: 'RATP, 1 unité de police pour les flux',
            translations: {
              en: {
                name: 'Line 2 interrupted',
                text: 'Signalling failure; travellers move to lines 4 and 5.',
                engaged: 'RATP, 1 police unit for the crowd',
              },
            },
          },
          [2.3653, 48.8841],
        ),
      },
    ],
  },
  {
    name: 'transport.figures',
    kind: 'metric',
    descriptor: {
      title: words('Transport, chiffres', 'Transport figures'),
      freshness: 'PT10M',
      series: {
        load: {
          title: words('Métro, charge', 'Metro load'),
          unit: '%',
          precision: 0,
          threshold: { severe: 90, above: true },
        },
        closed: {
          title: words('Stations fermées', 'Closed stations'),
          precision: 0,
          threshold: { moderate: 16, above: true },
        },
      },
    },
    said: inTurn([...curve('load', '%', rise(66, 84)), ...curve('closed', '1', rise(15, 17))]),
  },
  {
    name: 'transport.air',
    kind: 'track',
    descriptor: { title: words('Trafic aérien', 'Air traffic'), freshness: 'PT1M' },
    said: Array.from({ length: 25 }, (_, i) => ({
      entity: `air-${i}`,
      minutes: 98.5 + i / 50,
      body: message('transport.air', 'track', i).body as Body,
    })),
  },
  {
    name: 'health.figures',
    kind: 'metric',
    descriptor: {
      title: words('Santé, chiffres', 'Health figures'),
      marking: 'dr',
      freshness: 'PT10M',
      series: {
        samu: {
          title: words('SAMU, activité', 'SAMU activity'),
          unit: '%',
          precision: 0,
          threshold: { moderate: 105, severe: 110, extreme: 140, above: true },
        },
        beds: {
          title: words('Lits d’urgence', 'Emergency beds'),
          qualifier: words('libres', 'free'),
          precision: 0,
          threshold: { severe: 150, above: false },
        },
      },
    },
    said: inTurn([
      ...curve('samu', '%', (m) => rise(102, 118)(m) + Math.sin(m / 7)),
      ...curve('beds', '1', rise(236, 214)),
    ]),
  },
  {
    name: 'logistics.figures',
    kind: 'metric',
    descriptor: {
      title: words('Logistique, chiffres', 'Logistics figures'),
      freshness: 'PT2M',
      series: {
        meals: { title: words('Repas livrés', 'Meals delivered'), precision: 0 },
        fuel: { title: words('Carburant', 'Fuel'), unit: '%', precision: 0 },
      },
    },
    said: inTurn([...curve('meals', '1', () => 38_200, 100), ...curve('fuel', '%', () => 71, 100)]),
  },
  {
    name: 'environment.seine',
    kind: 'metric',
    descriptor: {
      title: words('Seine', 'Seine'),
      freshness: 'PT10M',
      series: {
        flow: {
          title: words('Débit de la Seine', 'Seine discharge'),
          unit: 'm3/s',
          precision: 0,
          threshold: { moderate: 400, above: true },
        },
      },
    },
    said: curve('flow', 'm3/s', () => 386),
  },
]

/** @param gap a sequence of security.figures that was never had */
export async function fillCache(cache: Cache, spoken: readonly Spoken[]): Promise<void> {
  const committer = plainCommitter(cache)
  const check = createCheck()
  for (const { name, kind, descriptor: more, said } of spoken) {
    const { descriptor } = product(name, kind, more)
    const lane = committer.lane(await cache.name(name, descriptor), 'live')
    const rules = rulesOf(descriptor, defaultScheme, null)
    for (const [i, { entity, minutes, body, marking, caveats }] of said.entries()) {
      const sequence = i + 1
      const time = at(minutes)
      const { headers, payload } = encode({
        ...{ product: name, entity, id: `${name}-${sequence}`, source: '//test.vigie/feeder' },
        ...{ type: types[kind], time, body: body ?? null },
        ...(marking === undefined ? {} : { marking }),
        ...(caveats === undefined ? {} : { caveats }),
      })
      const head = headOf(headers.keys().map((key) => `${key}: ${headers.get(key)}`))
      const event = eventOf({ head, body: payload, entity, sequence, published: time })
      expect(check.accept(event, rules, lane.batch), `${name} ${sequence}`).toBeNull()
      committer.settled(lane, sequence, sequence, time, payload.length)
    }
    await committer.flush()
  }
  await committer.dispose()
}
