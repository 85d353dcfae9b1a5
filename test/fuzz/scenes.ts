/** Scenes as files, from right in every word to bombs. */
import fc, { type Arbitrary } from 'fast-check'
import type { GenericSchema } from 'valibot'
import { kinds } from '../../preload/contract/product.ts'
import { WidgetSchema } from '../../preload/contract/scene.ts'
import { fitting, knownTo } from './fitting.ts'
import type { Json, Marks } from './hostile.ts'
import { words } from './hostile.ts'
import { kindsOfData, productOf } from './messages.ts'
import { yamlTexts } from './yaml-texts.ts'

/** @param widgets the contract's: one that is new there is tried without anybody naming it here */
export const rightScene = (
  marks: Marks,
  widgets: GenericSchema = WidgetSchema,
): Arbitrary<{ [key: string]: Json }> => {
  const text = words(marks).map((all) => all.slice(0, 500) || marks.mark)
  const said = fc.oneof(text, fc.record({ fr: text, en: text }))
  const at = fc.constantFrom([0, 0, 1, 1], [0, 0, 4, 4], [3, 3, 1, 1], [0, 2, 4, 2])
  const limit = fc.constantFrom(1, 10, 200)
  const series = fc.array(
    fc.record({
      product: kindsOfData.map(productOf),
      series: fc.oneof(
        fc.constantFrom('a', 'b'),
        text.map((all) => all.slice(0, 100) || marks.mark),
      ),
    }),
    { maxLength: 3 },
  )
  const area = fc.constantFrom(
    [2.2, 48.8, 2.4, 48.9],
    [-180, -90, 180, 90],
    [179, -90, 180, 90],
    [0, 0, 1e-9, 1e-9],
  )
  const domain = fc.constantFrom('fuzz', '0', '-', 'x'.repeat(64))
  const domains = fc.array(domain, { maxLength: 2 })
  const row = (
    widget: string | Arbitrary<string>,
    more: { [key: string]: Arbitrary<unknown> } = {},
    ...needed: string[]
  ) => {
    const settings: typeof more = {
      widget: typeof widget === 'string' ? fc.constant(widget) : widget,
      at,
      ...more,
    }
    return fc.record(settings, { requiredKeys: ['widget', 'at', ...needed] })
  }
  const optional = fc.boolean()
  const any = fitting(widgets, knownTo(marks, kinds.map(productOf))) as Arbitrary<object>
  // by hand: what has something to show, and what is at its bounds
  const widget = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(any, at).map(([one, place]) => ({ ...one, at: place })) },
    row('map', { area, domains }),
    row(fc.constantFrom('incidents', 'log', 'decisions'), { limit, optional, domains }),
    row('legend'),
    row('alarm', { domains }),
    row('figures', { series, optional }),
    row('domain', { domain, series }, 'domain'),
    row('domains', { domains }),
    row('alarms-per-hour', { hours: fc.constantFrom(2, 24, 2.5), optional, domains }, 'hours'),
  ) as Arbitrary<Json>
  return fc
    .record(
      {
        // the node remembers by its name which scene it showed, and that may be read
        scene: fc.nat({ max: 9999 }).map((n) => `scene-${n}`),
        title: said,
        subtitle: said,
        grid: fc.constantFrom({ columns: 4, rows: 4 }, { columns: 48, rows: 48 }),
        widgets: fc.array(widget, { minLength: 1, maxLength: 5 }),
      },
      { requiredKeys: ['scene', 'title', 'grid', 'widgets'] },
    )
    .map((all) => all as { [key: string]: Json })
}

export const scenes = (marks: Marks): Arbitrary<string> => yamlTexts(rightScene(marks), marks)
