import { expect, test } from 'vitest'
import { boxesMeet, placeCallouts, type Callout, type Target } from '../../../../renderer/map/callouts.ts'

const surface = { width: 1360, height: 866, obstacles: [] }
const target = (id: string, x: number, y: number): Target => ({
  id,
  x,
  y,
  radius: 34,
  width: 320,
  height: 78,
})

/** A crowd that is the same every time. */
function scattered(count: number): Target[] {
  let seed = 11
  const next = (): number => (seed = (seed * 1664525 + 1013904223) >>> 0) / 2 ** 32
  return Array.from({ length: count }, (_, i) => target(String(i), 200 + next() * 960, 150 + next() * 560))
}
const placed = (callouts: Callout[]) =>
  callouts.flatMap(({ id, box, leader }) => (box === null || leader === null ? [] : [{ id, box, leader }]))
const distance = (
  x: number,
  y: number,
  box: { x: number; y: number; width: number; height: number },
): number =>
  Math.hypot(Math.max(box.x - x, 0, x - box.x - box.width), Math.max(box.y - y, 0, y - box.y - box.height))

test('a callout stands beside what it names, inside the map', () => {
  const [callout] = placed(placeCallouts([target('a', 700, 400)], surface))
  expect(callout).toBeDefined()
  expect(distance(700, 400, callout!.box)).toBeGreaterThan(34)
  expect(callout!.box.x).toBeGreaterThanOrEqual(0)
  expect(callout!.box.x + 320).toBeLessThanOrEqual(1360)
})

test('the leader ends at the ring', () => {
  const [callout] = placed(placeCallouts([target('a', 700, 400)], surface))
  const { x2, y2 } = callout!.leader
  expect(Math.hypot(x2 - 700, y2 - 400)).toBeCloseTo(34, 0)
})

test.each([3, 8, 20, 40])('with %i incidents no callout covers a ring or another callout', (count) => {
  const targets = scattered(count)
  const callouts = placed(placeCallouts(targets, surface))
  expect(callouts.length).toBeGreaterThan(0)
  for (const a of callouts) {
    for (const { x, y, radius } of targets) expect(distance(x, y, a.box)).toBeGreaterThanOrEqual(radius)
    for (const b of callouts) if (a !== b) expect(boxesMeet(a.box, b.box)).toBe(false)
  }
})

test('where there is no room a callout folds, and the more important ones keep theirs', () => {
  const targets = scattered(60)
  const callouts = placeCallouts(targets, surface)
  expect(callouts).toHaveLength(60)
  expect(callouts.some(({ box }) => box === null)).toBe(true)
  expect(callouts[0]!.box).not.toBeNull()
})

test('a place that people steer by is never covered', () => {
  const names = scattered(25).map(({ x, y }) => ({ x, y, width: 150, height: 30, weight: Infinity }))
  const [callout] = placed(placeCallouts([target('a', 700, 400)], { ...surface, obstacles: names }))
  for (const name of names) expect(boxesMeet(callout!.box, name)).toBe(false)
})

test('a callout stays where it was while that place is good', () => {
  const first = placeCallouts([target('a', 700, 400)], surface)
  const before = new Map(first.map((callout) => [callout.id, callout]))
  const second = placeCallouts([target('a', 703, 402), target('b', 300, 700)], surface, before)
  expect(second[0]!.box).toEqual(first[0]!.box)
})

test('what is off the map has no callout', () => {
  expect(placeCallouts([target('a', -50, 400)], surface)).toEqual([{ id: 'a', box: null, leader: null }])
})

test('a map too small for any callout shows numbers only', () => {
  const small = { width: 200, height: 120, obstacles: [] }
  expect(placed(placeCallouts([target('a', 100, 60)], small))).toEqual([])
})
