import { describe, expect, it } from 'vitest'
import type { Scene } from '../../../../preload/contract/scene.ts'
import { placesOf } from '../../../../renderer/board/places.ts'

const scene: Scene = {
  scene: 'a',
  title: 'a',
  grid: { columns: 12, rows: 12 },
  widgets: [
    { widget: 'log', at: [0, 0, 8, 12] },
    { widget: 'incidents', at: [8, 0, 4, 6] },
    { widget: 'decisions', at: [8, 6, 4, 4], optional: true },
    { widget: 'legend', at: [8, 10, 4, 2] },
  ],
}
const without = (...gone: string[]) =>
  placesOf(scene, ({ widget }) => !gone.includes(widget)).map(({ widget, index, at }) => [
    widget.widget,
    index,
    ...at,
  ])

describe('a widget that is optional', () => {
  it('stands where it was put when there is something for it', () => {
    expect(without()).toEqual(scene.widgets.map(({ widget, at }, index) => [widget, index, ...at]))
  })
  it('gives its place to the one above it, and all the others stay', () => {
    expect(without('decisions')).toEqual([
      ['log', 0, 0, 0, 8, 12],
      ['incidents', 1, 8, 0, 4, 10],
      ['legend', 3, 8, 10, 4, 2],
    ])
  })
  it('is the only kind that goes', () => {
    expect(without('log', 'legend').length).toBe(4)
  })
})
