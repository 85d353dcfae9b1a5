import { expect, test } from 'vitest'
import { createCrowd } from '../../../../renderer/map/crowd.ts'
import type { Area } from '../../../../preload/contract/scene.ts'

const view: Area = [0, 0, 128, 128]

test('each part of the map knows how many are in it', () => {
  const crowd = createCrowd()
  let seed = 11
  const random = () => (seed = (seed * 1664525 + 1013904223) >>> 0) / 2 ** 32
  const places = Array.from({ length: 5000 }, () => [random() * 128, random() * 128] as const)
  crowd.start(view)
  for (const [lon, lat] of places) crowd.add(lon, lat)
  crowd.finish()
  for (const [west, south, east, north] of [
    view,
    [10, 20, 40, 90],
    [0, 0, 1, 1],
    [127, 3, 128, 128],
  ] as Area[])
    expect(crowd.countIn([west, south, east, north])).toBe(
      places.filter(([lon, lat]) => lon >= west && lon < east && lat >= south && lat < north).length,
    )
})

test('what is beyond the view is nowhere in it', () => {
  const crowd = createCrowd()
  crowd.start(view)
  for (const [lon, lat] of [
    [-1, 5],
    [5, 129],
    [Number.NaN, 5],
    [500, 500],
  ])
    crowd.add(lon!, lat!)
  crowd.add(64, 64)
  crowd.finish()
  expect(crowd.countIn([-1000, -1000, 1000, 1000])).toBe(1)
  expect(crowd.countIn([200, 0, 300, 128])).toBe(0)
})

test('a new count forgets the last', () => {
  const crowd = createCrowd()
  crowd.start(view)
  crowd.add(3, 3)
  crowd.finish()
  crowd.start([1000, 1000, 1001, 1001])
  crowd.finish()
  expect(crowd.countIn([1000, 1000, 1001, 1001])).toBe(0)
})
