import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { readScene } from '../../../main/wall/scenes.ts'
import { WidgetSchema } from '../../../preload/contract/scene.ts'
import { rightScene } from '../../fuzz/scenes.ts'

const marks = { mark: 'zqtestkxw', hook: 'http://127.0.0.1:45678/zqtestkxw' }
const widgetsOf = (schema?: v.GenericSchema) =>
  fc
    .sample(rightScene(marks, schema), { seed: 3, numRuns: 300 })
    .flatMap(({ widgets }) => widgets as unknown as { [setting: string]: unknown }[])

describe('the scenes that are tried', () => {
  it('have every widget with every setting of the contract', () => {
    const made = widgetsOf()
    for (const { entries } of WidgetSchema.options) {
      const own = made.filter(({ widget }) => widget === entries.widget.literal)
      expect(new Set(own.flatMap((one) => Object.keys(one)))).toEqual(new Set(Object.keys(entries)))
    }
  })

  it('have a widget that nobody named here', () => {
    const entries = { at: v.unknown(), size: v.picklist([1, 2]), text: v.pipe(v.string(), v.maxLength(9)) }
    const made = widgetsOf(v.variant('widget', [v.strictObject({ widget: v.literal('new'), ...entries })]))
    const own = made.filter(({ widget }) => widget === 'new')
    expect(new Set(own.map(({ size }) => size))).toEqual(new Set([1, 2]))
  })

  it('are right before they are made wrong', () => {
    const read = fc
      .sample(rightScene(marks), { seed: 3, numRuns: 300 })
      .map((scene) => readScene(stringify(scene), 'a.yaml'))
    expect(read.flatMap((one) => (one.ok ? [] : [one.error.message]))).toEqual([])
  })
})
