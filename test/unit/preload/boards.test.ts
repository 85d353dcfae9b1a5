import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import {
  boardSent,
  sceneSent,
  sentBoard,
  SentSceneSchema,
  sentScene,
  type DraftScene,
} from '../../../preload/contract/boards.ts'
import { mostWidgets, WidgetSchema } from '../../../preload/contract/scene.ts'
import { WrittenSceneSchema, widgetAsWritten } from '../../../preload/contract/scene-written.ts'
import { asWritten } from '../../../preload/contract/scene-text.ts'
import { mostWidgetText, widgetIn, widgetText } from '../../../preload/contract/widget-text.ts'

const grid = { columns: 4, rows: 4 }
const scene = (widgets: DraftScene['widgets']): DraftScene => ({ scene: 'a', title: 'A', grid, widgets })
const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)])

describe('a draft on its way', () => {
  it('comes as it went, what nobody knows of it too', () => {
    const draft = scene([{ widget: 'journal', at: [0, 0, 1, 1], any: { thing: [1, 'x', null] } }])
    expect(v.is(SentSceneSchema, sentScene(draft))).toBe(true)
    expect(sceneSent(sentScene(draft))).toEqual(draft)
    const base = { key: null, revision: 0, version: null, scene: draft }
    const board = { draft, base, marking: 'np', at: 3 }
    expect(boardSent(sentBoard(board))).toEqual(board)
  })

  const widget = '{"widget":"log","at":[0,0,1,1]}'
  it.each([
    ['no JSON', ['{']],
    ['no widget', ['[]']],
    ['nothing', ['null']],
    ['without a kind', ['{"at":[0,0,1,1]}']],
    ['without a place', ['{"widget":"log"}']],
    ['at no cell', ['{"widget":"log","at":[0,0,0,0]}']],
    ['nested without end', [JSON.stringify({ widget: 'log', at: [0, 0, 1, 1], any: deep(40) })]],
    [
      'nested as deep as a bomb',
      [`{"widget":"log","at":[0,0,1,1],"any":${'['.repeat(9000)}${']'.repeat(9000)}}`],
    ],
    ['too long', [JSON.stringify({ widget: 'log', at: [0, 0, 1, 1], any: 'x'.repeat(mostWidgetText) })]],
    ['too many', Array.from({ length: mostWidgets + 1 }, () => widget)],
    [
      'more together than a board may have',
      Array.from({ length: 9 }, () =>
        JSON.stringify({ widget: 'log', at: [0, 0, 1, 1], any: 'x'.repeat(20_000) }),
      ),
    ],
    ['an object and no text', [{ widget: 'log', at: [0, 0, 1, 1] }]],
  ])('does not arrive: %s', (_what, widgets) => {
    expect(v.is(SentSceneSchema, { scene: 'a', title: 'A', grid, widgets: [widget] })).toBe(true)
    expect(v.is(SentSceneSchema, { scene: 'a', title: 'A', grid, widgets })).toBe(false)
  })

  it('changes nothing of what an object is', () => {
    const hostile =
      '{"widget":"log","at":[0,0,1,1],"__proto__":{"polluted":true},"constructor":{"prototype":1}}'
    const [one] = sceneSent({ scene: 'a', title: 'A', grid, widgets: [hostile] }).widgets
    expect(one).not.toHaveProperty('polluted')
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})

describe('a widget that is wrong', () => {
  it('takes what it was along as a text, and is written again as it was', () => {
    const was = { widget: 'journal', at: [0, 0, 1, 1], of: { x: [1] } }
    const wrong = widgetAsWritten(was, grid)
    expect(v.is(WidgetSchema, wrong)).toBe(true)
    expect(wrong).toMatchObject({ widget: 'wrong', why: 'unknown', subject: 'journal', was: widgetText(was) })
    expect(asWritten({ widgets: [wrong] })).toEqual({ widgets: [was] })
    // found wrong once more, it is what it was at first
    expect(widgetAsWritten(wrong, grid)).toEqual(wrong)
  })

  it('that says that it was wrong, and that that was wrong, ends', () => {
    let said: Record<string, unknown> = { widget: 'log', at: [0, 0, 1, 1] }
    for (let depth = 0; depth < 9; depth++)
      said = { widget: 'wrong', at: [0, 0, 1, 1], why: 'unknown', subject: 'x', was: JSON.stringify(said) }
    expect(widgetAsWritten(said, grid)).toMatchObject({ widget: 'wrong', why: 'unknown' })
  })

  it('of which even the place is unknown makes the scene wrong, with the place in the file', () => {
    for (const widgets of [[7], [{ widget: 'log' }], [{ widget: 'log', at: [0, 0, 1, 1], any: deep(40) }]])
      expect(v.is(WrittenSceneSchema, { scene: 'a', title: 'A', grid, widgets })).toBe(false)
  })

  it('is nothing that has no end in itself', () => {
    const round: Record<string, unknown> = { widget: 'log', at: [0, 0, 1, 1] }
    round['self'] = round
    expect(widgetText(round)).toBeNull()
    expect(widgetAsWritten(round, grid)).toBe(round)
    expect(widgetIn('{"a":{"b":1}}')).toEqual({ a: { b: 1 } })
  })
})
