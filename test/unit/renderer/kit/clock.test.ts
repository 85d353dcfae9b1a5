import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createClock, type Clock } from '../../../../renderer/kit/clock.svelte.ts'
import { now as t0 } from './picture-doubles.ts'

const minute = 60_000
let off = 0
let passed = 0
let clock: Clock

beforeEach(() => {
  vi.useFakeTimers()
  off = -10 * minute
  passed = 0
  clock = createClock({ wall: () => t0 + passed + off, monotonic: () => 5000.4 + passed })
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
})
