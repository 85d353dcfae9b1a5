import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as v from 'valibot'
import { MomentSchema, live, type Moment } from '../../../../preload/contract/moment.ts'
import { createClock, type Clock } from '../../../../renderer/kit/clock.svelte.ts'
import { now as t0 } from '../../../doubles/picture.ts'

const minute = 60_000
let off = 0
let passed = 0
let clock: Clock
let moment: Moment = live

beforeEach(() => {
  vi.useFakeTimers()
  off = -10 * minute
  passed = 0
  moment = live
  clock = createClock(() => moment, {
    wall: () => t0 + passed + off,
    monotonic: () => 5000.4 + passed,
  })
})
afterEach(() => {
  clock.dispose()
  vi.useRealTimers()
})
const pass = (ms: number): void => {
  passed += ms
  vi.advanceTimersByTime(ms)
}

describe('a window’s clock', () => {
  it('shows the machine’s time until the platform’s is known, and then that one at once', () => {
    expect(clock.now).toBe(t0 - 10 * minute)
    clock.follow(null)
    expect(clock.now).toBe(t0 - 10 * minute)
    clock.follow(10 * minute)
    expect(clock.now).toBe(t0)
    pass(3001)
    expect(clock.now).toBeGreaterThanOrEqual(t0 + 3000)
    expect(clock.read()).toBe(t0 + 3001)
  })

  it('is not moved by a step of the machine’s clock, told or not', () => {
    clock.follow(10 * minute)
    off = 10 * 365 * 24 * 60 * minute
    pass(1000)
    expect(clock.read()).toBe(t0 + 1000)
    clock.follow(-off)
    expect(clock.read()).toBe(t0 + 1000)
    expect(clock.at(5000.4)).toBe(t0)
  })

  it('is the picture’s instant where that is another, while what the window sees itself goes on', () => {
    clock.follow(10 * minute)
    moment = { at: 5000, pace: 1, as: 'known-then' }
    pass(3001)
    expect([clock.now, clock.instant()]).toEqual([5000, 5000])
    expect(clock.read()).toBe(t0 + 3001)
    expect(clock.here).toBeGreaterThanOrEqual(t0 + 3000)
    moment = live
    expect(clock.instant()).toBe(t0 + 3001)
  })
})

describe('a moment', () => {
  it('is live, or an instant with a pace and what is known of it, and never a mixture', () => {
    expect(v.is(MomentSchema, live)).toBe(true)
    expect(v.is(MomentSchema, { at: 1, pace: 0, as: 'known-now' })).toBe(true)
    for (const wrong of [
      {},
      { live: false },
      { live: true, at: 1 },
      { at: 1, pace: -1, as: 'known-now' },
      { at: NaN, pace: 1, as: 'known-now' },
    ])
      expect(v.is(MomentSchema, wrong)).toBe(false)
  })
})
