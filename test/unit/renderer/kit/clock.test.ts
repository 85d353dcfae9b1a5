import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as v from 'valibot'
import { MomentSchema, live, type Moment } from '../../../../preload/contract/moment.ts'
import { createClock } from '../../../../renderer/kit/clock.svelte.ts'

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }))
afterEach(() => void vi.useRealTimers())

describe('a window’s clock', () => {
  it('is the hour, as long as the picture is live', () => {
    const clock = createClock()
    vi.advanceTimersByTime(5000)
    expect(clock.now).toBe(clock.here)
    expect(clock.here).toBeGreaterThan(1_004_000)
    clock.dispose()
    expect(vi.getTimerCount()).toBe(0)
  })
  it('is the picture’s instant where that is another, while what the window sees itself goes on', () => {
    const moment: Moment = { at: 5000, pace: 1, as: 'known-then' }
    const clock = createClock(() => moment)
    vi.advanceTimersByTime(5000)
    expect(clock.now).toBe(5000)
    expect(clock.here).toBeGreaterThan(1_004_000)
    clock.dispose()
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
