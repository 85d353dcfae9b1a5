/** Entries of the catalog, as an owner's slip or somebody's malice writes them. */
import fc, { type Arbitrary } from 'fast-check'
import { kinds, type ProductName } from '../../preload/contract/product.ts'
import { hurt, bytesOf, nearly, values, words, written, type Json, type Marks } from './hostile.ts'

export interface CatalogEntry {
  key: string
  value: Uint8Array
}

/** Products whose descriptors change; their streams are there, and others than those that messages come on. */
export const describedProducts: readonly ProductName[] = ['fuzz.d0', 'fuzz.d1', 'fuzz.d2', 'fuzz.d3']

const durations = [
  'PT1M',
  'PT0S',
  'P0D',
  'P99999999999999999999D',
  'PT0.000001S',
  'P1D',
  'P',
  'PT',
  'P1Y',
  'PT1e9S',
  '',
]

export const rightDescriptor = (marks: Marks): Arbitrary<{ [key: string]: Json }> => {
  const text = words(marks).map((all) => all.slice(0, 500))
  const said = fc.oneof(text, fc.record({ fr: text, en: text }))
  const range = fc.oneof(
    fc.constant({ min: 0, max: 10 }),
    fc.constant({ min: 10, max: 0 }),
    fc.constant([0, 10]),
  )
  const series = fc.record({
    title: said,
    qualifier: said,
    unit: text,
    range,
    precision: fc.constantFrom(0, 3, 6, 7, 1e9),
  })
  return fc
    .record(
      {
        title: said,
        owner: said,
        domain: fc.constantFrom('fuzz', 'fuzz', 'fuzz', 'fuzz', 'other'),
        kind: fc.constantFrom(...kinds),
        marking: fc.constantFrom('np', 'np', 'dr', 'cosmic-top', '__proto__', ''),
        freshness: fc.constantFrom(...durations),
        retention: fc.constantFrom(...durations),
        symbology: fc.dictionary(text, text, { maxKeys: 3 }),
        unit: text,
        range,
        series: fc.dictionary(fc.oneof(text, fc.constantFrom('a', 'b')), series, { maxKeys: 3 }),
      },
      { requiredKeys: ['domain', 'kind', 'marking'] },
    )
    .map((all) => all as { [key: string]: Json })
}

const utf8 = new TextEncoder()

export const descriptors = (marks: Marks): Arbitrary<CatalogEntry> =>
  fc.record({
    key: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom<string[]>(...describedProducts) },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          // a product's name is said where its owner must be told: it carries no mark
          ...['fuzz.more', 'more', 'fuzz.more.more', 'Fuzz.more'],
          ...['__proto__', 'fuzz.__proto__', 'constructor.prototype', 'fuzz.é', `fuzz.${'n'.repeat(65)}`],
          ...['fuzz.\u202e', 'fuzz.=x', 'fuzz./etc', '-.-'],
        ),
      },
    ),
    value: fc.oneof(
      { weight: 6, arbitrary: rightDescriptor(marks).map(bytesOf) },
      { weight: 8, arbitrary: nearly(rightDescriptor(marks), marks).map(bytesOf) },
      { weight: 2, arbitrary: values(marks).map(bytesOf) },
      { weight: 2, arbitrary: hurt(rightDescriptor(marks).map(bytesOf)) },
      {
        weight: 1,
        arbitrary: fc
          .constantFrom(255, 300, 900)
          .map((kib) =>
            utf8.encode(
              written({ domain: 'fuzz', kind: 'note', marking: 'np', title: marks.mark.repeat(kib * 80) }),
            ),
          ),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom(500, 3000).map((count) =>
          bytesOf({
            domain: 'fuzz',
            kind: 'metric',
            marking: 'np',
            series: Object.fromEntries(
              Array.from({ length: count }, (_, n) => [`${marks.mark}-${n}`, { title: 'x' }]),
            ),
          }),
        ),
      },
      { weight: 1, arbitrary: fc.constant(new Uint8Array(0)) },
    ),
  })
