import { expect, it } from 'vitest'
import type { Scene, Widget } from '../../../preload/contract/scene.ts'
import { readsOfScene } from '../../../preload/contract/scene-reads.ts'
import { lostBy, usesOf } from '../../../renderer/desk/formulas/uses.ts'

const at: Widget['at'] = [0, 0, 1, 1]
const a = 'derived.cncs--a'
const scene: Scene = {
  ...{ scene: 's', title: 'S', grid: { columns: 1, rows: 1 } },
  widgets: [
    { widget: 'figures', at, series: [{ product: a, series: 'value' }] },
    { widget: 'series', at, series: [{ product: a, series: 'value' }], minutes: 60 },
    { widget: 'table', at, product: 'derived.cncs--b' },
    {
      ...{ widget: 'text', at },
      text: { fr: 'x {{derived.cncs--c:12|change}} {{nonsense}} {{ {{', en: '{{derived.cncs--c}}' },
    },
    { widget: 'states', at, products: ['a.states'] },
    { widget: 'countdown', at, of: { product: 'a.countdowns', entity: 'h0' } },
    { widget: 'document', at, document: { product: 'a.documents', entity: 'plan' } },
    { widget: 'log', at },
  ],
}

it('a scene names products and series, in lists, one by one and within its texts, each once', () => {
  expect(readsOfScene(scene)).toEqual([
    { product: a, series: 'value' },
    { product: 'derived.cncs--b', series: null },
    { product: 'derived.cncs--c', series: '12' },
    { product: 'derived.cncs--c', series: null },
    { product: 'a.states', series: null },
    { product: 'a.countdowns', series: null },
    { product: 'a.documents', series: null },
  ])
})

it('who uses a figure is told, and what a scene names of it that it will not have any more', () => {
  const formulas = [
    { product: a, title: 'A', inputs: ['x.y'] },
    { product: 'derived.cncs--b', title: 'B', inputs: [a, 'x.y'] },
  ]
  const scenes = [
    { product: a, scene: 's', title: 'S', series: ['value', '12'] },
    { product: 'derived.cncs--b', scene: 't', title: 'T', series: [] },
  ]
  expect(usesOf({ product: a }, formulas, scenes)).toEqual([
    { is: 'scene', title: 'S' },
    { is: 'formula', title: 'B' },
  ])
  expect(lostBy({ product: a }, ['12', '13'], scenes)).toEqual([{ title: 'S', series: 'value' }])
  expect(lostBy({ product: a }, null, scenes)).toEqual([])
})
