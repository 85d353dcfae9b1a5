import { expect, it } from 'vitest'
import { createExpiry } from '../../../../../main/engine/picture/expiry.ts'

const t0 = Date.UTC(2026, 6, 26, 18)
const minute = 60_000

it('what was to end in a minute does so, though the platform’s clock was an hour ahead when it came', () => {
  const ends = [t0 + minute, t0 + 2 * minute]
  const expiry = createExpiry()
  const due = (now: number): number[] => {
    const rows: number[] = []
    expiry.due(
      now,
      (row) => ends[row] ?? Number.NaN,
      (row) => rows.push(row),
    )
    return rows
  }
  due(t0 + 60 * minute)
  for (const [row, end] of ends.entries()) expiry.set(row, end)
  expect(due(t0)).toEqual([])
  expect(due(t0 + minute + 1000)).toEqual([0])
  expect(due(t0 + 2 * minute + 1000)).toEqual([1])
})

it('what came while the platform’s clock was ten years slow ends in its time, once that clock is right', () => {
  const end = t0 + minute
  const expiry = createExpiry()
  const due = (now: number): number[] => {
    const rows: number[] = []
    expiry.due(
      now,
      () => end,
      (row) => rows.push(row),
    )
    return rows
  }
  due(t0 - 3650 * 1440 * minute)
  expiry.set(0, end)
  expect(due(t0)).toEqual([])
  expect(due(t0 + minute + 1000)).toEqual([0])
})
