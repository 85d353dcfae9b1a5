import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import type { DraftScene, DraftWidget } from '../../../../../preload/contract/boards.ts'
import { WidgetSchema, type At } from '../../../../../preload/contract/scene.ts'
import {
  dragged,
  freePlace,
  isFree,
  moved,
  noEdges,
  readingOrder,
  resized,
  type Direction,
} from '../../../../../renderer/desk/boards/cells.ts'
import { elementsByGroup, newElement } from '../../../../../renderer/desk/boards/elements.ts'
import { fieldsOf, lackingOf, widgetKinds } from '../../../../../renderer/desk/boards/fields.ts'
import { begunWith, did, redone, settled, undone } from '../../../../../renderer/desk/boards/history.ts'
import { differences, merged } from '../../../../../renderer/desk/boards/merge.ts'
import { linesOf, yamlLines } from '../../../../../renderer/desk/boards/yaml-lines.ts'
import { isKey, translations } from '../../../../../renderer/speech/words.ts'

const grid = { columns: 12, rows: 8 }
const standing = (...all: At[]) => all.map((at) => ({ at }))
const scene = (...widgets: DraftWidget[]): DraftScene => ({
  ...{ scene: 'a', title: 'A', grid },
  widgets,
})
const log = (at: At, more: object = {}): DraftWidget => ({ widget: 'log', at, ...more })
const map = (at: At, more: object = {}): DraftWidget => ({ widget: 'map', at, ...more })

describe('cells', () => {
  it('an element that is moved goes beyond what stands in between, and nowhere else', () => {
    const all = standing([0, 0, 4, 4], [4, 0, 4, 4])
    expect(moved(0, 'right', all, grid)).toEqual([8, 0, 4, 4])
    expect(moved(0, 'down', all, grid)).toEqual([0, 1, 4, 4])
    expect(moved(0, 'left', all, grid)).toBeNull()
  })

  it('one that is resized takes no place of another', () => {
    const all = standing([0, 0, 4, 4], [5, 0, 4, 4])
    expect(resized(0, 'right', all, grid)).toEqual([0, 0, 5, 4])
    expect(resized(1, 'left', all, grid)).toEqual([5, 0, 3, 4])
    expect(resized(0, 'right', standing([0, 0, 5, 4], [5, 0, 4, 4]), grid)).toBeNull()
    expect(resized(0, 'up', standing([0, 0, 1, 1]), grid)).toBeNull()
  })

  it('whatever is done by key, nothing lies over another or outside', () => {
    const ways = fc.constantFrom<Direction>('left', 'right', 'up', 'down')
    const steps = fc.array(fc.tuple(fc.nat(3), ways, fc.boolean()), { maxLength: 60 })
    fc.assert(
      fc.property(steps, (done) => {
        let all = standing([0, 0, 3, 3], [3, 0, 3, 3], [0, 3, 6, 2], [8, 4, 2, 2])
        for (const [index, way, size] of done) {
          const at = (size ? resized : moved)(index, way, all, grid)
          if (at !== null) all = all.map((each, place) => (place === index ? { at } : each))
        }
        all.forEach(({ at }, index) => expect(isFree(at, index, all, grid)).toBe(true))
      }),
    )
  })

  it('dragged by an edge it keeps the other one, and a cell at least', () => {
    expect(dragged([2, 2, 4, 4], noEdges, [20, -9], grid)).toEqual([8, 0, 4, 4])
    expect(dragged([2, 2, 4, 4], { ...noEdges, left: true }, [9, 0], grid)).toEqual([5, 2, 1, 4])
    expect(dragged([2, 2, 4, 4], { ...noEdges, right: true, bottom: true }, [50, 1], grid)).toEqual([
      2, 2, 10, 5,
    ])
  })

  it('a new one takes the first place, smaller where there is none, and none where it is full', () => {
    expect(freePlace([4, 4], standing([0, 0, 4, 4]), grid)).toEqual([4, 0, 4, 4])
    expect(freePlace([12, 8], standing([0, 0, 12, 4]), grid)).toEqual([0, 4, 6, 4])
    expect(freePlace([4, 4], standing([0, 0, 12, 8]), grid)).toBeNull()
  })

  it('is read row by row', () => {
    expect(readingOrder(standing([6, 0, 1, 1], [0, 4, 1, 1], [0, 0, 1, 1]))).toEqual([2, 0, 1])
  })
})

describe('what was done', () => {
  it('is taken back and done again, a run at once', () => {
    let past = begunWith(0)
    past = did(did(past, 1, 'move 0'), 2, 'move 0')
    past = did(settled(past), 3, 'move 0')
    expect(undone(past).now).toBe(2)
    expect(undone(undone(past)).now).toBe(0)
    expect(undone(undone(undone(past))).now).toBe(0)
    expect(redone(redone(undone(undone(past)))).now).toBe(3)
    expect(redone(did(undone(past), 9)).now).toBe(9)
  })
})

describe('two versions', () => {
  const base = scene(map([0, 0, 4, 4]), log([4, 0, 4, 4]), { widget: 'legend', at: [8, 0, 4, 2] })

  it('have what each did', () => {
    const ours = scene(map([0, 0, 4, 6]), log([4, 0, 4, 4]), { widget: 'legend', at: [8, 0, 4, 2] })
    const theirs = scene(map([0, 0, 4, 4], { domains: ['health'] }), log([4, 0, 4, 4], { limit: 5 }))
    const both = merged(base, ours, theirs)
    expect(both.scene.widgets).toEqual([
      map([0, 0, 4, 6], { domains: ['health'] }),
      log([4, 0, 4, 4], { limit: 5 }),
    ])
    expect(both.both).toEqual([])
  })

  it('say where both changed the same: ours stands', () => {
    const both = merged(
      base,
      scene(log([4, 0, 4, 4], { limit: 3 }), map([0, 0, 4, 4])),
      scene(map([0, 0, 4, 4]), log([4, 0, 4, 4], { limit: 9 })),
    )
    expect(both.both).toEqual([log([4, 0, 4, 4], { limit: 3 })])
    expect(both.scene.widgets).toContainEqual(log([4, 0, 4, 4], { limit: 3 }))
  })

  it('lose nobody’s new element, and find it a place', () => {
    const ours = scene(...base.widgets, log([0, 4, 6, 4], { limit: 1 }))
    const theirs = scene(...base.widgets, { widget: 'alarm', at: [0, 4, 6, 4] })
    const { scene: together, over } = merged(base, ours, theirs)
    expect(together.widgets).toHaveLength(5)
    expect(over).toEqual([])
    together.widgets.forEach(({ at }, index) => expect(isFree(at, index, together.widgets, grid)).toBe(true))
  })

  it('that are the same differ in nothing', () => {
    expect(differences(base, { ...base, widgets: [...base.widgets] })).toEqual([])
    expect(differences(base, scene(map([0, 0, 4, 4]))).map(({ is }) => is)).toEqual(['removed', 'removed'])
  })
})

describe('settings', () => {
  it('are those of the contract: each row is in the palette once, and has words in both languages', () => {
    const listed = elementsByGroup.flatMap(({ kinds }) => kinds)
    expect([...listed].sort()).toEqual([...widgetKinds].sort())
    const keys = widgetKinds.flatMap((kind) => [
      `desk.boards.widget.${kind}`,
      ...fieldsOf(kind).map(({ name }) => `desk.boards.setting.${name}`),
    ])
    expect(keys.filter((key) => !isKey(key) || !(key in translations.en))).toEqual([])
  })

  it('know sources, bounds and what may be left out', () => {
    const of = (kind: string, name: string) => fieldsOf(kind).find((field) => field.name === name)
    expect(of('log', 'limit')).toEqual({
      ...{ name: 'limit', optional: true },
      kind: { is: 'number', least: 1, most: 200, whole: true },
    })
    expect(of('domain', 'domain')).toMatchObject({ optional: false, kind: { is: 'domain' } })
    expect(of('domain', 'series')).toMatchObject({ kind: { is: 'list', of: { is: 'series' }, most: 6 } })
    expect(of('document', 'document')).toMatchObject({ kind: { is: 'entity' } })
    expect(of('map', 'area')).toMatchObject({ kind: { is: 'written' } })
    expect(fieldsOf('nobody-knows')).toEqual([])
  })

  it('that must be there are there in a new one', () => {
    const hours = newElement('alarms-per-hour', [0, 0, 4, 4], [])
    expect(v.is(WidgetSchema, hours)).toBe(true)
  })

  it('tell what the platform does not have', () => {
    const board = scene(
      { widget: 'domain', at: [0, 0, 1, 1], domain: 'port' },
      { widget: 'figures', at: [0, 0, 1, 1], series: [{ product: 'port.water', series: 'level' }] },
    )
    expect(lackingOf(board, [])).toEqual({ products: ['port.water'], domains: ['port'] })
  })
})

describe('the file', () => {
  it('marks what changed, with what it was', () => {
    const before =
      'scene: a\nwidgets:\n  - widget: log\n    at: [0, 0, 4, 4]\n  - widget: map\n    at: [4, 0, 4, 4]\n'
    const lines = yamlLines(before, before.replace('[4, 0, 4, 4]', '[4, 0, 5, 4]'))
    expect(lines.filter(({ changed }) => changed)).toEqual([
      { number: 6, text: '    at: [4, 0, 5, 4]', changed: true, was: 'at: [4, 0, 4, 4]' },
    ])
    expect(linesOf(lines, 1)).toEqual([4, 6])
    expect(yamlLines(null, before).some(({ changed }) => changed)).toBe(false)
  })
})
