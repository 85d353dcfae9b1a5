import * as v from 'valibot'
import { ProductNameSchema } from './product.ts'
import { WordsSchema } from './words.ts'

const Cell = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(48))
const Span = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(48))
/** column, row, width, height, in cells of the scene's grid */
const At = v.strictTuple([Cell, Cell, Span, Span])
const Longitude = v.pipe(v.number(), v.minValue(-180), v.maxValue(180))
const Latitude = v.pipe(v.number(), v.minValue(-90), v.maxValue(90))
const Limit = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(200)))

const SeriesRefSchema = v.strictObject({
  product: ProductNameSchema,
  series: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
})
export type SeriesRef = v.InferOutput<typeof SeriesRefSchema>

/** A new widget is one row here and one folder in renderer/board. */
export const WidgetSchema = v.variant('widget', [
  v.strictObject({
    widget: v.literal('map'),
    at: At,
    /** west, south, east, north, degrees: what must be in view */
    area: v.strictTuple([Longitude, Latitude, Longitude, Latitude]),
    /** domains whose things are drawn; all when left out */
    domains: v.optional(v.array(v.string())),
  }),
  v.strictObject({ widget: v.literal('incidents'), at: At, limit: Limit }),
  v.strictObject({ widget: v.literal('figures'), at: At, series: v.array(SeriesRefSchema) }),
  v.strictObject({ widget: v.literal('legend'), at: At }),
  v.strictObject({
    widget: v.literal('domain'),
    at: At,
    domain: v.string(),
    series: v.pipe(v.array(SeriesRefSchema), v.maxLength(6)),
  }),
  v.strictObject({ widget: v.literal('alarm'), at: At }),
  v.strictObject({ widget: v.literal('log'), at: At, limit: Limit }),
  v.strictObject({
    widget: v.literal('alarms-per-hour'),
    at: At,
    hours: v.pipe(v.number(), v.minValue(2), v.maxValue(24)),
  }),
  v.strictObject({ widget: v.literal('decisions'), at: At, limit: Limit }),
])
export type Widget = v.InferOutput<typeof WidgetSchema>

/** What a screen shows: a title and widgets on a grid. Kept as YAML that a person can read. */
export const SceneSchema = v.strictObject({
  scene: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/, 'a scene is named in a-z 0-9 -')),
  title: WordsSchema,
  subtitle: v.optional(WordsSchema),
  grid: v.strictObject({ columns: Span, rows: Span }),
  widgets: v.pipe(v.array(WidgetSchema), v.minLength(1), v.maxLength(60)),
})
export type Scene = v.InferOutput<typeof SceneSchema>
