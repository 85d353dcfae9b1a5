import { describe, expect, it } from 'vitest'
import { callOf } from '../../../../renderer/board/alarm/alarm.ts'
import { incidentsIn } from '../../../../renderer/board/incidents/listed.ts'
import { feedOf, incidentRecord, minutesAgo, now } from '../../../doubles/picture.ts'

const catalog = [
  feedOf('security.incidents', now),
  feedOf('health.incidents', now),
  feedOf('security.zones', now),
]
const held = new Map([
  [
    'security.incidents',
    [
      incidentRecord('security.incidents', 'inc-042', minutesAgo(1), {
        severity: 'Extreme',
        opened: new Date(minutesAgo(4)).toISOString(),
        units: 3,
      }),
      incidentRecord('security.incidents', 'inc-001', minutesAgo(1), { severity: 'Extreme', status: 'clos' }),
      incidentRecord('security.incidents', 'inc-030', minutesAgo(50), { severity: 'Minor' }),
    ],
  ],
  [
    'health.incidents',
    [
      incidentRecord('health.incidents', 'inc-040', minutesAgo(30), { severity: 'Severe' }),
      incidentRecord('health.incidents', 'inc-041', minutesAgo(11), {
        severity: 'Severe',
        engaged: '2 SMUR',
      }),
    ],
  ],
  ['security.zones', [incidentRecord('security.zones', 'zone-1', now, { severity: 'Extreme' })]],
])
const open = incidentsIn(catalog, (product) => held.get(product) ?? [])

describe('open incidents', () => {
  it('are told the worst first, the newest first among equals, and only while they are open', () => {
    expect(open.map(({ entity }) => entity)).toEqual(['inc-042', 'inc-041', 'inc-040', 'inc-030'])
  })
  it('are as old as their opening, not as their last message', () => {
    expect(open.map(({ opened }) => (now - opened) / 60_000)).toEqual([4, 11, 30, 50])
  })
  it('say who is on them', () => {
    expect(open.map(({ engaged, units }) => [engaged, units]).slice(0, 2)).toEqual([
      ['', 3],
      ['2 SMUR', null],
    ])
  })
  it('come only from products of incidents', () => {
    expect(open.some(({ entity }) => entity === 'zone-1')).toBe(false)
  })
})

describe('the banner of the wall', () => {
  const by = (product: string, entity: string) => ({ product, entity, at: now, by: 'poste-07' })

  it('calls for the worst that nobody has taken on', () => {
    expect(callOf(open, [])).toMatchObject({ calling: { entity: 'inc-042' }, more: 2, taken: null })
    expect(callOf(open, [by('security.incidents', 'inc-042')])).toMatchObject({
      calling: { entity: 'inc-041' },
      more: 1,
      taken: { incident: { entity: 'inc-042' } },
    })
  })
  it('does not take an incident of the same number in another product for it', () => {
    expect(callOf(open, [by('health.incidents', 'inc-042')]).calling?.entity).toBe('inc-042')
  })
  it('says who has taken on the worst when all are taken on', () => {
    const all = callOf(
      open,
      open.map(({ product, entity }) => by(product, entity)),
    )
    expect(all).toMatchObject({ calling: null, more: 0, taken: { incident: { entity: 'inc-042' } } })
  })
  it('is not raised for what is minor', () => {
    expect(callOf(open.slice(-1), [])).toEqual({ calling: null, more: 0, taken: null })
  })
})
