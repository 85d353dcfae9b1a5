import * as v from 'valibot'
import { WordsSchema } from './words.ts'

/** A product's name: `<domain>.<product>`, the catalog's key. Its stream is `DP_<DOMAIN>_<PRODUCT>`. */
export const ProductNameSchema = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9-]{1,64}\.[a-z0-9-]{1,64}$/, 'a product is named <domain>.<product>, in a-z 0-9 -'),
)
export type ProductName = v.InferOutput<typeof ProductNameSchema>

export const kinds = ['feature', 'track', 'metric', 'note', 'document', 'report', 'act'] as const
export type Kind = (typeof kinds)[number]

/** ISO 8601 duration of days and smaller: what freshness and retention are written in. */
export const DurationSchema = v.pipe(
  v.string(),
  v.maxLength(40),
  v.regex(
    /^P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/,
    'an ISO 8601 duration such as PT30S or P2D',
  ),
)

/** @returns milliseconds */
export function durationMs(duration: string): number {
  const part = (unit: string): number =>
    Number(new RegExp(`(\\d+(?:\\.\\d+)?)${unit}`).exec(duration)?.[1] ?? 0)
  const [days = '', time = ''] = duration.split('T')
  const day = Number(/(\d+)D/.exec(days)?.[1] ?? 0)
  return time === ''
    ? day * 86_400_000
    : day * 86_400_000 + part('H') * 3_600_000 + part('M') * 60_000 + part('S') * 1000
}

/** What a series of a metric product is: its name for people, its bounds, and when it is abnormal. */
export const SeriesDescriptorSchema = v.object({
  title: WordsSchema,
  /** a word beside the figure, e.g. "de 480" */
  qualifier: v.optional(WordsSchema),
  unit: v.optional(v.string()),
  range: v.optional(v.object({ min: v.number(), max: v.number() })),
  /** digits after the decimal point */
  precision: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(6))),
  /** abnormal when beyond: `above` says which side is bad */
  threshold: v.optional(
    v.object({
      moderate: v.optional(v.number()),
      severe: v.optional(v.number()),
      extreme: v.optional(v.number()),
      above: v.boolean(),
    }),
  ),
  /** its values are no measure but how far one lies from what is usual of a window, in the spread of that: said in words */
  deviation: v.optional(v.object({ by: v.picklist(['zscore', 'drift']), window: DurationSchema })),
})
export type SeriesDescriptor = v.InferOutput<typeof SeriesDescriptorSchema>

const Address = v.pipe(
  v.string(),
  v.maxLength(300),
  v.regex(/^https:\/\/[^\s"<>\\^`{|}]+$/, 'an https:// address'),
)

/** That a product is open data: whoever has it may pass it on, under this licence. All of it, or it is not open. */
export const OpenSchema = v.object({
  /** SPDX identifier, or the licence's own address */
  licence: v.union(
    [v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9.+-]{0,63}$/)), Address],
    'an SPDX identifier such as etalab-2.0, or an https:// address',
  ),
  /** where it comes from, for whoever uses it */
  source: Address,
  /** how often it is brought up to date at least */
  update: DurationSchema,
})
export type Open = v.InferOutput<typeof OpenSchema>

/** How a product leaves as a file. */
export const productForms = ['csv', 'geojson', 'jsonld'] as const
export type ProductForm = (typeof productForms)[number]
/** Of what kinds there are rows for other programs. */
export const mayLeave = (kind: Kind): boolean => ['feature', 'track', 'metric', 'note'].includes(kind)

/** A data product's entry in the catalog (platform.md, "Descriptor"). */
export const DescriptorSchema = v.object({
  title: WordsSchema,
  owner: WordsSchema,
  domain: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/)),
  kind: v.picklist(kinds),
  /** level id: the product's ceiling, and the marking of a message that has none */
  marking: v.string(),
  freshness: DurationSchema,
  retention: DurationSchema,
  /** how a value becomes a symbol: category → SIDC, or the names of Vigie's own glyphs */
  symbology: v.optional(v.record(v.string(), v.string())),
  unit: v.optional(v.string()),
  range: v.optional(v.object({ min: v.number(), max: v.number() })),
  series: v.optional(v.record(v.string(), SeriesDescriptorSchema)),
  open: v.optional(OpenSchema),
  dataschema: v.optional(v.record(v.string(), v.unknown())),
})
export type Descriptor = v.InferOutput<typeof DescriptorSchema>

export const streamOf = (product: ProductName): string => `DP_${product.toUpperCase().replace('.', '_')}`
export const subjectsOf = (product: ProductName): string => `dp.${product}.>`
