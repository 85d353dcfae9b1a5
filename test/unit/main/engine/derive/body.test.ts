/** What the walk over a body's bytes finds is what parsing it finds, whatever the body is. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readProperty } from '../../../../../main/engine/derive/body.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const read = (text: string, name: string, before = '', after = ''): unknown => {
  const bytes = bytesOf(`${before}${text}${after}`)
  const from = bytesOf(before).length
  return readProperty(name)(bytes, from, from + bytesOf(text).length)
}
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
const plain = (text: string, name: string): unknown => {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isObject(body)) return undefined
  const { properties } = body as { properties?: unknown }
  const holder = isObject(properties) && Object.hasOwn(properties, name) ? properties : body
  const value = Object.hasOwn(holder, name) ? (holder as { [name: string]: unknown })[name] : undefined
  return ['string', 'number', 'boolean'].includes(typeof value) ? value : undefined
}

it.each([
  ['{"zone":"12"}', 'zone', '12'],
  ['{"properties":{"zone":"12"},"zone":"13"}', 'zone', '12'],
  ['{"zone":"13","properties":{"other":1}}', 'zone', '13'],
  ['{"properties":{"deep":{"zone":"no"},"list":[{"zone":"no"}]}}', 'zone', undefined],
  ['{"zone":"first","zone":"last"}', 'zone', 'last'],
  ['{"text":"a \\"zone\\":\\"no\\" }","zone":7.5e1}', 'zone', 75],
  ['{ "zone" :\n true }', 'zone', true],
  ['{"zone":null}', 'zone', undefined],
  ['{"z\\u006fne":"escaped"}', 'zone', 'escaped'],
  ['{"zone":"é\\u00e9\\n"}', 'zone', 'éé\n'],
  ['[{"zone":"list"}]', 'zone', undefined],
  ['', 'zone', undefined],
  ['{"zone":"cut', 'zone', undefined],
  ['{"__proto__":"own"}', '__proto__', 'own'],
  ['{}', 'constructor', undefined],
])('of %s, %s is %s', (text, name, value) => {
  if (text !== '{"zone":"cut') expect(plain(text, name)).toEqual(value)
  expect(read(text, name, 'before{"zone":"x"', '"zone":"y"}')).toEqual(value)
})

const names = ['zone', 'properties', 'a', 'é', 'z"', '\\']
const json = fc.letrec<{ value: unknown; object: object }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'grapheme' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.constantFrom(...names), tie('value')),
}))

it('is what JSON.parse finds, of any body and name', () => {
  fc.assert(
    fc.property(json.object, fc.constantFrom(...names), fc.boolean(), (body, name, spaced) => {
      const text = JSON.stringify(body, null, spaced ? 2 : undefined)
      expect(read(text, name, 'x', '}')).toEqual(plain(text, name))
    }),
    { numRuns: 3000 },
  )
})

it('ends on bytes that are no JSON, and reaches for nothing behind them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom(...names), (bytes, name) => {
      const around = new Uint8Array([...bytes, ...bytesOf('"zone":"behind"')])
      expect(readProperty(name)(around, 0, bytes.length)).not.toBe('behind')
    }),
    { numRuns: 2000 },
  )
})
