import { expect, test } from 'vitest'
import { createPace } from '../../../../renderer/map/pace.ts'

function drawn(software: boolean, cost: number) {
  const pace = createPace(software)
  for (let i = 0; i < 20; i++) {
    pace.started(i * 10_000)
    pace.finished(i * 10_000 + cost)
  }
  return pace
}

test('a graphics card draws at the display’s rate', () => {
  expect(drawn(false, 3).interval).toBe(0)
})

test('drawing takes at most a quarter of the time', () => {
  expect(drawn(true, 120).interval).toBeGreaterThanOrEqual(4 * 119)
  expect(drawn(false, 40).interval).toBeGreaterThanOrEqual(4 * 39)
})

test('software never draws more than four times a second, and never less than every other second', () => {
  expect(drawn(true, 5).interval).toBe(250)
  expect(drawn(true, 5000).interval).toBe(2000)
})

test('the first frame, which compiles everything, does not slow the next', () => {
  const pace = createPace(true)
  pace.started(0)
  pace.finished(3000)
  expect(pace.interval).toBe(250)
  expect(pace.wait(100)).toBe(150)
  expect(pace.wait(5000)).toBe(0)
})

test('no frame is told while the last is still being drawn', () => {
  const pace = createPace(true)
  expect(pace.busy).toBe(false)
  pace.started(0)
  expect(pace.busy).toBe(true)
  pace.finished(900)
  expect(pace.busy).toBe(false)
})
