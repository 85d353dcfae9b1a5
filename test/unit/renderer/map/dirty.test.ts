import { expect, test } from 'vitest'
import { createDirty } from '../../../../renderer/map/dirty.ts'

const taken = (dirty: ReturnType<typeof createDirty>, rows = 1_000_000): [number, number][] => {
  const ranges: [number, number][] = []
  dirty.take(rows, (from, to) => ranges.push([from, to]))
  return ranges
}

test('every row that was marked is told once, and none twice', () => {
  const dirty = createDirty()
  let seed = 7
  const marked = new Set<number>()
  for (let i = 0; i < 500; i++) {
    seed = (seed * 1664525 + 1013904223) >>> 0
    marked.add(seed % 200_000)
  }
  for (const row of marked) dirty.mark(row)
  dirty.markAll(150_000, 150_003)
  const ranges = taken(dirty)
  for (const row of [...marked, 150_000, 150_002])
    expect(
      ranges.filter(([from, to]) => from <= row && row < to),
      String(row),
    ).toHaveLength(1)
  for (const [i, [from]] of ranges.entries()) if (i > 0) expect(from).toBeGreaterThan(ranges[i - 1]![1])
})

test('what was taken is clean, and stays so until it is marked again', () => {
  const dirty = createDirty()
  expect(dirty.empty).toBe(true)
  dirty.mark(70_000)
  expect(dirty.empty).toBe(false)
  expect(taken(dirty)).toHaveLength(1)
  expect(dirty.empty).toBe(true)
  expect(taken(dirty)).toEqual([])
  dirty.mark(3)
  expect(taken(dirty)).toEqual([[0, 64]])
})

test('no range goes beyond the rows that are there', () => {
  const dirty = createDirty()
  dirty.markAll(0, 100)
  dirty.mark(5000)
  expect(taken(dirty, 70)).toEqual([[0, 70]])
})

test('rows close together are one range: another call costs more than what lies between', () => {
  const dirty = createDirty()
  dirty.mark(0)
  dirty.mark(500)
  dirty.mark(50_000)
  expect(taken(dirty)).toHaveLength(2)
})
