/**
 * A form that somebody wrote, not a programmer: a small part of JSON Schema with words. What is entered with it is an
 * observation, a feature with a place. What it may ask is bounded here, and what is entered is held against it by whoever
 * shows it and once more by main.
 */
import * as v from 'valibot'
import { ProductNameSchema } from './product.ts'
import { inLanguage, WordsSchema, type Language, type Words } from './words.ts'

/** The product that observations entered at a node go to. */
export const observationsProduct = 'ops.observations'
/** ids of kinds of things, in the feature's `category` */
const Id = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/, 'it is named in a-z 0-9 -'))
/** Names that a feature's own rules or Vigie itself use for something else. */
const taken = ['category', 'sidc', 'translations', 'form', 'by', '__proto__', 'constructor', 'prototype']
const FieldName = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-zA-Z0-9]{0,39}$/, 'a field is named in letters and digits'),
  v.check((name) => !taken.includes(name), 'a field may not be named so'),
)
const Choice = v.pipe(v.string(), v.minLength(1), v.maxLength(100))
const Count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2000))
const Finite = v.pipe(v.number(), v.finite())
const said = { title: WordsSchema, description: v.optional(WordsSchema) }

/** One of: a choice, a time (RFC 3339), a place, a text, a number, a yes or no. */
const FieldSchema = v.union([
  v.strictObject({
    type: v.literal('string'),
    ...said,
    enum: v.pipe(v.array(Choice), v.minLength(1), v.maxLength(40)),
    /** how each is called */
    titles: v.optional(v.record(v.string(), WordsSchema)),
  }),
  v.strictObject({ type: v.literal('string'), ...said, format: v.literal('date-time') }),
  v.strictObject({ type: v.literal('array'), ...said, format: v.literal('position') }),
  v.strictObject({
    type: v.literal('string'),
    ...said,
    minLength: v.optional(Count),
    maxLength: v.optional(Count),
  }),
  v.strictObject({
    type: v.picklist(['number', 'integer']),
    ...said,
    minimum: v.optional(Finite),
    maximum: v.optional(Finite),
    unit: v.optional(v.pipe(v.string(), v.maxLength(50))),
  }),
  v.strictObject({ type: v.literal('boolean'), ...said }),
])
export type Field = v.InferOutput<typeof FieldSchema>
export const isPlace = (field: Field): boolean => 'format' in field && field.format === 'position'

const mostFields = 40
export const FormSchema = v.strictObject({
  form: Id,
  title: WordsSchema,
  product: ProductNameSchema,
  category: Id,
  schema: v.pipe(
    v.strictObject({
      type: v.literal('object'),
      properties: v.pipe(
        v.record(FieldName, FieldSchema),
        v.check((all) => Object.keys(all).length <= mostFields, `a form asks ${mostFields} things at most`),
        v.check(
          (all) => Object.values(all).filter(isPlace).length === 1,
          'a form asks for one place: an observation has one',
        ),
      ),
      required: v.pipe(v.array(v.string()), v.maxLength(mostFields)),
    }),
    v.check(
      ({ required, properties }) => required.every((name) => Object.hasOwn(properties, name)),
      'what is required is a field of the form',
    ),
    v.check(
      ({ required, properties }) =>
        Object.entries(properties).every(([name, field]) => !isPlace(field) || required.includes(name)),
      'the place is required',
    ),
  ),
})
export type Form = v.InferOutput<typeof FormSchema>

const Longitude = v.pipe(v.number(), v.minValue(-180), v.maxValue(180))
const Latitude = v.pipe(v.number(), v.minValue(-90), v.maxValue(90))
export const PositionSchema = v.strictTuple([Longitude, Latitude])
const ValueSchema = v.union([v.pipe(v.string(), v.maxLength(2000)), Finite, v.boolean(), PositionSchema])
export type EntryValue = v.InferOutput<typeof ValueSchema>
export type EntryValues = Record<string, EntryValue>

/** What somebody enters. Who they are, and when they did, is for main to say. */
export const ObservationInputSchema = v.strictObject({
  /** as the desk is told of it */
  form: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  marking: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  values: v.pipe(
    v.record(v.pipe(v.string(), v.maxLength(40)), ValueSchema),
    v.check((all) => Object.keys(all).length <= mostFields, 'more than a form asks'),
  ),
})
export type ObservationInput = v.InferOutput<typeof ObservationInputSchema>

/** Why a value does not do; `limit`: what it would have to keep to. */
export interface Wrong {
  field: string
  why: 'required' | 'type' | 'choice' | 'time' | 'place' | 'short' | 'long' | 'low' | 'high' | 'unknown'
  limit: number | null
}

function wrongWith(field: Field, value: EntryValue): Omit<Wrong, 'field'> | null {
  const no = (why: Wrong['why'], limit: number | null = null) => ({ why, limit })
  if (field.type === 'array') return v.is(PositionSchema, value) ? null : no('place')
  if (field.type === 'boolean') return typeof value === 'boolean' ? null : no('type')
  if (field.type === 'string') {
    if (typeof value !== 'string') return no('type')
    if ('enum' in field) return field.enum.includes(value) ? null : no('choice')
    if ('format' in field)
      return /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value)) ? null : no('time')
    const { minLength = 0, maxLength = 2000 } = field
    if (value.length < minLength) return no('short', minLength)
    return value.length > maxLength ? no('long', maxLength) : null
  }
  if (typeof value !== 'number' || (field.type === 'integer' && !Number.isInteger(value))) return no('type')
  if (field.minimum !== undefined && value < field.minimum) return no('low', field.minimum)
  return field.maximum !== undefined && value > field.maximum ? no('high', field.maximum) : null
}

/** What is wrong with what is entered, field by field; empty: nothing. */
export function wrongsOf({ schema: { properties, required } }: Form, values: EntryValues): Wrong[] {
  const isMissing = (name: string): boolean => !Object.hasOwn(values, name) || values[name] === ''
  const unknown = Object.keys(values).filter((name) => !Object.hasOwn(properties, name))
  return [
    ...unknown.map((field): Wrong => ({ field, why: 'unknown', limit: null })),
    ...Object.entries(properties).flatMap(([field, asked]): Wrong[] => {
      const value = values[field]
      if (value === undefined || isMissing(field))
        return required.includes(field) ? [{ field, why: 'required', limit: null }] : []
      const wrong = wrongWith(asked, value)
      return wrong === null ? [] : [{ field, ...wrong }]
    }),
  ]
}

/** What can be chosen, as the reader calls it. */
export const choiceInWords = (field: Field, value: string, language: Language): string => {
  const words: Words | undefined = 'titles' in field ? field.titles?.[value] : undefined
  return words === undefined ? value : inLanguage(words, language)
}

/** A form as the desk is told of it. */
export const DeskFormSchema = v.object({
  /** its key on the platform, or its name where it comes with Vigie */
  id: v.string(),
  title: WordsSchema,
  from: v.picklist(['platform', 'vigie']),
  /** null: it can't be read, with why in `wrong` */
  form: v.nullable(FormSchema),
  wrong: v.nullable(v.string()),
})
export type DeskForm = v.InferOutput<typeof DeskFormSchema>
