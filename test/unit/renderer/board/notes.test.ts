import { describe, expect, it } from 'vitest'
import { alarmsByHour, topOf } from '../../../../renderer/board/alarms-per-hour/hours.ts'
import { openLines } from '../../../../renderer/board/decisions/open-lines.ts'
import { logLines } from '../../../../renderer/board/log/lines.ts'
import { feedOf, incidentRecord, minutesAgo, noteRecord, now } from '../../../doubles/picture.ts'

const iso = (minutes: number): string => new Date(minutesAgo(minutes)).toISOString()

describe('open decisions', () => {
  it('come by when they are due, the most overdue first, those without a due time last', () => {
    const decisions = openLines(
      [
        noteRecord('x.decisions', 'dec-009', minutesAgo(1), { category: 'decision' }),
        noteRecord('x.decisions', 'dec-008', minutesAgo(2), { category: 'decision', due: iso(-8) }),
        noteRecord('x.decisions', 'dec-005', minutesAgo(40), {
          category: 'decision',
          due: iso(8),
          number: 'DÉC-005',
        }),
        noteRecord('x.decisions', 'dec-001', minutesAgo(50), {
          category: 'decision',
          due: iso(9),
          status: 'closed',
        }),
        noteRecord('x.log', 'line', minutesAgo(1), { category: 'log', due: iso(1) }),
        noteRecord('x.decisions', 'dec-003', minutesAgo(60), { category: 'decision', due: 'soon' }),
      ],
      'fr',
    )
    expect(decisions.map(({ number }) => number)).toEqual(['DÉC-005', 'DEC-008', 'DEC-003', 'DEC-009'])
  })
})

describe('the log', () => {
  const catalog = [
    feedOf('security.log', now, { descriptor: { kind: 'note' } }),
    feedOf('health.log', now, { descriptor: { kind: 'note' } }),
  ]
  const held = new Map([
    [
      'security.log',
      [
        noteRecord('security.log', 'mc-0186', minutesAgo(3), { category: 'log', refs: ['dec-1', 'inc-042'] }),
        noteRecord('security.log', 'sit-1', minutesAgo(1), { category: 'situation' }),
      ],
    ],
    [
      'health.log',
      [
        noteRecord('health.log', 'mc-0187', minutesAgo(1), { number: '0187', severity: 'Severe' }),
        noteRecord('health.log', 'dec-1', minutesAgo(1), { category: 'decision', number: 'DÉC-001' }),
      ],
    ],
  ])
  const lines = (most: number) => logLines(catalog, (product) => held.get(product) ?? [], most, 'fr')

  it('has the lines of every domain, newest first, and nothing else', () => {
    expect(lines(10).map(({ number, domain }) => [number, domain])).toEqual([
      ['0187', 'health'],
      ['0186', 'security'],
    ])
  })
  it('names what a line refers to as people say it', () => {
    expect(lines(10)[1]?.refs).toEqual(['DÉC-001', 'INC-042'])
  })
  it('has no more lines than asked for', () => {
    expect(lines(1)).toHaveLength(1)
  })
})

describe('alarms per hour', () => {
  it('look few where they are few, and never leave their chart', () => {
    expect([0, 3, 5, 10, 11, 34, 51, 700].map(topOf)).toEqual([4, 4, 6, 10, 20, 40, 60, 1000])
  })
  it('are counted in the hours of the clock by severity, an incident when it was opened, also one that is over', () => {
    const hours = alarmsByHour(
      [
        noteRecord('x.log', 'a', minutesAgo(1), { severity: 'Extreme' }),
        noteRecord('x.log', 'b', minutesAgo(60), { severity: 'Minor' }),
        noteRecord('x.log', 'plain line', minutesAgo(1), {}),
        noteRecord('x.log', 'situation', minutesAgo(1), { severity: 'Severe', category: 'situation' }),
        noteRecord('x.log', 'long ago', minutesAgo(600), { severity: 'Severe' }),
        incidentRecord('x.incidents', 'inc-1', minutesAgo(1), { severity: 'Moderate', opened: iso(61) }),
        incidentRecord('x.incidents', 'inc-2', minutesAgo(1), {
          severity: 'Severe',
          opened: iso(62),
          status: 'closed',
        }),
      ],
      3,
      now,
    )
    expect(hours.map(({ start, total }) => [new Date(start).getUTCHours(), total])).toEqual([
      [15, 0],
      [16, 3],
      [17, 1],
    ])
    expect(hours[1]?.counts).toEqual({ minor: 1, moderate: 1, severe: 1, extreme: 0 })
    expect(hours[2]?.counts.extreme).toBe(1)
  })
})
