/**
 * A form that somebody wrote, not a programmer: a small part of JSON Schema with words. What is entered with it is an
 * observation, a feature with a place. What it may ask is bounded here; what is entered is held against it by what holds
 * products' events against theirs (`engine/check`), for which `schemaOfField` says it.
 */
import * as v from 'valibot'
import { RankSchema } from './picture.ts'
import { severities } from './event.ts'
import { ProductNameSchema } from './product.ts'
import { inLanguage, WordsSchema, type Language, type Words } from './words.ts'

/** The product that observations entered at a node go to. */
export const observationsProduct = 'ops.observations'
/** ids of kinds of things, in the feature's `category` */
const Id = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/, 'it is named in a-z 0-9 -'))
/** Names that a feature's own rules or Vigie itself use for something else. */
const taken = ['category', 'sidc', 'translations', 'form', 'by', 'prototype']
const FieldName = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-zA-Z0-9]{0,39}$/, 'a field is named in letters and digits'),
  // nor as what every object has: somebody would read that for what was typed
  v.check((name) => !taken.includes(name) && !(name in {}), 'a field may not be named so'),
)
const Choice = v.pipe(v.string(), v.minLength(1), v.maxLength(100))
/** Characters of one text. */
export const mostText = 2000
const Count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(mostText))
const Finite = v.pipe(v.number(), v.finite())
const said = { title: WordsSchema, description: v.optional(WordsSchema) }

const text = { type: v.literal('string'), ...said }
const kinds = {
  choice: v.strictObject({
    ...text,
    enum: v.pipe(v.array(Choice), v.minLength(1), v.maxLength(40)),
    /** how each is called */
    titles: v.optional(v.record(v.string(), WordsSchema)),
  }),
  /** RFC 3339, universal time */
  time: v.strictObject({ ...text, format: v.literal('date-time') }),
  /** by its id */
  entity: v.strictObject({ ...text, format: v.literal('entity') }),
  text: v.strictObject({
    ...text,
    minLength: v.optional(Count),
    maxLength: v.optional(Count),
    /** whether it can be used, and at what cost, is for the check to say; `description` says what it means */
    pattern: v.optional(v.pipe(v.string(), v.maxLength(500))),
  }),
  place: v.strictObject({ ...said, type: v.literal('array'), format: v.literal('position') }),
  number: v.strictObject({
    ...said,
    type: v.picklist(['number', 'integer']),
    minimum: v.optional(Finite),
    maximum: v.optional(Finite),
    unit: v.optional(v.pipe(v.string(), v.maxLength(50))),
  }),
  flag: v.strictObject({ ...said, type: v.literal('boolean') }),
}
export type FieldKind = keyof typeof kinds

/** What a field asks for, as far as it can be told: what is wrong with it is said as of that. */
export function kindOfField(field: unknown): FieldKind {
  const { type, format, enum: choices } = (field ?? {}) as { [key: string]: unknown }
  if (type === 'array') return 'place'
  if (type === 'boolean') return 'flag'
  if (type === 'number' || type === 'integer') return 'number'
  if (choices !== undefined) return 'choice'
  return format === undefined ? 'text' : format === 'entity' ? 'entity' : 'time'
}
type AnyField = (typeof kinds)[FieldKind]
const FieldSchema = v.lazy((field): AnyField => kinds[kindOfField(field)])
export type Field = v.InferOutput<typeof FieldSchema>
export const isPlace = (field: Field): boolean => kindOfField(field) === 'place'

/** What a feature says by these names is known to maps and lists: it is of that kind. */
const isAsKnown = ([name, field]: [string, Field]): boolean => {
  const kind = kindOfField(field)
  if (name === 'severity')
    return 'enum' in field && field.enum.every((each) => (severities as readonly string[]).includes(each))
  return !['name', 'status', 'text', 'place'].includes(name) || kind === 'text' || kind === 'choice'
}

const mostFields = 40
export const FormSchema = v.strictObject({
  form: Id,
  title: WordsSchema,
  product: ProductNameSchema,
  category: Id,
  /** a level's id: the lowest that what is entered may have */
  marking: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(64))),
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
        v.check(
          (all) => Object.entries(all).every(isAsKnown),
          'severity is a choice of severities, and name, status, text and place are texts',
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
const ValueSchema = v.union([v.pipe(v.string(), v.maxLength(mostText)), Finite, v.boolean(), PositionSchema])
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

type Json = { [key: string]: unknown }
const time = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$'

function valueOf(field: Field): Json {
  if (field.type === 'array') {
    const degrees = (most: number): Json => ({ type: 'number', minimum: -most, maximum: most })
    return { type: 'array', prefixItems: [degrees(180), degrees(90)], minItems: 2, maxItems: 2 }
  }
  if (field.type === 'boolean') return { type: 'boolean' }
  if (field.type !== 'string') {
    const { type, minimum, maximum } = field
    return { type, ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) }
  }
  if ('enum' in field) return { type: 'string', enum: field.enum }
  if ('format' in field)
    return field.format === 'entity'
      ? { type: 'string', minLength: 1, maxLength: 200 }
      : { type: 'string', pattern: time }
  const { minLength = 0, maxLength = mostText, pattern } = field
  return { type: 'string', minLength, maxLength, ...(pattern !== undefined && { pattern }) }
}

/** Of one field, what has to fit, as a JSON Schema (2020-12) of all that is entered: a window knows where to say so. */
export const schemaOfField = ({ schema: { properties, required } }: Form, name: string): Json => ({
  type: 'object',
  properties: { [name]: valueOf(properties[name] as Field) },
  required: required.includes(name) ? [name] : [],
})
/** … and of the whole: nothing that was not asked. */
export const schemaOfEntry = ({ schema: { properties, required } }: Form): Json => ({
  type: 'object',
  properties: Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, valueOf(field)])),
  required,
  additionalProperties: false,
})

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
  /** who may see the form itself */
  rank: RankSchema,
  /** ids of the levels that what is entered may have here: none below what it asks, none above what may be written */
  markings: v.array(v.string()),
  /** null: it can't be used, with why in `wrong` */
  form: v.nullable(FormSchema),
  wrong: v.nullable(v.string()),
})
export type DeskForm = v.InferOutput<typeof DeskFormSchema>
