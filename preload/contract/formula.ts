/**
 * A derived figure without code: a shared document of kind `formula` whose `value` is one line, as
 * `rate(security.observations, 10 min) by zone where severity >= "Minor"`. What that line says is read by `formula-text.ts`;
 * it is computed by `main/engine/derive`, and is a product of each node’s own catalog, `derived.<owner>--<name>`.
 */
import * as v from 'valibot'
import { ProblemSchema } from './result.ts'
import { ProductNameSchema, type ProductName } from './product.ts'
import { cutName } from './cut-name.ts'
import { BandSchema, ThresholdSchema } from './style.ts'
import { WordsSchema } from './words.ts'

/** So many are computed. */
export const mostFormulas = 200
/** … and of those that are not so many are told. */
export const mostToldOut = 100

/** The domain of what is derived here: a platform has no product in it. */
export const derivedDomain = 'derived'

/** Of one line, characters. */
export const mostFormula = 1000

/**
 * What a window of events is summed up to. `rate`: events per hour. `zscore`: how far the newest lies from the window's
 * median, in robust standard deviations (median absolute deviation × 1.4826). `drift`: how far an exponentially weighted
 * mean lies from what the window's first half was, in its own standard deviations.
 */
export const aggregates = [
  'count',
  'rate',
  'sum',
  'mean',
  'min',
  'max',
  'latest',
  'change',
  'percentile',
  'zscore',
  'drift',
] as const
export type AggregateName = (typeof aggregates)[number]
/** … and what is made of those */
export const combinations = ['ratio', 'abs'] as const

export const FormulaSchema = v.strictObject({
  about: v.exactOptional(WordsSchema),
  value: v.pipe(v.string(), v.minLength(1), v.maxLength(mostFormula)),
  /** the product that the line may name without its domain */
  of: v.exactOptional(ProductNameSchema),
  unit: v.exactOptional(v.pipe(v.string(), v.maxLength(50))),
  precision: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(6))),
  /** the band in which it is as expected */
  range: v.exactOptional(BandSchema),
  /** abnormal when beyond */
  threshold: v.exactOptional(ThresholdSchema),
})
export type FormulaContent = v.InferOutput<typeof FormulaSchema>

/** What is wrong with a line. Each has its words in both languages. */
export const formulaFaults = [
  'empty',
  'syntax',
  'too-deep',
  'unknown-function',
  'no-figure',
  'nested',
  'arguments',
  'product',
  'window',
  'window-bounds',
  'percent',
  'type',
  'yes-or-no',
  'severity',
  'not-here',
  'by',
  'clause',
  'too-many',
  // what only whoever knows the others can say
  'circular',
  'stacked',
] as const
export type FormulaFaultCode = (typeof formulaFaults)[number]

export const FormulaFaultSchema = v.strictObject({
  code: v.picklist(formulaFaults),
  /** the mistake's place in the line, UTF-16 units; `to` is behind it */
  from: v.pipe(v.number(), v.integer(), v.minValue(0)),
  to: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** the word that it is about; '' where that says nothing */
  what: v.pipe(v.string(), v.maxLength(100)),
})
export type FormulaFault = v.InferOutput<typeof FormulaFaultSchema>

/** Line and column of a place, from 1. */
export function placeIn(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

/** Why there is no value. */
export const noValues = ['nothing', 'divided', 'flat', 'few', 'caveats'] as const
export type NoValue = (typeof noValues)[number]

const Group = v.strictObject({
  /** '' : without groups */
  group: v.pipe(v.string(), v.maxLength(100)),
  value: v.nullable(v.number()),
  /** where there is none, why */
  why: v.nullable(v.picklist(noValues)),
})
/** How many groups a formula has at most; of an answer, so many are told. */
export const mostGroups = 1000
export const mostToldGroups = 50

/** How a line does, or would do. */
export const FiguresSchema = v.strictObject({
  groups: v.pipe(v.number(), v.integer()),
  /** highest first */
  highest: v.pipe(v.array(Group), v.maxLength(mostToldGroups)),
  /** ms that it took: of a try all, of a formula in force so much in a second of the last minute */
  cost: v.number(),
  /** its window is filled since then, ms since 1970: what happened before is not in it */
  since: v.number(),
  /** products that it names and that are not here, for this window */
  absent: v.pipe(v.array(ProductNameSchema), v.maxLength(8)),
})
export type Figures = v.InferOutput<typeof FiguresSchema>

/** A formula in force, as the desk has it beside its document. */
export const FormulaStandingSchema = v.strictObject({
  key: v.string(),
  product: ProductNameSchema,
  title: WordsSchema,
  owner: v.string(),
  /** a level's id */
  marking: v.string(),
  revision: v.number(),
  version: v.number(),
  content: FormulaSchema,
  /** the products that it is made of, other formulas' figures among them */
  inputs: v.pipe(v.array(ProductNameSchema), v.maxLength(8)),
  figures: v.nullable(FiguresSchema),
  /** its windows are being filled from the log: what it says is not all of them yet */
  reading: v.boolean(),
  /** why it does not go, or not wholly */
  problem: v.nullable(ProblemSchema),
})
export type FormulaStanding = v.InferOutput<typeof FormulaStandingSchema>

export const TriedFormulaSchema = v.variant('is', [
  v.strictObject({ is: v.literal('right'), figures: FiguresSchema }),
  v.strictObject({ is: v.literal('wrong'), fault: FormulaFaultSchema }),
])
export type TriedFormula = v.InferOutput<typeof TriedFormulaSchema>

/** A scene that shows a figure, and which series of it; none: whatever it has. */
export const FigureUseSchema = v.strictObject({
  product: ProductNameSchema,
  scene: v.string(),
  title: WordsSchema,
  series: v.pipe(v.array(v.string()), v.maxLength(100)),
})
export type FigureUse = v.InferOutput<typeof FigureUseSchema>
export const mostUses = 1000

/** @returns the product that a formula's figures are; a name that is too long ends in what tells it from others */
export const derivedProduct = (owner: string, name: string): ProductName =>
  `${derivedDomain}.${cutName(`${owner}--${name}`, 64)}`
