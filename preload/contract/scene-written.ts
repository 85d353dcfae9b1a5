/** A scene as somebody wrote it: what is wrong with one widget is told in its place, and no other suffers from it. */
import * as v from 'valibot'
import {
  AtSchema,
  FittingSceneSchema,
  mostWidgets,
  sceneHead,
  WidgetSchema,
  type At,
  type Grid,
  type Widget,
  type wrongs,
} from './scene.ts'
import { widgetIn, widgetText } from './widget-text.ts'

const Placed = v.looseObject({ at: AtSchema })
const Wrong = v.looseObject({ widget: v.literal('wrong'), was: v.string() })

/** As near to where it was to stand as the grid has room. */
const clamped = ([column, row, width, height]: At, { columns, rows }: Grid): At => {
  const [x, y] = [Math.min(column, columns - 1), Math.min(row, rows - 1)]
  return [x, y, Math.min(width, columns - x), Math.min(height, rows - y)]
}

/** What stood there before it was found wrong, maybe for another version than this one. */
function beforeWrong(given: unknown): unknown {
  let said = given
  for (let depth = 0; depth < 4 && v.is(Wrong, said); depth++) said = widgetIn(said.was) ?? {}
  return said
}

/** @returns the widget; one that says what is wrong with it; or what was given, where not even its place is known */
export function widgetAsWritten(given: unknown, grid: Grid): unknown {
  const said = beforeWrong(given)
  const read = v.safeParse(WidgetSchema, said, { abortPipeEarly: true })
  const placed = v.safeParse(Placed, said)
  if (!placed.success) return given
  const was = widgetText(said as Record<string, unknown>)
  if (was === null) return given
  const { at } = placed.output
  const inside = at[0] + at[2] <= grid.columns && at[1] + at[3] <= grid.rows
  const wrong = (why: (typeof wrongs)[number], subject: string): Widget => ({
    ...{ widget: 'wrong', at: clamped(at, grid), why, subject: subject.slice(0, 200), was },
  })
  if (!read.success) {
    const named = placed.output['widget']
    const kind = typeof named === 'string' ? named : ''
    const isKnown = WidgetSchema.options.some(({ entries }) => entries.widget.literal === kind)
    if (!isKnown || kind === 'wrong') return wrong('unknown', kind)
    const path = (read.issues[0].path ?? []).map(({ key: part }) => String(part)).join('.')
    return wrong('setting', path)
  }
  if (read.output.widget === 'wrong') return wrong('unknown', 'wrong')
  return inside ? read.output : wrong('beyond', at.join(', '))
}

/** Of what is wrong with one widget, that one tells, in its place, and the others show. */
export const WrittenSceneSchema = v.pipe(
  v.strictObject({
    ...sceneHead,
    widgets: v.pipe(v.array(v.unknown()), v.minLength(1), v.maxLength(mostWidgets)),
  }),
  v.transform((scene) => ({
    ...scene,
    widgets: scene.widgets.map((widget) => widgetAsWritten(widget, scene.grid)),
  })),
  FittingSceneSchema,
)
