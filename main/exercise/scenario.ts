import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FormulaSchema } from '../../preload/contract/formula.ts'
import * as v from 'valibot'
import { severities } from '../../preload/contract/event.ts'
import {
  DescriptorSchema,
  ProductNameSchema,
  SeriesDescriptorSchema,
} from '../../preload/contract/product.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { Product } from './bus.ts'
import { CountdownSchema } from './countdown.ts'
import { PartnersSchema } from './partners.ts'
import { ResourcesSchema } from './resources.ts'
import { seriesOfMachines, TelemetrySchema } from './telemetry.ts'
import { BothSchema as Both, NameSchema } from './words.ts'

// A scenario is data that a training officer may edit; a slip in it is named with its file and place.

const PositionSchema = v.strictTuple([v.number(), v.number()])
const Severity = v.picklist(severities)
const Sidc = v.pipe(v.string(), v.regex(/^\d{20}$/))
const Site = v.strictTuple([NameSchema, v.number(), v.number()])
const Curve = v.array(v.strictTuple([v.number(), v.number()]))
const about = v.optional(v.string())

const ProductsSchema = v.array(
  v.strictObject({
    product: ProductNameSchema,
    keepMegabytes: v.number(),
    repeatSeconds: v.number(),
    permitted: v.optional(v.boolean(), true),
    descriptor: DescriptorSchema,
  }),
)

const RiverSchema = v.strictObject({
  about,
  from: v.string(),
  to: v.string(),
  points: v.array(v.strictTuple([v.nullable(v.string()), v.number(), v.number()])),
})

const RoadsSchema = v.strictObject({
  about,
  places: v.record(v.string(), PositionSchema),
  axes: v.array(v.strictObject({ name: v.string(), along: v.array(v.string()) })),
})

const LineSchema = v.strictObject({
  line: v.string(),
  title: NameSchema,
  trains: v.number(),
  stations: v.array(Site),
})
const LinesSchema = v.strictObject({ about, metro: v.array(LineSchema), rer: v.array(LineSchema) })

const SitesSchema = v.strictObject({
  about,
  /** where there is something to see, and where officers are sent */
  venues: v.array(Site),
  groups: v.array(
    v.strictObject({
      product: ProductNameSchema,
      category: v.string(),
      resource: v.optional(v.string()),
      sidc: v.optional(Sidc),
      places: v.array(Site),
    }),
  ),
})

const ZonesSchema = v.strictObject({
  about,
  /** of venues and cordons too */
  product: ProductNameSchema,
  spectators: v.array(
    v.strictObject({
      zone: v.number(),
      bank: v.picklist(['left', 'right']),
      from: v.string(),
      to: v.string(),
      level: v.picklist(['low', 'high']),
      capacity: v.number(),
    }),
  ),
  perimeters: v.array(
    v.strictObject({
      id: v.string(),
      kind: v.string(),
      name: Both,
      text: Both,
      corners: v.array(PositionSchema),
    }),
  ),
})

const pair = v.strictTuple([v.number(), v.number()])
const group = {
  product: ProductNameSchema,
  prefix: v.string(),
  name: NameSchema,
  status: Both,
  sidc: Sidc,
  category: v.string(),
  /** seconds that this feed's news is old when it comes */
  behind: v.optional(v.number(), 0),
  /** the feed fell silent so many seconds before the start */
  lostBefore: v.optional(v.number()),
}
const GroupSchema = v.variant('way', [
  v.strictObject({
    ...group,
    way: v.literal('roads'),
    count: v.number(),
    near: v.picklist(['route', 'city']),
    pace: pair,
  }),
  v.strictObject({ ...group, way: v.literal('river'), count: v.number(), spread: pair, pace: pair }),
  v.strictObject({ ...group, way: v.literal('circle'), count: v.number(), pace: pair, altitude: pair }),
  v.strictObject({ ...group, way: v.literal('flight'), count: v.number(), pace: pair, altitude: pair }),
  v.strictObject({ ...group, way: v.literal('parade'), count: v.number() }),
  v.strictObject({ ...group, way: v.literal('lines'), lines: v.picklist(['metro', 'rer']), pace: pair }),
])
export type Group = v.InferOutput<typeof GroupSchema>

const ForcesSchema = v.strictObject({
  about,
  groups: v.array(GroupSchema),
  parade: v.strictObject({ about, spacing: v.number(), head: Curve }),
  closures: v.array(
    v.strictObject({
      lines: v.picklist(['metro', 'rer']),
      line: v.string(),
      from: v.number(),
      to: v.number(),
    }),
  ),
})

const SeriesSchema = v.strictObject({
  series: v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/)),
  ...SeriesDescriptorSchema.entries,
  /** value at minutes of the story */
  curve: Curve,
  noise: v.number(),
  /** values are multiples of it */
  step: v.number(),
  /** grows from cycle to cycle, as a count of the day does */
  total: v.optional(v.boolean(), false),
})
export type Series = v.InferOutput<typeof SeriesSchema>
const MetricsSchema = v.array(
  v.strictObject({
    product: ProductNameSchema,
    /** seconds from one value to the next */
    every: v.number(),
    behind: v.optional(v.number(), 0),
    series: v.array(SeriesSchema),
  }),
)

const OfficersSchema = v.strictObject({
  about,
  product: ProductNameSchema,
  count: v.number(),
  name: NameSchema,
  prefix: v.string(),
  near: v.strictObject({ route: v.number(), venues: v.number(), city: v.number() }),
  /** metres that an officer walks around his place */
  reach: v.number(),
  changesEveryMinutes: pair,
  says: v.array(v.strictObject({ weight: v.number(), severity: Severity, text: Both, topic: v.string() })),
})

const refs = v.optional(v.array(v.string()), [])
const at = v.number()
const StepSchema = v.variant('do', [
  v.strictObject({
    at,
    do: v.literal('incident'),
    domain: v.string(),
    incident: v.string(),
    severity: Severity,
    status: v.string(),
    name: Both,
    place: Both,
    position: PositionSchema,
    engaged: Both,
    units: v.number(),
    text: Both,
    sources: v.array(v.string()),
    refs,
  }),
  v.strictObject({ at, do: v.literal('end'), product: ProductNameSchema, entity: v.string() }),
  v.strictObject({
    at,
    do: v.literal('log'),
    domain: v.string(),
    severity: Severity,
    text: Both,
    refs,
    author: v.optional(Both),
    /** the function of the room that it is for, by its name in a policy */
    to: v.optional(v.string()),
  }),
  v.strictObject({ at, do: v.literal('situation'), domain: v.string(), severity: Severity, text: Both }),
  v.strictObject({
    at,
    do: v.literal('decision'),
    number: v.string(),
    text: Both,
    due: v.number(),
    status: v.picklist(['open', 'done']),
    refs,
  }),
  v.strictObject({
    at,
    do: v.literal('dispatch'),
    incident: v.string(),
    until: v.number(),
    units: v.array(v.string()),
    status: Both,
  }),
  v.strictObject({
    at,
    do: v.literal('observation'),
    officer: v.number(),
    severity: Severity,
    text: Both,
    position: PositionSchema,
    refs,
  }),
  v.strictObject({
    at,
    do: v.literal('perimeter'),
    incident: v.string(),
    radius: v.number(),
    until: v.number(),
    name: Both,
    text: Both,
  }),
  v.strictObject({
    at,
    do: v.literal('act'),
    product: ProductNameSchema,
    act: v.string(),
    /** what it is about at this node's wall: `poll`, and of these which; `%` is the number of the cycle, from 1 */
    about: v.string(),
    part: v.string(),
    input: v.record(v.string(), v.unknown()),
    by: v.strictObject({ person: v.string(), function: v.nullable(v.string()), node: v.string() }),
  }),
  v.strictObject({ at, do: v.literal('countdown'), ...CountdownSchema.entries }),
])
export type Step = v.InferOutput<typeof StepSchema>

const ScriptSchema = v.strictObject({
  about,
  title: Both,
  /** messages a second where nobody says how many */
  rate: v.optional(v.number(), 2000),
  cycle: v.strictObject({
    from: v.number(),
    to: v.number(),
    liveAfterSeconds: v.number(),
    incidents: v.number(),
    decisions: v.number(),
  }),
  log: v.strictObject({
    lastNumberAtStart: v.number(),
    perHourBefore: v.array(v.number()),
    perHourLive: v.number(),
    places: v.array(NameSchema),
    filler: v.array(v.strictObject({ domain: v.string(), severity: Severity, text: Both })),
  }),
  /** where decisions are told */
  decisions: ProductNameSchema,
  /** what is not for everybody's eyes */
  intelligence: v.strictObject({ product: ProductNameSchema, notes: v.array(Both) }),
  closedIncidents: v.array(
    v.strictObject({
      domain: v.string(),
      incident: v.string(),
      name: Both,
      place: Both,
      position: PositionSchema,
      severity: Severity,
      from: v.number(),
      to: v.number(),
      text: Both,
    }),
  ),
  closedStations: v.optional(v.array(Site), []),
  stationsClosedBy: v.optional(
    v.array(
      v.strictObject({ incident: v.string(), from: v.number(), to: v.number(), stations: v.array(Site) }),
    ),
    [],
  ),
  steps: v.array(StepSchema),
})

const DocumentsSchema = v.strictObject({
  product: ProductNameSchema,
  documents: v.array(
    v.strictObject({
      entity: v.string(),
      file: v.pipe(v.string(), v.regex(/^[a-z0-9.-]+$/)),
      mediaType: v.string(),
      name: NameSchema,
      minute: v.number(),
      marking: v.string(),
    }),
  ),
})

const files = {
  products: ProductsSchema,
  script: ScriptSchema,
} as const
/** What a story may do without, and what it has then. */
/** Figures that somebody of the story wrote, of this station's organisation. */
const FormulasSchema = v.array(
  v.strictObject({
    name: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/)),
    marking: v.string(),
    title: Both,
    content: FormulaSchema,
  }),
)

const furtherFiles = {
  river: [RiverSchema, null],
  roads: [RoadsSchema, { places: {}, axes: [] }],
  lines: [LinesSchema, { metro: [], rer: [] }],
  sites: [SitesSchema, { venues: [], groups: [] }],
  zones: [ZonesSchema, null],
  forces: [ForcesSchema, { groups: [], parade: { spacing: 0, head: [] }, closures: [] }],
  metrics: [MetricsSchema, []],
  officers: [OfficersSchema, null],
  documents: [DocumentsSchema, null],
  telemetry: [TelemetrySchema, []],
  resources: [ResourcesSchema, []],
  partners: [PartnersSchema, []],
  formulas: [FormulasSchema, []],
} as const
type Files = typeof files
type Further = typeof furtherFiles

export type Scenario = { [F in keyof Files]: v.InferOutput<Files[F]> } & {
  [F in keyof Further]: v.InferOutput<Further[F][0]> | (Further[F][1] extends null ? null : never)
} & {
  name: string
  directory: string
}

/** @param without what it is where there is no such file; undefined: it is needed */
const read = async (
  directory: string,
  name: string,
  schema: v.GenericSchema,
  without: unknown,
): Promise<Result<unknown>> => {
  const file = join(directory, `${name}.json`)
  try {
    const parsed = v.safeParse(schema, JSON.parse(await readFile(file, 'utf8')))
    if (parsed.success) return ok(parsed.output)
    const [issue] = parsed.issues
    return fail('exercise.failed', `${v.getDotPath(issue) ?? 'file'}: ${issue.message}`, file)
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (absent && without !== undefined) return ok(without)
    return fail('exercise.failed', error instanceof Error ? error.message : String(error), file)
  }
}

/** @param directory holds `products.json`, `script.json` and what else the story needs */
export const readScenario = async (directory: string, name: string): Promise<Result<Scenario>> => {
  const found: Record<string, unknown> = { name, directory }
  const wanted: [string, v.GenericSchema, unknown][] = [
    ...Object.entries(files).map(([file, schema]): [string, v.GenericSchema, undefined] => [
      file,
      schema,
      undefined,
    ]),
    ...Object.entries(furtherFiles).map(([file, [schema, without]]): [string, v.GenericSchema, unknown] => [
      file,
      schema,
      without,
    ]),
  ]
  for (const [file, schema, without] of wanted) {
    const part = await read(directory, file, schema, without)
    if (!part.ok) return part
    found[file] = part.value
  }
  return ok(found as Scenario)
}

/** The catalog: descriptors, with each series of a metric product as the metrics file describes it. */
export const productsOf = (scenario: Scenario): (Product & { permitted: boolean })[] =>
  scenario.products.map(({ product, keepMegabytes, repeatSeconds, permitted, descriptor }) => {
    const drawn = scenario.metrics
      .filter((one) => one.product === product)
      .flatMap((metric) =>
        metric.series.map(
          ({ series: name, curve: _, noise: __, step: ___, total: ____, ...rest }) => [name, rest] as const,
        ),
      )
    const measured = scenario.telemetry.filter((one) => one.product === product).flatMap(seriesOfMachines)
    const series = [...drawn, ...measured]
    return {
      name: product,
      keepBytes: keepMegabytes * 2 ** 20,
      repeatWindow: repeatSeconds,
      permitted,
      descriptor: series.length === 0 ? descriptor : { ...descriptor, series: Object.fromEntries(series) },
    }
  })
