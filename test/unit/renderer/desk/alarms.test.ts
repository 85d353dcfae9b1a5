import { describe, expect, it } from 'vitest'
import type { Record } from '../../../../preload/contract/picture.ts'
import { callOf } from '../../../../renderer/board/alarm/alarm.ts'
import { incidentsIn } from '../../../../renderer/board/incidents/listed.ts'
import { alarmsIn, graveIncidents, mayBeTaken } from '../../../../renderer/desk/alarms.ts'
import { situationOf } from '../../../../renderer/desk/situation.ts'
import { featuresOf } from '../../../../renderer/map/features.ts'
import { feedOf, incidentRecord, minutesAgo, now } from '../../../doubles/picture.ts'
import { stateOf } from '../../../doubles/desk.ts'

const iso = (minutes: number): string => new Date(minutesAgo(minutes)).toISOString()
const incident = (entity: string, told: number, properties: { [name: string]: unknown }) =>
  incidentRecord('security.incidents', entity, minutesAgo(told), properties)
/** Told in another order than they began: the last word on the oldest is the newest message. */
const records = [
  incident('INC-001', 1, { severity: 'Severe', opened: iso(40) }),
  incident('INC-002', 9, { severity: 'Severe', opened: iso(10) }),
  incident('INC-003', 5, { severity: 'Severe', opened: iso(10) }),
  incident('INC-004', 2, { severity: 'Extreme', opened: iso(30), status: 'levé' }),
  incident('INC-005', 2, { severity: 'Minor', opened: iso(1) }),
  incident('INC-006', 2, { severity: 'Moderate', opened: iso(2) }),
]
const taken = (entity: string) => ({ product: 'security.incidents', entity, at: now, by: 'poste-07' })
const entities = (found: readonly { entity: string }[]) => found.map(({ entity }) => entity)

const wall = (acknowledged: ReturnType<typeof taken>[]) =>
  callOf(
    incidentsIn([feedOf('security.incidents', now)], () => records),
    acknowledged,
  )
const desk = (acknowledged: ReturnType<typeof taken>[]) => alarmsIn(graveIncidents(records), acknowledged)

describe('an alarm', () => {
  it('that the wall calls for is what N picks first, one after the other until none is left', () => {
    const acknowledged: ReturnType<typeof taken>[] = []
    const called: string[] = []
    for (;;) {
      const { calling, more } = wall(acknowledged)
      const alarms = desk(acknowledged)
      expect(alarms[0]?.entity).toBe(calling?.entity)
      expect(alarms.length).toBe(calling === null ? 0 : more + 1)
      if (calling === null) break
      called.push(calling.entity)
      acknowledged.push(taken(calling.entity))
    }
    expect(called).toEqual(['INC-002', 'INC-003', 'INC-001', 'INC-006'])
  })
  it('stands in the same order on the map', () => {
    expect(entities(featuresOf(records).incidents)).toEqual([
      'INC-002',
      'INC-003',
      'INC-001',
      'INC-006',
      'INC-005',
    ])
  })
  it('is an incident: a unit or an observation that says that it is severe asks for nobody', () => {
    const unit: Record = {
      ...incidentRecord('security.units', 'POL-1', now, { severity: 'Severe' }),
      type: 'vigie.track.v1',
    }
    const seen = incidentRecord('security.observations', 'OBS-1', now, {
      severity: 'Extreme',
      category: 'incident',
    })
    expect(desk([]).length).toBe(graveIncidents(records).length - 1)
    expect(graveIncidents([unit, seen])).toEqual([])
    expect([unit, seen].map(mayBeTaken)).toEqual([false, false])
    expect(featuresOf([unit, seen]).incidents).toEqual([])
  })
  it('that somebody took on can be given back, and one that is over cannot be taken on', () => {
    expect(records.filter(mayBeTaken).map(({ entity }) => entity)).toEqual([
      'INC-001',
      'INC-002',
      'INC-003',
      'INC-006',
    ])
  })
})

it('an incident that is over is chosen and read, and nobody takes it on by a key', () => {
  const open = incidentRecord('security.incidents', 'INC-001', minutesAgo(9), { severity: 'Severe' })
  const over = incidentRecord('security.incidents', 'INC-004', minutesAgo(8), {
    severity: 'Severe',
    status: 'levé',
  })
  const takeable = (entity: string): boolean =>
    situationOf(
      {
        state: stateOf(),
        choice: { selected: { product: 'security.incidents', entity }, screen: null },
        reading: { incidents: [open, over], feeds: [], feed: () => undefined },
      } as unknown as Parameters<typeof situationOf>[0],
      null,
      now,
    ).takeable
  expect([takeable('INC-001'), takeable('INC-004')]).toEqual([true, false])
})
