import { Validator } from '@cfworker/json-schema'
import { describe, expect, it } from 'vitest'
import { compileDataSchema, stepsFor } from '../../../../../main/engine/check/dataschema.ts'
import { compilePattern, writtenOut } from '../../../../../main/engine/check/pattern.ts'

type Schema = { [key: string]: unknown }

const compile = (schema: Schema) => {
  const compiled = compileDataSchema(schema)
  if (!compiled.ok) throw new Error(compiled.error.message)
  return compiled.value
}
const refusal = (schema: Schema): string => {
  const compiled = compileDataSchema(schema)
  return compiled.ok ? 'accepted' : compiled.error.message
}
const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))

describe('a hostile schema', () => {
  /** each reference twice: two to the power of so many */
  const bomb = (levels: number): Schema => ({
    $ref: `#/$defs/d${levels}`,
    $defs: Object.fromEntries(
      Array.from({ length: levels + 1 }, (_, level) => [
        `d${level}`,
        level === 0
          ? { type: 'array' }
          : { allOf: [{ $ref: `#/$defs/d${level - 1}` }, { $ref: `#/$defs/d${level - 1}` }] },
      ]),
    ),
  })
  const nested = (levels: number): Schema =>
    levels === 0 ? {} : { properties: { a: nested(levels - 1) }, not: { const: 1 } }

  const refused: [string, Schema, string][] = [
    ['refers to itself', { $ref: '#' }, '/$ref: refers to itself'],
    [
      'refers to itself twice, one level down',
      { properties: { a: { allOf: [{ $ref: '#' }, { $ref: '#' }] } } },
      '/properties/a/allOf/0/$ref: refers to itself',
    ],
    ['doubles with each reference', bomb(20), 'too large once its references are written out'],
    ['refers outside', { $ref: 'https://example.org/schema' }, 'only references within the schema'],
    ['refers to nothing', { $ref: '#/$defs/a' }, 'leads nowhere'],
    ['refers dynamically', { $dynamicRef: '#a' }, '/$dynamicRef: this keyword is not supported'],
    [
      'has an unknown keyword',
      { properties: { a: { unevaluatedItems: false } } },
      '/properties/a/unevaluatedItems',
    ],
    ['is longer than 64 KiB', { enum: Array.from({ length: 20_000 }, (_, i) => i) }, '64 KiB'],
    ['is nested deeper than it may', nested(40), 'nested deeper'],
    ['looks around', { pattern: '(?=a)b' }, '/pattern: a pattern that cannot be used'],
    ['refers back in a pattern', { pattern: '(a+)\\1' }, '/pattern: a pattern that cannot be used'],
    ['has no pattern', { pattern: '(' }, '/pattern: a pattern that cannot be used'],
    ['repeats repeats', { pattern: '((a{1,50}){1,50}){1,50}' }, 'too large once its repeats'],
    ['repeats much', { pattern: '[ab]{900}'.repeat(50) }, 'too large once its repeats'],
    [
      'has many patterns',
      { allOf: Array.from({ length: 1000 }, (_, i) => ({ pattern: `a${i}` })) },
      'too large',
    ],
    [
      'has a wrong bound',
      { properties: { a: { minLength: '3' } } },
      '/properties/a/minLength: must be a whole',
    ],
    ['has a wrong type', { type: 'text' }, '/type: is no type of JSON'],
    ['has a schema that is none', { properties: { a: [] } }, '/properties/a: is no schema'],
  ]
  it.each(refused)('that %s is judged before a message comes: %#', (_, schema, why) => {
    expect(refusal(schema)).toContain(why)
  })

  const long = 'x'.repeat(200_000)
  const numbers = Array.from({ length: 60_000 }, (_, i) => i)
  const deep = (levels: number): unknown => (levels === 0 ? numbers : { a: deep(levels - 1) })
  const texts = ['a'.repeat(100_000) + '!', `${'a.'.repeat(50_000)}@`, long, ' '.repeat(100_000)]
  const values: unknown[] = [...texts, numbers, texts, { a: numbers, b: texts }, deep(20)]
  const somewhere = (schema: Schema): Schema => ({
    ...schema,
    items: schema,
    properties: { a: schema, b: { items: schema } },
  })

  const accepted: [string, Schema][] = [
    ...['(a+)+$', '(a|a)*$', '(x*)*y', 'x*x*x*x*y', '^(([a-z])+.)+[A-Z]([a-z])+$', '(.*)(.*)(.*)(.*)z'].map(
      (pattern): [string, Schema] => [`the pattern ${pattern}`, { pattern }],
    ),
    ...['email', 'uri', 'regex', 'hostname', 'iri', 'uri-template', 'json-pointer', 'idn-email'].map(
      (format): [string, Schema] => [`the format ${format}`, { format }],
    ),
    ['items that differ', { uniqueItems: true }],
    ['a list of values', { enum: [long.slice(0, 10_000), numbers.slice(0, 1000), { a: 1 }] }],
    ['a value', { const: numbers.slice(0, 1000) }],
    ['names by patterns', { patternProperties: { '(a+)+$': { type: 'string' }, '(b|b)*c': false } }],
    ['ten doublings', bomb(10)],
    ['2,500 branches', { anyOf: Array.from({ length: 2500 }, () => false) }],
    ['one of 1,000', { oneOf: Array.from({ length: 1000 }, (_, i) => ({ const: i })) }],
    ['many lengths', { allOf: Array.from({ length: 500 }, (_, i) => ({ maxLength: 150_000 + i })) }],
  ]
  it.each(accepted)('with %s costs no message more than its steps', (_, schema) => {
    for (const each of [schema, somewhere(schema)]) {
      const { check } = compile(each)
      const judged = compile(each)
      for (const value of values) {
        const size = bytes(value)
        expect(judged.check(value, size)).toBe(check(value, size))
        expect(judged.steps).toBeGreaterThan(0)
        expect(judged.steps).toBeLessThanOrEqual(stepsFor(size))
      }
    }
  })

  it('that cannot judge a message within its steps refuses it, and says so', () => {
    const { check } = compile({ items: { allOf: Array.from({ length: 1000 }, () => ({ type: 'number' })) } })
    expect(check(numbers, bytes(numbers))).toMatch(/^the product’s schema takes more than \d+ steps/)
    expect(check([1, 2, 3], 7)).toBeNull()
  })

  it('made by chance ends on values made by chance, within the steps', () => {
    let seed = 1
    const chance = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below
    const some = <T>(of: readonly T[]): T => of[chance(of.length)]!
    const pattern = (): string =>
      Array.from(
        { length: 1 + chance(5) },
        () => some(['a', '.', '(a|b)', '[ab]', '(a*b*)']) + some(['', '*', '+', '?', '{2,9}']),
      ).join(some(['', '|']))
    const schema = (depth: number): unknown => {
      if (depth === 0)
        return some<unknown>([true, false, {}, { type: 'string' }, { $ref: '#/$defs/a' }, { $ref: '#' }])
      const more = (): unknown => schema(depth - 1)
      return Object.fromEntries(
        Array.from({ length: 1 + chance(4) }, (): [string, unknown] =>
          some([
            (): [string, unknown] => ['pattern', pattern()],
            (): [string, unknown] => ['patternProperties', { [pattern()]: more() }],
            (): [string, unknown] => ['properties', { a: more(), b: more() }],
            (): [string, unknown] => ['additionalProperties', more()],
            (): [string, unknown] => [
              some(['allOf', 'anyOf', 'oneOf', 'prefixItems']),
              [more(), more(), more()],
            ],
            (): [string, unknown] => [
              some(['items', 'not', 'contains', 'propertyNames', 'if', 'then']),
              more(),
            ],
            (): [string, unknown] => ['uniqueItems', true],
            (): [string, unknown] => ['enum', ['a', 1, [1], { a: 'a' }]],
            (): [string, unknown] => ['format', 'email'],
          ])(),
        ),
      )
    }
    const value = (depth: number): unknown =>
      depth === 0
        ? some<unknown>(['a'.repeat(chance(3000)), 'ab'.repeat(chance(500)), 1, null, true])
        : some([
            (): unknown => Array.from({ length: chance(30) }, () => value(depth - 1)),
            (): unknown => ({ a: value(depth - 1), b: value(depth - 1), ['a'.repeat(chance(200))]: 1 }),
          ])()
    let judged = 0
    for (let round = 0; round < 1000; round++) {
      const compiled = compileDataSchema({ ...(schema(3) as Schema), $defs: { a: schema(1) } })
      if (!compiled.ok) continue
      const sample = value(3)
      compiled.value.check(sample, bytes(sample))
      expect(compiled.value.steps).toBeLessThanOrEqual(stepsFor(bytes(sample)))
      judged++
    }
    expect(judged).toBeGreaterThan(200)
  })
})

describe('a schema', () => {
  const cases: [Schema, unknown[]][] = [
    [{ type: 'integer' }, [1, 1.5, '1', null]],
    [{ type: ['string', 'null'] }, ['a', null, 1, [], {}]],
    [{ type: 'object', required: ['a'] }, [{ a: 1 }, {}, [], 'a']],
    [{ enum: [1, 'a', { b: [1, 2] }, null] }, [1, '1', { b: [1, 2] }, { b: [2, 1] }, null]],
    [{ const: { a: 1, b: 2 } }, [{ b: 2, a: 1 }, { a: 1 }]],
    [{ properties: { a: { minimum: 2 } }, additionalProperties: false }, [{ a: 2 }, { a: 1 }, { b: 1 }, {}]],
    [
      { patternProperties: { '^x-': { type: 'number' } }, additionalProperties: false },
      [{ 'x-a': 1 }, { 'x-a': '' }, { a: 1 }],
    ],
    [{ minLength: 2, maxLength: 3 }, ['a', 'ab', '😀😀', '😀😀😀😀', 'abcd', 5]],
    [{ pattern: '^[a-z]{2,}(-\\d+)?$' }, ['ab', 'ab-12', 'a', 'ab-', 'AB', 'xab-1x']],
    [{ pattern: '\\u00e9\\/' }, ['é/', 'e/']],
    [{ items: { type: 'number' }, prefixItems: [{ type: 'string' }] }, [['a', 1], [1, 1], ['a', 'b'], []]],
    [{ contains: { const: 1 }, minContains: 2, maxContains: 3 }, [[1], [1, 1], [1, 1, 1, 1], [2]]],
    [
      { minItems: 1, maxItems: 2, uniqueItems: true },
      [[], [1], [1, 1], [1, 2], [1, 2, 3], [{ a: 1 }, { a: 1 }]],
    ],
    [{ minProperties: 1, maxProperties: 1 }, [{}, { a: 1 }, { a: 1, b: 1 }]],
    [{ exclusiveMinimum: 0, exclusiveMaximum: 1, multipleOf: 0.1 }, [0, 0.3, 0.35, 1, 0.7]],
    [{ allOf: [{ type: 'number' }, { maximum: 3 }] }, [2, 4, 'a']],
    [{ anyOf: [{ type: 'number' }, { const: 'a' }] }, [2, 'a', 'b']],
    [{ oneOf: [{ type: 'number' }, { maximum: 3 }] }, [2, 4, 'a', null]],
    [{ not: { type: 'string' } }, ['a', 1]],
    [{ if: { type: 'number' }, then: { minimum: 3 }, else: { type: 'string' } }, [2, 3, 'a', null]],
    [{ propertyNames: { maxLength: 1 } }, [{ a: 1 }, { ab: 1 }]],
    [{ dependentRequired: { a: ['b'] } }, [{ a: 1 }, { a: 1, b: 1 }, { b: 1 }]],
    [{ dependentSchemas: { a: { required: ['b'] } } }, [{ a: 1 }, { a: 1, b: 1 }, {}]],
    [{ $ref: '#/$defs/a~1b', minimum: 2, $defs: { 'a/b': { type: 'number' } } }, [1, 2, 'a']],
    [{ items: false }, [[], [1]]],
    [{ title: 'x', $comment: 'x', default: 3, examples: [1], type: 'number' }, [1, 'a']],
  ]
  it.each(cases)('%j judges as a validator of another make does', (schema, samples) => {
    const other = new Validator(schema, '2020-12')
    const { check } = compile(schema)
    for (const sample of samples)
      expect([sample, check(sample, 100) === null]).toEqual([sample, other.validate(sample).valid])
  })

  it('says where a message does not fit, and why', () => {
    const { check } = compile({ properties: { list: { items: { properties: { unit: { enum: ['m'] } } } } } })
    expect(check({ list: [{ unit: 'm' }, { unit: 'km' }] }, 40)).toBe(
      '/list/1/unit: is none of the values allowed',
    )
    expect(compile({ required: ['unit'] }).check({}, 2)).toBe('“unit” is missing')
  })

  it('does not hold a format against a message: it is an annotation', () => {
    expect(compile({ format: 'date-time' }).check('yesterday', 9)).toBeNull()
  })
})

describe('a pattern', () => {
  it.each([
    'abc',
    '^[a-z]+(-[a-z]+)*$',
    '(a{1,50}){1,5}b',
    '^\\p{L}{2}[\\d_.]{3,}$',
    '((x|y){3}z?){4,9}',
    '^(?:[0-9]{4}-[0-9]{2})$',
  ])('%s is no larger than was counted beforehand, but for what begins and ends it', (pattern) => {
    const compiled = compilePattern(pattern, 5000)
    if (!compiled.ok) throw new Error(compiled.error.message)
    expect(compiled.value.size).toBeLessThanOrEqual(2 * writtenOut(pattern) + 8)
  })
})
