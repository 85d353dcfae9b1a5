import { expect, it } from 'vitest'
import { createMonotonic } from '../../../../../main/engine/time/monotonic.ts'
import { createPlatformClock } from '../../../../../main/engine/time/platform-clock.ts'

const hour = 3_600_000
const t0 = Date.UTC(2026, 6, 26, 18)

/** A machine that can be awake or asleep. */
function machine() {
  let awake = 5000
  let asleep = 0
  const monotonic = createMonotonic(
    () => awake,
    // as coarse as it is
    () => 90_000 + Math.floor((awake + asleep) / 10) * 10,
  )
  return {
    monotonic,
    wall: () => t0 + awake + asleep,
    work: (ms: number) => (awake += ms),
    sleep: (ms: number) => (asleep += ms),
  }
}

it('eight hours of a machine’s sleep have passed when it wakes, and nothing else is added', () => {
  const { monotonic, work, sleep } = machine()
  const begun = monotonic()
  for (let i = 0; i < 1000; i++) {
    work(7.3)
    monotonic()
  }
  expect(monotonic() - begun).toBeCloseTo(7300)
  sleep(8 * hour)
  work(150)
  const woken = monotonic() - begun - 8 * hour
  expect(woken).toBeGreaterThan(7400)
  expect(woken).toBeLessThan(7500)
  sleep(2000)
  work(150)
  expect(monotonic() - begun).toBeGreaterThan(8 * hour + 9400)
})

it('after a machine’s sleep the platform’s time is what it is, and not what it was', () => {
  const { monotonic, wall, work, sleep } = machine()
  const clock = createPlatformClock(wall, monotonic)
  clock.answered(wall(), monotonic())
  work(1000)
  sleep(8 * hour)
  work(1000)
  expect(Math.abs(clock.now() - wall())).toBeLessThan(100)
  expect(Math.abs(clock.skew()!)).toBeLessThan(100)
})

it('the real clocks of this machine go forward, at one pace', async () => {
  const monotonic = createMonotonic()
  const begun = [monotonic(), performance.now()] as const
  let last = begun[0]
  for (let i = 0; i < 30; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    const now = monotonic()
    expect(now).toBeGreaterThan(last)
    last = now
  }
  expect(last - begun[0]).toBeCloseTo(performance.now() - begun[1], -2)
})
