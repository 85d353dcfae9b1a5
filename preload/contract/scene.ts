import * as v from 'valibot'
import { EntityRefSchema } from './entity.ts'
import { ProductNameSchema } from './product.ts'
import { WidgetTextSchema } from './widget-text.ts'
import { WordsSchema } from './words.ts'
import { TimeZoneSchema } from './time-zone.ts'

const Cell = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(48))
const Span = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(48))
/** column, row, width, height, in cells of the scene's grid */
export const AtSchema = v.strictTuple([Cell, Cell, Span, Span])
const At = AtSchema
export type At = v.InferOutput<typeof AtSchema>
export const GridSchema = v.strictObject({ columns: Span, rows: Span })
export type Grid = v.InferOutput<typeof GridSchema>
const Longitude = v.pipe(v.number(), v.minValue(-180), v.maxValue(180))
const Latitude = v.pipe(v.number(), v.minValue(-90), v.maxValue(90))
/** west, south, east, north, degrees */
export const AreaSchema = v.pipe(
  v.strictTuple([Longitude, Latitude, Longitude, Latitude]),
  v.check(
    ([west, south, east, north]) => west < east && south < north,
    'an area is [west, south, east, north], west before east and south before north',
  ),
  v.readonly(),
)
export type Area = v.InferOutput<typeof AreaSchema>
export const DomainSchema = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/, 'a domain is named in a-z 0-9 -'))
const Domain = DomainSchema
/** There only where the platform has something for it; else the widget above it, or beside it, takes its place. */
const Optional = v.optional(v.boolean())
const Limit = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(200)))

export const PageNumber = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(9999))

export const SeriesRefSchema = v.strictObject({
  product: ProductNameSchema,
  series: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
})
export type SeriesRef = v.InferOutput<typeof SeriesRefSchema>

const Title = v.optional(WordsSchema)
/** minutes that a series shows, the newest last */
const Minutes = v.pipe(v.number(), v.integer(), v.minValue(15), v.maxValue(1440))
/** A property of an entity's body, its own (`entity`, `time`), or a metric's (`value`, `change`, `unit`). */
const Property = v.pipe(v.string(), v.minLength(1), v.maxLength(100))
const ColumnSchema = v.strictObject({
  property: Property,
  title: Title,
  unit: v.optional(v.pipe(v.string(), v.maxLength(50))),
  /** digits after the decimal point */
  precision: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(6))),
})
/** with fields in it: `{{environment.weather:gust-10m}}` */
const Paragraph = v.union([
  v.pipe(v.string(), v.minLength(1), v.maxLength(2000)),
  v.object({ fr: v.pipe(v.string(), v.maxLength(2000)), en: v.pipe(v.string(), v.maxLength(2000)) }),
])

const ZoneSchema = v.strictObject({
  zone: TimeZoneSchema,
  title: Title,
})

/** Entities one by one, each with its state. */
const listed = {
  at: At,
  optional: Optional,
  title: Title,
  /** of these, or of those that are called as such lists are */
  products: v.optional(v.pipe(v.array(ProductNameSchema), v.minLength(1), v.maxLength(6))),
  categories: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(100))), v.maxLength(20))),
  limit: Limit,
}
/** Why a widget can't be shown as it is written: nobody knows its kind, or this of it does not fit. */
export const wrongs = ['unknown', 'setting', 'beyond'] as const

/** A new widget is one row here, one folder in renderer/board and its row in widgets.ts there. What it is not told, it takes from the catalog. */
export const WidgetSchema = v.variant('widget', [
  v.strictObject({
    widget: v.literal('map'),
    at: At,
    title: Title,
    /** what must be in view; left out: the policy's area, else wherever its entities are */
    area: v.optional(AreaSchema),
    /** domains whose entities are drawn; all when left out */
    domains: v.optional(v.array(Domain)),
  }),
  v.strictObject({
    widget: v.literal('incidents'),
    at: At,
    optional: Optional,
    limit: Limit,
    /** of these only; of all when left out */
    domains: v.optional(v.array(Domain)),
  }),
  v.strictObject({
    widget: v.literal('figures'),
    at: At,
    optional: Optional,
    title: Title,
    series: v.optional(v.array(SeriesRefSchema)),
    /** each large, with its last hour and the bound that it has or is beyond */
    large: v.optional(v.boolean()),
  }),
  v.strictObject({
    widget: v.literal('series'),
    at: At,
    optional: Optional,
    title: Title,
    series: v.optional(v.pipe(v.array(SeriesRefSchema), v.maxLength(12))),
    /** where no series are named: all of this product, the `limit` highest */
    product: v.optional(ProductNameSchema),
    limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(12))),
    minutes: v.optional(Minutes),
  }),
  v.strictObject({
    widget: v.literal('table'),
    at: At,
    optional: Optional,
    title: Title,
    product: ProductNameSchema,
    /** those that most of its entities have, when left out */
    columns: v.optional(v.pipe(v.array(ColumnSchema), v.minLength(1), v.maxLength(12))),
    sort: v.optional(v.strictObject({ property: Property, descending: v.optional(v.boolean()) })),
    /** words that a row must have */
    filter: v.optional(v.pipe(v.string(), v.maxLength(200))),
    limit: Limit,
  }),
  v.strictObject({ widget: v.literal('text'), at: At, title: Title, text: v.optional(Paragraph) }),
  v.strictObject({
    widget: v.literal('quality'),
    at: At,
    /** how these come; left out: all of the owner, or of the platform */
    products: v.optional(v.pipe(v.array(ProductNameSchema), v.maxLength(40))),
    /** as a descriptor names them, in either language */
    owner: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
  }),
  v.strictObject({ widget: v.literal('legend'), at: At }),
  v.strictObject({
    widget: v.literal('domain'),
    at: At,
    domain: Domain,
    series: v.optional(v.pipe(v.array(SeriesRefSchema), v.maxLength(6))),
  }),
  v.strictObject({
    widget: v.literal('domains'),
    at: At,
    /** in this order; all that the platform has when left out */
    domains: v.optional(v.array(Domain)),
  }),
  v.strictObject({
    widget: v.literal('alarm'),
    at: At,
    /** of incidents of these only; of all when left out */
    domains: v.optional(v.array(Domain)),
  }),
  v.strictObject({
    widget: v.literal('log'),
    at: At,
    optional: Optional,
    limit: Limit,
    /** lines about these only; about any when left out */
    domains: v.optional(v.array(Domain)),
  }),
  v.strictObject({
    widget: v.literal('alarms-per-hour'),
    at: At,
    optional: Optional,
    hours: v.pipe(v.number(), v.minValue(2), v.maxValue(24)),
    /** alarms of these only; of any when left out */
    domains: v.optional(v.array(Domain)),
  }),
  v.strictObject({
    widget: v.literal('decisions'),
    at: At,
    optional: Optional,
    limit: Limit,
    /** decisions about these only; about any when left out */
    domains: v.optional(v.array(Domain)),
  }),
  v.strictObject({
    widget: v.literal('document'),
    at: At,
    optional: Optional,
    document: EntityRefSchema,
    /** of a PDF; the first when left out */
    page: v.optional(PageNumber),
  }),
  v.strictObject({ widget: v.literal('poll'), at: At }),
  v.strictObject({
    widget: v.literal('roster'),
    at: At,
    title: Title,
    /** its key on the platform; the first that there is when left out */
    roster: v.optional(v.pipe(v.string(), v.regex(/^roster\.[a-z0-9-]{1,64}\.[a-z0-9-]{1,64}$/))),
  }),
  v.strictObject({
    widget: v.literal('countdown'),
    at: At,
    optional: Optional,
    /** a feature of the category `countdown`, or a decision with its due time; the first that there is when left out */
    of: v.optional(EntityRefSchema),
  }),
  v.strictObject({
    widget: v.literal('clock'),
    at: At,
    /** beside the local and the universal time */
    zones: v.optional(v.pipe(v.array(ZoneSchema), v.maxLength(6))),
  }),
  v.strictObject({
    widget: v.literal('limits'),
    at: At,
    optional: Optional,
    title: Title,
    /** all that have a limit, of these domains, when left out */
    series: v.optional(v.pipe(v.array(SeriesRefSchema), v.maxLength(12))),
    domains: v.optional(v.array(Domain)),
  }),
  v.strictObject({ widget: v.literal('resources'), ...listed }),
  v.strictObject({ widget: v.literal('states'), ...listed }),
  /** What is written there can't be shown; it stands in its place with why, and is written again as it was. */
  v.strictObject({
    widget: v.literal('wrong'),
    at: At,
    why: v.picklist(wrongs),
    /** the kind that nobody knows, or the setting */
    subject: v.pipe(v.string(), v.maxLength(200)),
    was: WidgetTextSchema,
  }),
])
export type Widget = v.InferOutput<typeof WidgetSchema>

export const SceneNameSchema = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9-]{1,64}$/, 'a scene is named in a-z 0-9 -'),
)
/** Of one scene: a screen has room for fewer. */
export const mostWidgets = 60
export const sceneHead = {
  scene: SceneNameSchema,
  title: WordsSchema,
  subtitle: v.optional(WordsSchema),
  grid: GridSchema,
}

/** What a screen shows: a title and widgets on a grid. Kept as YAML that a person can read. */
export const SceneSchema = v.strictObject({
  ...sceneHead,
  widgets: v.pipe(v.array(WidgetSchema), v.minLength(1), v.maxLength(mostWidgets)),
})
export type Scene = v.InferOutput<typeof SceneSchema>

const key = (key: string | number, input: unknown, value: unknown) =>
  ({ type: 'unknown', origin: 'value', input, key, value }) as const

/** The contract says what each widget is; that it lies within its grid can only be said of both together. */
export const FittingSceneSchema = v.pipe(
  SceneSchema,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return
    const { grid, widgets } = dataset.value
    widgets.forEach((widget, index) => {
      const [column, row, width, height] = widget.at
      if (column + width <= grid.columns && row + height <= grid.rows) return
      addIssue({
        message: `the widget goes beyond the grid of ${grid.columns} × ${grid.rows}`,
        path: [
          key('widgets', dataset.value, widgets),
          key(index, widgets, widget),
          key('at', widget, widget.at),
        ],
      })
    })
  }),
)
