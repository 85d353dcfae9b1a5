import { expect, test } from 'vitest'
import { createHiding } from '../../../../renderer/map/ground/hiding.ts'
import { isWhole, namesOn, type Name } from '../../../../renderer/map/ground/names.ts'
import { FlatMap } from '../../../doubles/map.ts'

const size = { width: 1000, height: 600 }

/** Names as MapLibre tells them, where they are drawn. */
const ground = (...features: { layer: string; name: string; at: [number, number]; id?: number }[]) =>
  Object.assign(new FlatMap(), {
    getLayer: () => ({}),
    queryRenderedFeatures: () =>
      features.map(({ layer, name, at, id }) => ({
        geometry: { type: 'Point', coordinates: at },
        properties: { name },
        layer: { id: layer },
        source: 'paris',
        id,
      })),
  }) as never

test('names that people steer by are never covered, others cost', () => {
  const [first, town] = namesOn(
    ground(
      { layer: 'landmarks-first', name: 'Trocadéro', at: [400, 300] },
      { layer: 'towns', name: 'Clichy', at: [500, 50], id: 7 },
    ),
    20,
  )
  expect(first!.weight).toBe(Infinity)
  expect(town!.weight).toBeLessThan(1)
})

test('what a name takes lies around its place, on two lines where it is long', () => {
  const [short, long] = namesOn(
    ground(
      { layer: 'towns', name: 'Clichy', at: [500, 300], id: 1 },
      { layer: 'towns', name: 'Neuilly-sur-Seine', at: [500, 300], id: 2 },
    ),
    20,
  ).map(({ own }) => own!.box)
  for (const box of [short!, long!]) {
    expect(box.x + box.width / 2).toBeCloseTo(500)
    expect(box.y + box.height / 2).toBeCloseTo(300)
  }
  expect(long!.height).toBe(2 * short!.height)
  expect(long!.width).toBeLessThan(12 * 20)
})

test('a name is whole, or it is cut by the map’s edge or by what stands above it', () => {
  const box = { x: 100, y: 100, width: 80, height: 24 }
  expect(isWhole(box, size, [])).toBe(true)
  expect(isWhole({ ...box, x: -1 }, size, [])).toBe(false)
  expect(isWhole({ ...box, y: 590 }, size, [])).toBe(false)
  expect(isWhole(box, size, [{ x: 170, y: 110, width: 300, height: 78 }])).toBe(false)
  expect(isWhole(box, size, [{ x: 300, y: 110, width: 300, height: 78 }])).toBe(true)
})

function hiding() {
  const told: string[] = []
  const state = ({ id }: { id: number }, what: unknown) => told.push(`${id} ${JSON.stringify(what)}`)
  const made = createHiding({ setFeatureState: state, removeFeatureState: state } as never, () => size)
  return { made, told }
}
const name = (id: number, x: number): Name => {
  const box = { x, y: 100, width: 80, height: 24 }
  return { ...box, weight: 0.5, own: { box, source: 'towns', id } }
}

test('the ground is told of a name when it is hidden and when it is shown again, and not in between', () => {
  const { made, told } = hiding()
  made.hide([name(1, -20), name(2, 400)], [])
  made.hide([name(1, -20), name(2, 400)], [])
  expect(told).toEqual(['1 {"hidden":true}'])
  made.hide([name(1, 20), name(2, 400)], [{ x: 390, y: 90, width: 100, height: 50 }])
  expect(told.slice(1)).toEqual(['1 "hidden"', '2 {"hidden":true}'])
})

test('a name that may stand on either side of its place is left alone', () => {
  const { made, told } = hiding()
  made.hide([{ ...name(1, -20), own: null }], [])
  expect(told).toEqual([])
})
