/** The map of a synthesis, drawn for paper. */
import { describe, expect, it } from 'vitest'
import { clipRing, readGround } from '../../../../main/report/ground.ts'
import { drawPaperMap, extentOf, placeCallouts, scaleLength } from '../../../../main/report/map.ts'
import type { Severity } from '../../../../preload/contract/event.ts'
import type { ReportMap, ReportPosition } from '../../../../preload/contract/report.ts'

const size = { width: 257, height: 239 }
const marking = { level: 'np', caveats: [] }
const place = (name: string, at: ReportPosition, severity: Severity = 'Severe') => ({
  ...{ key: name, name, at, severity, marking, sources: [] },
})
const mapOf = (places: ReportMap['places'], outlines: ReportMap['outlines'] = []): ReportMap => ({
  places,
  outlines,
})

describe('what is shown', () => {
  it('has every place in it, in the proportions of the paper', () => {
    for (const places of [
      [place('a', [2.32, 48.86])],
      [place('a', [2.32, 48.86]), place('b', [2.37, 48.88])],
      [place('paris', [2.32, 48.86]), place('kourou', [-52.77, 5.24])],
      [place('a', [178, -70]), place('b', [170, 60])],
    ]) {
      const { west, south, east, north } = extentOf(mapOf(places), size)
      for (const { at } of places) {
        expect(at[0]).toBeGreaterThan(west)
        expect(at[0]).toBeLessThan(east)
        expect(at[1]).toBeGreaterThan(south)
        expect(at[1]).toBeLessThan(north)
      }
      const across = Math.cos((((south + north) / 2) * Math.PI) / 180)
      expect(((east - west) * across) / (north - south)).toBeCloseTo(size.width / size.height, 5)
    }
  })

  it('takes in the zones that are theirs, and not one that is far or reaches too far', () => {
    const zone = (name: string, corners: ReportPosition[]) => ({
      ...{ key: name, name, closed: true, corners, marking, sources: [] },
    })
    const one = [place('a', [2.32, 48.86])]
    const alone = extentOf(mapOf(one), size)
    const near = zone('near', [
      [2.3, 48.85],
      [2.4, 48.85],
      [2.4, 48.9],
    ])
    const far = zone('far', [
      [5, 45],
      [5.1, 45],
      [5.1, 45.1],
    ])
    const wide = zone('wide', [
      [-5, 42],
      [8, 42],
      [8, 51],
    ])
    expect(extentOf(mapOf(one, [far, wide]), size)).toEqual(alone)
    expect(extentOf(mapOf(one, [near]), size).east).toBeGreaterThan(2.4)
  })
})

it('its scale is a round length that fits', () => {
  expect([3, 7, 12, 60, 900, 9000].map(scaleLength)).toEqual([500, 1000, 2000, 10_000, 100_000, 1_000_000])
})

describe('a callout', () => {
  const overlaps = (a: { x: number; y: number; width: number; height: number }, b: typeof a): boolean =>
    a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
  const placed = (marks: { x: number; y: number }[]) =>
    placeCallouts(
      marks.map((mark, i) => ({ ...mark, name: `INC-${100 + i}`, severity: 'Severe' as const })),
      size,
      [],
    )

  it('covers neither another one, nor a mark, nor the edge', () => {
    // close to each other, and to the upper and the lower edge
    const marks = [6, 120, 233].flatMap((y) => [96, 118, 140, 162].map((x) => ({ x, y })))
    const callouts = placed(marks)
    const boxes = callouts.flatMap(({ box }) => (box === null ? [] : [box]))
    expect(boxes.length).toBeGreaterThan(6)
    for (const [i, box] of boxes.entries()) {
      expect(box.x).toBeGreaterThan(0)
      expect(box.x + box.width).toBeLessThan(size.width)
      expect(box.y).toBeGreaterThan(0)
      expect(box.y + box.height).toBeLessThan(size.height)
      for (const other of boxes.slice(i + 1)) expect(overlaps(box, other)).toBe(false)
      for (const { x, y } of marks)
        expect(overlaps(box, { x: x - 7, y: y - 7, width: 14, height: 14 })).toBe(false)
    }
  })

  it('folds to its number where there is no room, and none is lost', () => {
    const callouts = placed(Array.from({ length: 40 }, () => ({ x: 128, y: 120 })))
    expect(callouts).toHaveLength(40)
    expect(callouts.some(({ box }) => box === null)).toBe(true)
  })
})

describe('the ground', () => {
  it('is only as much as is seen', () => {
    const extent = { west: 0, south: 0, east: 1, north: 1 }
    const ring: ReportPosition[] = [
      [-9, -9],
      [9, -9],
      [9, 9],
      [-9, 9],
    ]
    const clipped = clipRing(ring, extent)
    expect(clipped.map(([x, y]) => `${x} ${y}`).sort()).toEqual(['0 0', '0 1', '1 0', '1 1'])
    expect(
      clipRing(
        [
          [3, 3],
          [4, 3],
          [4, 4],
        ],
        extent,
      ),
    ).toEqual([])
  })

  it('is the product’s own, and what is written on it is a text whatever it says', async () => {
    const map = mapOf([
      place('<script>&"', [2.32, 48.86], 'Extreme'),
      place('INC-2', [2.36, 48.88], 'Unknown'),
    ])
    const extent = extentOf(map, size)
    const ground = await readGround('resources/basemap', extent)
    const svg = drawPaperMap(map, ground, extent, size, ',')
    expect(svg).not.toContain('<script>')
    expect(svg).toContain('PARIS ')
    expect(svg).toContain('#c4dbe8')
    expect(svg).toMatch(/>500 m</)
    expect(svg.length).toBeLessThan(200_000)
    expect(ground.credits.fr).toContain('Natural Earth')
  })
})
