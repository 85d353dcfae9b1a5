import { expect, it } from 'vitest'
import { createOldest } from '../../../../../main/engine/windows/oldest.ts'

it('the oldest of what is held comes first, whatever came, moved and went meanwhile', () => {
  const oldest = createOldest()
  const times = new Map<number, number>()
  let random = 1
  const next = (below: number): number => (random = (random * 48_271) % 2_147_483_647) % below
  for (let round = 0; round < 20_000; round++) {
    const row = next(300)
    if (next(3) === 0) {
      oldest.delete(row)
      times.delete(row)
    } else {
      const time = next(1_000_000) / 7
      oldest.set(row, time)
      times.set(row, time)
    }
    const row0 = oldest.row
    expect(row0 === null ? Infinity : times.get(row0)).toBe(Math.min(...times.values()))
  }
  for (let left = times.size; left > 0; left--) {
    const row = oldest.row!
    expect(times.get(row)).toBe(Math.min(...times.values()))
    oldest.delete(row)
    times.delete(row)
  }
  expect(oldest.row).toBeNull()
})

it('none that are oldest are left when all are forgotten', () => {
  const oldest = createOldest()
  oldest.set(3, 5)
  oldest.clear()
  expect(oldest.row).toBeNull()
  oldest.set(4, 6)
  expect(oldest.row).toBe(4)
})
