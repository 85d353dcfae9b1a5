/** What is abnormal of a series and how it is written, while somebody types it: for a shared rule and for a formula alike. */
import type { FormulaContent } from '../../../preload/contract/formula.ts'
import type { SeriesDescriptor } from '../../../preload/contract/product.ts'
import type { Language } from '../../../preload/contract/words.ts'
import { readNumber } from '../forms/typed.ts'

export const boundFields = ['moderate', 'severe', 'extreme', 'min', 'max', 'precision'] as const
export type BoundField = (typeof boundFields)[number]

export type Typed = { [field in BoundField]: string } & { unit: string; above: boolean }
type Described = Pick<SeriesDescriptor, 'unit' | 'precision' | 'range' | 'threshold'>

/** Digits behind the point, at most. */
const mostPlaces = 6

/** As it is typed again: with the language's decimal sign, without signs between thousands, and never with an exponent. */
export const typedNumber = (value: number | undefined, language: Language): string =>
  value === undefined
    ? ''
    : // 17: as many as tell any number from the next
      new Intl.NumberFormat(language, { useGrouping: false, maximumSignificantDigits: 17 }).format(value)

export const nothingTyped: Readonly<Typed> = {
  ...{ moderate: '', severe: '', extreme: '', min: '', max: '', precision: '' },
  ...{ unit: '', above: true },
}

/** As it holds now: whoever changes one bound keeps the others. */
export function typedOf(now: Described | undefined, language: Language): Typed {
  if (now === undefined) return { ...nothingTyped }
  const { threshold, range, precision, unit } = now
  const text = (value: number | undefined): string => typedNumber(value, language)
  return {
    moderate: text(threshold?.moderate),
    severe: text(threshold?.severe),
    extreme: text(threshold?.extreme),
    min: text(range?.min),
    max: text(range?.max),
    precision: text(precision),
    unit: unit ?? '',
    above: threshold?.above ?? true,
  }
}

const isTyped = (text: string): boolean => text.trim() !== ''
const numberIn = (text: string): number | undefined =>
  isTyped(text) ? (readNumber(text) ?? undefined) : undefined

/** What is wrong, and in which fields. Each has its words in both languages. */
export type BoundsFault = {
  code: 'number' | 'places' | 'pair' | 'order' | 'steps'
  fields: readonly BoundField[]
}

export function boundsFault(typed: Typed): BoundsFault | null {
  const unread = boundFields.filter((field) => isTyped(typed[field]) && readNumber(typed[field]) === null)
  if (unread.length > 0) return { code: 'number', fields: unread }
  const precision = numberIn(typed.precision)
  if (precision !== undefined && !(Number.isInteger(precision) && precision >= 0 && precision <= mostPlaces))
    return { code: 'places', fields: ['precision'] }
  const [min, max] = [numberIn(typed.min), numberIn(typed.max)]
  if ((min === undefined) !== (max === undefined))
    return { code: 'pair', fields: [min === undefined ? 'min' : 'max'] }
  if (min !== undefined && max !== undefined && min >= max) return { code: 'order', fields: ['min', 'max'] }
  const steps = (['moderate', 'severe', 'extreme'] as const).filter((field) => isTyped(typed[field]))
  for (const [at, field] of steps.entries()) {
    const [before, value] = [steps[at - 1], numberIn(typed[field])!]
    if (before === undefined) continue
    const last = numberIn(typed[before])!
    if (typed.above ? value <= last : value >= last) return { code: 'steps', fields: [before, field] }
  }
  return null
}

/** What was typed, where nothing of it is wrong. */
export function boundsIn(typed: Typed): Pick<FormulaContent, 'unit' | 'precision' | 'range' | 'threshold'> {
  const [moderate, severe, extreme, min, max, precision] = boundFields.map((field) => numberIn(typed[field]))
  const unit = typed.unit.trim()
  const isBounded = moderate !== undefined || severe !== undefined || extreme !== undefined
  return {
    ...(unit === '' ? {} : { unit }),
    ...(precision === undefined ? {} : { precision }),
    ...(min === undefined || max === undefined ? {} : { range: { min, max } }),
    ...(isBounded
      ? {
          threshold: {
            ...(moderate === undefined ? {} : { moderate }),
            ...(severe === undefined ? {} : { severe }),
            ...(extreme === undefined ? {} : { extreme }),
            above: typed.above,
          },
        }
      : {}),
  }
}
