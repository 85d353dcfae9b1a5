import { expect, it } from 'vitest'
import { steadyClock } from '../../../main/steady-clock.ts'

const day = 86_400_000

it('a clock that is set, forwards or back, is what it was; a machine that slept is not', () => {
  let wall = Date.UTC(2026, 10, 27)
  let boot = 1_000
  const now = steadyClock(
    () => wall,
    () => boot,
  )
  expect(now()).toBe(wall)
  const begun = wall
  for (const set of [Date.UTC(2100), 5_000, begun - 2 * day]) {
    wall = set
    expect(now()).toBe(begun)
  }
  boot += 0.25
  expect(now()).toBe(begun + 250)
  boot += 2 * 86_400
  expect(now()).toBe(begun + 2 * day + 250)
})
