/** Products' own JSON Schemas (2020-12): what the vocabulary lets somebody write who wants the check never to end. */
import fc, { type Arbitrary } from 'fast-check'
import type { ProductName } from '../../preload/contract/product.ts'
import { bytesOf, keys, nearly, numbers, values, words, type Json, type Marks } from './hostile.ts'

/** A schema, and a body that it meets. */
export interface SchemaTried {
  product: ProductName
  descriptor: Uint8Array
  body: Uint8Array
}

/** Products that have nothing but schemas tried on them. */
export const schemaProducts: readonly ProductName[] = ['fuzz.s0', 'fuzz.s1', 'fuzz.s2', 'fuzz.s3']

const patterns = [
  '(a+)+$',
  '(a|a)*b',
  '^(([a-z])+.)+[A-Z]([a-z])+$',
  '(.*)*x',
  '(a{1,1000}){1,1000}',
  'a{0,100000}',
  '((((((a*)*)*)*)*)*)*b',
  '(?=a)b',
  '(?<!a)b',
  '(a)\\1',
  '[',
  '\\p{Letter}+',
  '[\\u{0}-\\u{10FFFF}]{99}',
  '\\',
  '(?i)a',
  '^$|^.*$|.*.*.*.*.*z',
]

const formats = ['date-time', 'email', 'idn-email', 'uri', 'regex', 'ipv6', 'json-pointer', 'duration', 'x']

type Schema = { [key: string]: Json }

export const dataschema = (marks: Marks): Arbitrary<Schema> => {
  const { schema } = fc.letrec<{ schema: Json; object: Schema }>((tie) => {
    const one = tie('schema')
    const named = fc
      .array(fc.tuple(fc.oneof(fc.constantFrom('text', 'a', 'refs'), keys(marks)), one), { maxLength: 3 })
      .map((all) => Object.fromEntries(all))
    const list = fc.array(one, { maxLength: 3 })
    const pattern = fc.oneof(fc.constantFrom(...patterns), words(marks))
    return {
      schema: fc.oneof(
        { maxDepth: 4 },
        { weight: 1, arbitrary: fc.boolean() },
        { weight: 6, arbitrary: tie('object') },
      ),
      object: fc
        .record(
          {
            type: fc.oneof(
              fc.constantFrom('object', 'string', 'array', 'number', 'integer', 'null'),
              values(marks),
            ),
            properties: named,
            patternProperties: fc.dictionary(pattern, one, { maxKeys: 2 }),
            additionalProperties: one,
            propertyNames: one,
            items: one,
            prefixItems: list,
            contains: one,
            minContains: numbers,
            uniqueItems: fc.boolean(),
            allOf: list,
            anyOf: list,
            oneOf: list,
            not: one,
            if: one,
            then: one,
            else: one,
            pattern,
            format: fc.constantFrom(...formats),
            enum: fc.array(values(marks), { maxLength: 3 }),
            const: values(marks),
            minimum: numbers,
            multipleOf: numbers,
            minLength: numbers,
            maxLength: numbers,
            minItems: numbers,
            required: fc.array(keys(marks), { maxLength: 3 }),
            dependentRequired: fc.dictionary(keys(marks), fc.array(keys(marks), { maxLength: 2 }), {
              maxKeys: 2,
            }),
            $ref: fc.constantFrom(
              '#',
              '#/$defs/a',
              '#/$defs/__proto__',
              'http://127.0.0.1/x',
              '#/properties/text',
              '#%',
              '#a',
            ),
            $defs: named,
            $id: words(marks),
            $dynamicRef: fc.constant('#x'),
            unevaluatedProperties: one,
          },
          { requiredKeys: [] },
        )
        .map((all) => {
          // a handful of keywords at once: with all of them nearly every schema would be refused
          const entries = Object.entries(all)
          return Object.fromEntries<Json>(entries.filter((_, at) => (at * 7 + entries.length) % 5 === 0))
        }),
    }
  })
  const doubled = (depth: number): Schema => ({
    $defs: Object.fromEntries(
      Array.from({ length: depth }, (_, n) => [
        `a${n}`,
        n === depth - 1
          ? { type: 'object' }
          : { allOf: [{ $ref: `#/$defs/a${n + 1}` }, { $ref: `#/$defs/a${n + 1}` }] },
      ]),
    ),
    $ref: '#/$defs/a0',
  })
  return fc.oneof(
    {
      weight: 8,
      arbitrary: schema.map((made) => (typeof made === 'object' ? (made as Schema) : { not: made })),
    },
    {
      weight: 3,
      arbitrary: fc.constantFrom(...patterns).map((pattern) => ({ properties: { text: { pattern } } })),
    },
    { weight: 1, arbitrary: fc.constantFrom(5, 30, 60).map(doubled) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(20, 63, 65, 400).map((depth) => {
        let inner: Schema = { type: 'object' }
        for (let i = 0; i < depth; i++) inner = { not: inner }
        return inner
      }),
    },
  )
}

const bodiesForSchemas = (marks: Marks): Arbitrary<Json> =>
  fc.oneof(
    fc
      .tuple(fc.constantFrom('a', 'ab', 'aA', '\ud83d\ude00', 'z'), fc.constantFrom(10, 30, 1000, 4000))
      .map(([unit, count]) => ({ text: unit.repeat(count).slice(0, 4000), category: 'log' })),
    fc.constantFrom(10, 5000).map((count) => ({
      text: marks.mark,
      more: Array.from({ length: count }, (_, n) => ({ [`k${n % 7}`]: [n % 3, 'a'.repeat(40)] })),
    })),
    nearly(
      words(marks).map((text) => ({ text: text.slice(0, 4000), category: 'log', refs: [] })),
      marks,
    ),
  )

export const dataschemas = (marks: Marks): Arbitrary<SchemaTried> =>
  fc
    .record({
      product: fc.constantFrom(...schemaProducts),
      schema: fc.oneof(
        { weight: 4, arbitrary: dataschema(marks) },
        { weight: 1, arbitrary: nearly(dataschema(marks), marks) },
      ),
      body: bodiesForSchemas(marks),
    })
    .map(({ product, schema, body }) => ({
      product,
      descriptor: bytesOf({
        ...{ title: marks.mark, owner: 'fuzz', domain: 'fuzz', kind: 'note', marking: 'np' },
        ...{ freshness: 'PT1M', retention: 'P1D', dataschema: schema },
      }),
      body: bytesOf(body),
    }))
