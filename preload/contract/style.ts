/**
 * A style rule, which people share (`style.<owner>.<name>`): what is moderate, severe, extreme or old of a product's series,
 * over what its descriptor says. Whose rules hold for a product is the engine's to say (`main/engine/styles.ts`).
 */
import * as v from 'valibot'
import { tokenOf } from './place.ts'
import { DurationSchema, ProductNameSchema, SeriesDescriptorSchema, type Descriptor } from './product.ts'

const { precision } = SeriesDescriptorSchema.entries
const Finite = v.pipe(v.number(), v.finite())

/** The bounds grow towards the side that is bad; those that are left out are not asked for. */
export const ThresholdSchema = v.pipe(
  v.strictObject({
    moderate: v.optional(Finite),
    severe: v.optional(Finite),
    extreme: v.optional(Finite),
    above: v.boolean(),
  }),
  v.check(({ moderate, severe, extreme, above }) => {
    const bounds = [moderate, severe, extreme].filter((each) => each !== undefined)
    return bounds.every((each, i) => i === 0 || (above ? each > bounds[i - 1]! : each < bounds[i - 1]!))
  }, 'moderate, severe and extreme follow each other towards the side that is bad'),
)

/** in which it is as expected */
export const BandSchema = v.pipe(
  v.strictObject({ min: Finite, max: Finite }),
  v.check(({ min, max }) => min < max, 'min is below max'),
)

export const StyleSchema = v.strictObject({
  product: ProductNameSchema,
  /** a series by its name; with `*` at its end all that begin so; left out: the product itself */
  series: v.optional(
    v.pipe(v.string(), v.regex(/^(?:[^*]{1,100}\*?|\*)$/, 'a series, or its beginning and *')),
  ),
  threshold: v.optional(ThresholdSchema),
  range: v.optional(BandSchema),
  precision,
  unit: v.optional(v.pipe(v.string(), v.maxLength(50))),
  /** how old the product may be; of a rule for the product itself */
  freshness: v.optional(DurationSchema),
})
export type Style = v.InferOutput<typeof StyleSchema>
/** Where the rule for a product's series is kept: one for each, so that two who change it meet. */
export const styleKey = (owner: string, product: string, series: string | undefined): string => {
  const about = `${product} ${series ?? ''}`
  const short = tokenOf(about)
  // what a token leaves out, or is cut, tells two apart all the same
  let hash = 0
  for (let i = 0; i < about.length; i++) hash = (Math.imul(hash, 31) + about.charCodeAt(i)) >>> 0
  return `style.${tokenOf(owner)}.${short}-${hash.toString(36)}`
}

type Described = Omit<Descriptor, 'dataschema'>

const isOf = (wanted: string, series: string): boolean =>
  wanted.endsWith('*') ? series.startsWith(wanted.slice(0, -1)) : series === wanted

/** Rules for this product over its descriptor; what a rule does not say stays, and the last one wins. */
export function styled(descriptor: Described, rules: readonly Style[]): Described {
  if (rules.length === 0) return descriptor
  const series = { ...descriptor.series }
  let { freshness } = descriptor
  for (const { series: wanted, threshold, range, precision, unit, freshness: fresh } of rules) {
    if (fresh !== undefined && wanted === undefined) freshness = fresh
    if (wanted === undefined) continue
    const said = {
      ...(threshold === undefined ? {} : { threshold }),
      ...(range === undefined ? {} : { range }),
      ...(precision === undefined ? {} : { precision }),
      ...(unit === undefined ? {} : { unit }),
    }
    // one that the descriptor does not name is one all the same
    const names = Object.keys(series).filter((name) => isOf(wanted, name))
    for (const name of names.length > 0 || wanted.endsWith('*') ? names : [wanted])
      series[name] = { ...(series[name] ?? { title: name }), ...said }
  }
  return { ...descriptor, freshness, series }
}
