import { expect, test } from 'vitest'
import { createShelves } from '../../../../renderer/map/atlas.ts'

test('pictures on the sheet never overlap and never leave it', () => {
  const place = createShelves(256, 256)
  const taken: { x: number; y: number; w: number; h: number }[] = []
  for (let i = 0; i < 200; i++) {
    const w = 8 + ((i * 7) % 30)
    const h = 8 + ((i * 13) % 22)
    const spot = place(w, h)
    if (spot === null) continue
    expect(spot.x + w).toBeLessThanOrEqual(256)
    expect(spot.y + h).toBeLessThanOrEqual(256)
    for (const other of taken) {
      const apart =
        spot.x + w <= other.x ||
        other.x + other.w <= spot.x ||
        spot.y + h <= other.y ||
        other.y + other.h <= spot.y
      expect(apart).toBe(true)
    }
    taken.push({ ...spot, w, h })
  }
  expect(taken.length).toBeGreaterThan(40)
})

test('a full sheet says so and stays as it is', () => {
  const place = createShelves(64, 64)
  while (place(20, 20) !== null);
  expect(place(20, 20)).toBeNull()
  expect(place(200, 10)).toBeNull()
})
