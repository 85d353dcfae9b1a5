import { describe, expect, it } from 'vitest'
import {
  countdownOf,
  countInWords,
  firstOf,
  standAt,
} from '../../../../renderer/board/countdown/countdown.ts'
import {
  chooseLimited,
  lengthOf,
  limitAt,
  limitedOf,
  limitOf,
  loadOf,
} from '../../../../renderer/board/limits/limits.ts'
import { countsOf, exceptionsFirst, toldOf } from '../../../../renderer/board/told-states.ts'
import { feedOf, incidentRecord, noteRecord, now } from '../../../doubles/picture.ts'

const minute = 60_000
const iso = (ms: number): string => new Date(ms).toISOString()
const countdown = (more: { [name: string]: unknown } = {}) =>
  incidentRecord('ops.countdowns', 'h0', now, {
    ...{ name: 'H0', category: 'countdown', status: 'running', target: iso(now + 60 * minute) },
    ...more,
  })

describe('a countdown', () => {
  it('is called out before and after its time, and a second is over when it is over', () => {
    expect(countInWords(5 * 3_600_000 + 42 * minute + 10_000)).toBe('−05:42:10')
    expect(countInWords(1)).toBe('−00:00:01')
    expect(countInWords(0)).toBe('+00:00:00')
    expect(countInWords(-12_900)).toBe('+00:00:12')
  })

  it('that is held stands still, and comes later by as long as it is held', () => {
    const held = countdownOf(
      countdown({
        ...{ status: 'held', held: iso(now), by: 'Qualité' },
        window: [iso(now + 60 * minute), iso(now + 100 * minute)],
      }),
    )!
    const [soon, later] = [standAt(held, now + minute), standAt(held, now + 10 * minute)]
    expect([soon.left, later.left]).toEqual([60 * minute, 60 * minute])
    expect([soon.hold, later.hold]).toEqual([minute, 10 * minute])
    expect(later.earliest).toBe(now + 70 * minute)
    expect([later.margin, later.share]).toEqual([30 * minute, 0.25])
    expect(standAt(held, now + 60 * minute).margin).toBe(-20 * minute)
    expect(standAt(held, now + 60 * minute).share).toBe(1)
  })

  it('that runs comes nearer, and what says no time is none', () => {
    const running = countdownOf(countdown())!
    expect(standAt(running, now + minute)).toMatchObject({ left: 59 * minute, hold: null, margin: null })
    expect(countdownOf(countdown({ target: 'soon' }))).toBeNull()
    expect(countdownOf(countdown({ category: 'zone' }))).toBeNull()
    expect(countdownOf(countdown({ window: ['never', 3] }))?.window).toBeNull()
    expect(countdownOf(countdown({ status: 'held', held: 12 }))?.held).toBeNull()
  })

  it('may be of a decision that is due; the next that is not over comes first', () => {
    const due = countdownOf(
      noteRecord('ops.log', 'd', now, { category: 'decision', text: 'Cordon', due: iso(now + minute) }),
    )!
    expect(due).toMatchObject({ name: 'Cordon', target: now + minute, due: true })
    const done = { ...due, target: now, done: true }
    expect(firstOf([done, countdownOf(countdown())!, due])).toBe(due)
    expect(firstOf([])).toBeNull()
  })
})

describe('a limit', () => {
  it('is used up from below, or from above where less is worse', () => {
    expect(limitOf({ moderate: 14, severe: 17, above: true })).toEqual({ value: 17, above: true })
    expect(limitOf({ above: true })).toBeNull()
    expect(loadOf(15.3, { value: 17, above: true })).toBeCloseTo(0.9)
    expect(loadOf(20, { value: 10, above: false })).toBe(0.5)
    expect(loadOf(0, { value: 10, above: false })).toBe(Infinity)
    expect(loadOf(-3, { value: 10, above: true })).toBe(0)
  })
  it('that is passed has room before those that are kept, at its own place', () => {
    const series = Object.fromEntries(
      ['a', 'b', 'c', 'd'].map((name) => [
        name,
        { title: name, unit: '1', threshold: { severe: 10, above: true } },
      ]),
    )
    const catalog = [feedOf('plant.robots', now, { descriptor: { kind: 'metric', series } })] as never
    const all = limitedOf(catalog)
    const values = { a: 3, b: 11, c: 12, d: 3 }
    const trend = (_: string, name: string) => ({ values: [values[name as keyof typeof values]] }) as never
    const chosen = (most: number) => chooseLimited(all, catalog, { trend }, most)
    const names = (most: number) => chosen(most).shown.map((each) => each.series)
    expect(names(4)).toEqual(['a', 'b', 'c', 'd'])
    expect(names(3)).toEqual(['a', 'b', 'c'])
    expect(names(2)).toEqual(['b', 'c'])
    // the furthest stays, and that another is beyond is told
    expect(names(1)).toEqual(['c'])
    expect([4, 2, 1].map((most) => chosen(most).beyond)).toEqual([0, 0, 1])
  })
  it('stands at one place of every bar, and no bar is longer than its room', () => {
    expect(lengthOf(1)).toBe(limitAt)
    expect(lengthOf(Infinity)).toBe(1)
    expect(lengthOf(0)).toBe(0)
  })
})

describe('entities with their states', () => {
  const of = (name: string, more: { [name: string]: unknown } = {}, time = now) =>
    toldOf(incidentRecord('manufacturing.states', name, time, { name, ...more }), minute, now)!
  it('that are not as they should be come first, and are counted', () => {
    const all = [
      of('R-10', { status: 'ok' }),
      of('R-05', { status: 'maintenance' }),
      of('R-03', { status: 'anomaly' }),
      of('G2', { status: 'arrêtée', severity: 'Moderate' }),
      of('R-02', { status: 'ok' }),
      of('R-07', { status: 'ok' }, now - 2 * minute),
    ]
    expect(exceptionsFirst(all).map(({ name }) => name)).toEqual([
      'R-03',
      'G2',
      'R-07',
      'R-02',
      'R-05',
      'R-10',
    ])
    expect(countsOf(all)).toEqual([
      { status: 'anomaly', count: 1 },
      { status: 'arrêtée', count: 1 },
      { status: 'maintenance', count: 1 },
      { status: 'late', count: 1 },
    ])
  })
  it('are nothing where they are no feature', () => {
    expect(toldOf(noteRecord('ops.log', 'a', now), minute, now)).toBeNull()
  })
})
