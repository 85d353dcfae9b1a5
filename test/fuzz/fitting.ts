/** Makes what a schema of the contract lets through: what a new row takes is tried without anybody saying it here. */
import fc, { type Arbitrary } from 'fast-check'
import * as v from 'valibot'
import type { Cells } from '../../preload/contract/port.ts'
import { draftedOf } from '../doubles/report.ts'
import { values, words, type Json, type Marks } from './hostile.ts'

/** A schema as valibot keeps it, as far as it is looked into. */
interface Schema {
  type: string
  pipe?: readonly { type: string; requirement?: unknown }[]
  entries?: Record<string, Schema>
  options?: readonly unknown[]
  wrapped?: Schema
  item?: Schema
  items?: readonly Schema[]
  key?: Schema
  value?: Schema
  literal?: unknown
  class?: new (items: number[]) => unknown
}

/** Names that mean something to the app, and what is made where a schema does not say what it wants. */
export interface Known {
  marks: Marks
  texts: readonly string[]
  shapes: readonly unknown[]
  /** of what is right only as a whole */
  wholes: readonly unknown[]
}

/** As long as each other: rows and their columns are. */
const lengthOfArrays = 2
const longestList = 4

const fits = (schema: Schema, value: unknown): boolean => v.is(schema as unknown as v.GenericSchema, value)

export const fitting = (schema: v.GenericSchema, known: Known): Arbitrary<unknown> => made(schema, known)

function made(schema: Schema, known: Known): Arbitrary<unknown> {
  const each = (one: Schema | undefined) => made(one ?? { type: 'nothing' }, known)
  switch (schema.type) {
    case 'string':
      return text(schema, known)
    case 'number':
      return number(schema)
    case 'boolean':
      return fc.boolean()
    case 'undefined':
      return fc.constant(undefined)
    case 'literal':
      return fc.constant(schema.literal)
    case 'picklist':
      return fc.constantFrom(...(schema.options ?? []))
    case 'nullable':
      return fc.oneof({ weight: 4, arbitrary: each(schema.wrapped) }, fc.constant(null))
    case 'optional':
    case 'exact_optional':
    case 'non_optional':
      return each(schema.wrapped)
    case 'array':
      return fc
        .array(each(schema.item), {
          minLength: bound(schema, 'min_length') ?? 0,
          maxLength: Math.min(longestList, bound(schema, 'max_length') ?? 99),
        })
        .map((all) => (isChecked(schema) ? different(all) : all))
    case 'strict_tuple':
      // its parts may have to fit each other: west is west of east
      return fc.tuple(...(schema.items ?? []).map(each)).filter((all) => fits(schema, all))
    case 'record':
      return fc
        .array(fc.tuple(each(schema.key), each(schema.value)), { maxLength: longestList })
        .map((entries) => Object.fromEntries(entries) as unknown)
    case 'object':
    case 'strict_object': {
      // its parts have to fit each other in ways that none of them says
      const whole = isChecked(schema) ? known.wholes.filter((one) => fits(schema, one)) : []
      return whole.length === 0 ? object(schema.entries ?? {}, known) : fc.constantFrom(...whole)
    }
    case 'union':
    case 'variant':
      return fc.oneof(...(schema.options ?? []).map((one) => each(one as Schema)))
    case 'instance':
      return fc
        .array(fc.nat({ max: 255 }), { minLength: lengthOfArrays, maxLength: lengthOfArrays })
        .map((items) => (schema.class === undefined ? null : new schema.class(items)))
    case 'custom':
      return fc.constantFrom(...known.shapes.filter((shape) => fits(schema, shape)))
    case 'null':
      return fc.constant(null)
    case 'unknown':
      return values(known.marks)
    default:
      throw new Error(`nothing here makes what a schema calls ${schema.type}`)
  }
}

const isChecked = ({ pipe = [] }: Schema): boolean => pipe.some(({ type }) => type === 'check')
/** What a list is checked for is that it says nothing twice. */
const different = (all: readonly unknown[]): unknown[] => [
  ...new Map(all.map((one) => [JSON.stringify(one), one])).values(),
]

function object(entries: Record<string, Schema>, known: Known): Arbitrary<unknown> {
  const all = Object.entries(entries)
  return fc.record(Object.fromEntries(all.map(([name, one]) => [name, made(one, known)])), {
    requiredKeys: all.filter(([, { type }]) => !/^(?:exact_)?optional$/.test(type)).map(([name]) => name),
    noNullPrototype: true,
  })
}

const bound = ({ pipe = [] }: Schema, type: string): number | undefined => {
  const found = pipe.find((action) => action.type === type)?.requirement
  return typeof found === 'number' ? found : undefined
}

function text(schema: Schema, { marks, texts }: Known): Arbitrary<string> {
  const names = texts.filter((one) => fits(schema, one))
  const least = bound(schema, 'min_length') ?? 0
  const pattern = schema.pipe?.find(({ type }) => type === 'regex')?.requirement
  const any =
    pattern instanceof RegExp
      ? matching(pattern)
      : words(marks).map((all) => all.slice(0, bound(schema, 'max_length')).padEnd(least, 'x'))
  if (any === null) return fc.constantFrom(...names)
  // what it must be beside its length and pattern, a few are
  const checked = schema.pipe?.some(({ type }) => type === 'check' || type === 'trim') === true
  if (checked) {
    const [first] = names
    // by chance nothing is the name of a time zone: one that is known stands in for what is not right
    return first === undefined
      ? any.filter((one) => fits(schema, one))
      : fc.oneof(
          any.map((one) => (fits(schema, one) ? one : first)),
          ...names.map((one) => fc.constant(one)),
        )
  }
  return names.length === 0
    ? any
    : fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...names) }, { weight: 2, arbitrary: any })
}

/** null: it looks ahead, and there must be names that match it */
function matching(pattern: RegExp): Arbitrary<string> | null {
  try {
    return fc.stringMatching(pattern)
  } catch {
    return null
  }
}

function number(schema: Schema): Arbitrary<number> {
  const edges = [0, -0, 1, -1, 0.5, 64, 2 ** 31, 2 ** 53 - 1, 1e15, 1e308]
  const least = bound(schema, 'min_value')
  const most = bound(schema, 'max_value')
  const few = [0, 1, 2, 3, 4, 5].map((n) => n + (least ?? 0))
  return fc.oneof(
    // small ones meet again: screens, ids, rows
    { weight: 3, arbitrary: fc.constantFrom(...few.filter((n) => fits(schema, n))) },
    fc.constantFrom(...[...edges, least ?? 0, most ?? 0].filter((n) => fits(schema, n))),
  )
}

/** A table of one row, one column of which no row has. */
const cells: Cells = {
  ...{ entities: ['a'], severities: new Uint8Array([3]), times: new Float64Array([1]) },
  columns: [
    { numbers: new Float64Array([Number.NaN]), texts: ['x'] },
    { numbers: new Float64Array(0), texts: [] },
  ],
  ...{ properties: ['name'], total: 1, marking: 0 },
}

/** What the app may know under such a name, and bodies that are any. */
export const knownTo = (marks: Marks, products: readonly string[]): Known => ({
  marks,
  texts: [
    ...products,
    ...[...Array(8).keys()].map((n) => `${marks.mark}-${n}`),
    ...[
      'situation',
      'log',
      'scene-0',
      'fuzz',
      'PT1M',
      'P1D',
      'application/pdf',
      'a name.pdf',
      'Europe/Paris',
      JSON.stringify({ widget: 'log', at: [0, 0, 1, 1] }),
      JSON.stringify({ widget: marks.mark, at: [0, 0, 1, 1], [marks.mark]: [marks.mark] }),
    ],
  ],
  shapes: [
    [],
    [marks.mark],
    { text: marks.mark },
    [{ entity: marks.mark, sequence: 1, body: { text: marks.mark } }],
  ] satisfies Json[],
  wholes: [
    draftedOf().synthesis,
    { moderate: 1, severe: 2, above: true },
    { severe: 4, extreme: -3.5, above: false },
    { min: -1, max: 1e15 },
    cells,
    // a shift ends after it begins
    {
      ...{ function: 'fuzz', name: marks.mark, who: marks.mark },
      ...{ from: '2026-07-26T18:00Z', to: '2026-07-27T06:00Z' },
    },
  ],
})
