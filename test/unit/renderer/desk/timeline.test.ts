import { describe, expect, it } from 'vitest'
import {
  cutsIn,
  gapMarks,
  hourMarks,
  ticksOf,
  zoneOffset,
} from '../../../../renderer/desk/timeline/timeline.ts'
import { feedOf, incidentRecord, minutesAgo, now } from '../../../doubles/picture.ts'

const hour = 3_600_000
const span = { from: now - hour, to: now }

describe('the timeline', () => {
  it('shows what lies close together as one tick, by its worst, and keeps all that is behind it', () => {
    const records = [
      incidentRecord('security.incidents', 'a', minutesAgo(30), { severity: 'Minor' }),
      incidentRecord('security.incidents', 'b', minutesAgo(30) + 5000, { severity: 'Extreme' }),
      incidentRecord('health.incidents', 'c', minutesAgo(10), { severity: 'Moderate' }),
    ]
    const ticks = ticksOf(records, span, 60)
    expect(ticks.map(({ severity, records }) => [severity, records.map(({ entity }) => entity)])).toEqual([
      ['Extreme', ['b', 'a']],
      ['Moderate', ['c']],
    ])
    expect(ticks[1]?.at).toBeCloseTo(50 / 60)
  })
  it('shows nothing of before or after its span, and what happens at its very end', () => {
    const at = (time: number) => ticksOf([incidentRecord('a.incidents', 'x', time, {})], span, 60).length
    expect([at(span.from - 1), at(span.to + 1), at(span.from), at(span.to)]).toEqual([0, 0, 1, 1])
  })
  it('shows an incident where it began, however late something was last said of it', () => {
    const opened = new Date(minutesAgo(45)).toISOString()
    const [tick] = ticksOf([incidentRecord('a.incidents', 'x', minutesAgo(1), { opened })], span, 60)
    expect(tick?.at).toBeCloseTo(0.25)
  })
  it('marks a gap where it was found, with what is missing', () => {
    const gap = { first: 100, last: 149, found: minutesAgo(15) }
    const old = { first: 1, last: 2, found: minutesAgo(90) }
    const [mark, ...more] = gapMarks([feedOf('transport.rail', now, { stream: { gaps: [old, gap] } })], span)
    expect(mark).toMatchObject({ product: 'transport.rail', missing: 50 })
    expect(mark?.at).toBeCloseTo(0.75)
    expect(more).toEqual([])
  })
  it('cuts a stretch without the platform to its span', () => {
    const cuts = [
      { from: minutesAgo(200), to: minutesAgo(100) },
      { from: minutesAgo(90), to: minutesAgo(45) },
    ]
    expect(cutsIn(cuts, span)).toEqual([{ from: 0, to: 0.25 }])
  })
  it('writes round times of the place, no more than fit', () => {
    const paris = 2 * hour
    const marks = hourMarks(span, 4, paris)
    expect(marks.map(({ time }) => new Date(time + paris).toISOString().slice(11, 16))).toEqual([
      '18:45',
      '19:00',
      '19:15',
      '19:30',
    ])
    expect(hourMarks({ from: now - 24 * hour, to: now }, 6, paris).length).toBeLessThanOrEqual(6)
  })
  it('knows how far a place is ahead of universal time from its clock, over midnight too', () => {
    const at = (utc: string, local: string) => zoneOffset(Date.parse(`2026-07-26T${utc}:00Z`), local) / hour
    expect(at('17:42', '19:42')).toBe(2)
    expect(at('23:10', '01:10')).toBe(2)
    expect(at('02:00', '21:00')).toBe(-5)
    expect(at('20:00', '01:30')).toBe(5.5)
    expect(at('12:00', '12:00')).toBe(0)
  })
})
