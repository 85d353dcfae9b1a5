import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Area } from '../../../../preload/contract/scene.ts'
import { createCamera } from '../../../../renderer/map/camera.ts'
import { FlatMap } from '../../../doubles/map.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const paris: Area = [10, 10, 90, 90]
const mark = (lon: number) => ({ key: 'a boat', lon, lat: 50, title: 'Vedette', second: '' })

function camera(part: Partial<Parameters<typeof createCamera>[0]> = {}) {
  const map = new FlatMap()
  const made = createCamera({
    area: paris,
    interactive: false,
    ground: () => map as never,
    size: () => ({ width: 100, height: 100 }),
    edge: () => 5,
    entities: () => null,
    incidents: () => [],
    ...part,
  })
  return { made, told: map.told }
}

test('what is sought and can be seen moves no map', () => {
  const { made, told } = camera()
  made.mark([mark(50)], 'a boat')
  expect(told).toEqual([])
})

test('a wall goes to what is sought wherever it goes, and home when nothing is', () => {
  const { made, told } = camera()
  made.mark([mark(500)], 'a boat')
  made.mark([mark(600)], 'a boat')
  made.mark([], null)
  expect(told).toEqual([
    ['jump', 500, 50],
    ['jump', 600, 50],
    ['fit', ...paris],
  ])
})

test('a map that people move themselves goes to what is sought once, and stays', () => {
  const { made, told } = camera({ interactive: true })
  made.mark([], 'a boat')
  made.mark([mark(500)], 'a boat')
  made.mark([mark(600)], 'a boat')
  made.mark([], null)
  expect(told).toEqual([['jump', 500, 50]])
})

test('a map that is made anew goes to what is sought again', () => {
  const { made, told } = camera({ interactive: true })
  made.mark([mark(500)], 'a boat')
  made.restart()
  expect(told).toHaveLength(2)
})

test('a wall without an area looks where entities are, once a few of them came, and stays while they move a little', () => {
  let entities: Area = [2, 48, 3, 49]
  const { made, told } = camera({ area: null, entities: () => entities })
  // the ground that is there stays where it is meanwhile, whatever size the map has
  expect(made.area).toBeNull()
  made.home()
  made.follow()
  made.follow()
  expect(told).toEqual([])
  vi.runAllTimers()
  expect(told).toEqual([['fit', 2, 48, 3, 49]])
  entities = [2.01, 48, 3.01, 49]
  made.follow()
  vi.runAllTimers()
  expect(told).toHaveLength(1)
  entities = [6, 43, 7, 44]
  made.follow()
  vi.runAllTimers()
  expect(told[1]).toEqual(['fit', 6, 43, 7, 44])
  expect(made.area).toEqual([6, 43, 7, 44])
})

test('a scene with an area is not followed', () => {
  const { made, told } = camera({ entities: () => [2, 48, 3, 49] })
  made.follow()
  vi.runAllTimers()
  expect(told).toEqual([])
})

test('without a ground nothing is moved, and the next one starts where it should', () => {
  const { made, told } = camera({ ground: () => null })
  made.fit([1, 2, 3, 4])
  made.mark([mark(500)], 'a boat')
  expect(told).toEqual([])
  expect(made.area).toEqual([1, 2, 3, 4])
})
