/** Messages whose headers are in order and whose bodies are not. */
import fc, { type Arbitrary } from 'fast-check'
import { severities } from '../../preload/contract/event.ts'
import { kinds, type Kind, type ProductName } from '../../preload/contract/product.ts'
import { message } from '../platform/product.ts'
import { bodies, words, type Json, type Marks } from './hostile.ts'

/** As it goes to the server: nothing of it is checked on the way. */
export interface RawMessage {
  subject: string
  /** the whole block, its first line and its end too */
  headers: Uint8Array
  body: Uint8Array
}

/** One product of each kind that the fuzzer feeds. */
export const productOf = (kind: Kind): ProductName => `fuzz.${kind}`

/** What is left for a body below the server's largest message, headers counted. */
export const largestBody = 1_048_576 - 1024

const point = fc.tuple(
  fc.double({ min: 2.2, max: 2.4, noNaN: true }),
  fc.double({ min: 48.8, max: 48.9, noNaN: true }),
)

/** A right body, its texts not: these are what reaches a screen. */
export const rightBody = (kind: Kind, marks: Marks): Arbitrary<Json> => {
  const text = (most: number) => words(marks).map((all) => all.slice(0, most))
  const base = message(productOf(kind), kind, 1).body as unknown as { [key: string]: Json }
  const properties = fc
    .record(
      {
        name: text(200),
        category: text(100),
        severity: fc.constantFrom(...severities),
        status: text(100),
        sidc: fc.constantFrom('10031000001211000000', '99999999999999999999', '00000000000000000000'),
        text: text(2000),
        place: text(200),
        course: fc.double({ min: 0, max: 360, noNaN: true }),
        speed: fc.double({ min: 0, max: 15_000, noNaN: true }),
      },
      { requiredKeys: ['name'] },
    )
    .map((all) => all as Json)
  const line = fc.array(point, { minLength: 4, maxLength: 8 })
  const geometry: Arbitrary<Json> =
    kind === 'track'
      ? point.map((coordinates) => ({ type: 'Point', coordinates }))
      : fc.oneof(
          point.map((coordinates) => ({ type: 'Point', coordinates })),
          line.map((coordinates) => ({ type: 'LineString', coordinates })),
          line.map((ring) => ({ type: 'Polygon', coordinates: [ring] })),
          line.map((ring) => ({ type: 'MultiPolygon', coordinates: [[ring], [ring]] })),
        )
  if (kind === 'feature' || kind === 'track')
    return fc.record({ geometry, properties }).map((all) => ({ ...base, ...all }))
  if (kind === 'metric')
    return fc
      .record({
        series: fc.oneof(fc.constantFrom('a', 'b'), text(100)),
        value: fc.double({ noNaN: true }),
        unit: text(50),
      })
      .map((all) => ({ ...base, ...all }))
  if (kind === 'note')
    return fc
      .record({
        text: text(4000),
        category: fc.oneof(fc.constantFrom('log', 'decision', 'situation'), text(100)),
        refs: fc.array(text(200), { maxLength: 3 }),
        number: text(50),
        status: text(100),
        due: text(40),
      })
      .map((all) => ({ ...base, ...all }))
  return fc
    .record({ name: text(300), title: text(300), object: text(300), mediaType: text(100) })
    .map((all) => ({ ...base, ...all }))
}

export const kindsOfData: Arbitrary<Kind> = fc.constantFrom(...kinds)

/** Few entities, so that one's later state meets its earlier one, and the picture stays small. */
export const entities = (marks: Marks): Arbitrary<string> =>
  fc.nat({ max: 30 }).map((n) => `${marks.mark}-${n}`)

export const soundHeaders = (kind: Kind, entity: string, id: string): [string, string][] => [
  ['Nats-Msg-Id', id],
  ['ce-specversion', '1.0'],
  ['ce-id', id],
  ['ce-source', '//test.vigie/fuzz'],
  ['ce-type', `vigie.${kind}.v1`],
  ['ce-time', new Date().toISOString()],
  ['ce-subject', entity],
]

export const block = (lines: readonly [string, string][]): string =>
  `NATS/1.0\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`

const utf8 = new TextEncoder()

export const messages = (marks: Marks): Arbitrary<RawMessage> =>
  kindsOfData.chain((kind) =>
    fc
      .record({
        entity: entities(marks),
        id: fc.uuid(),
        body: bodies(rightBody(kind, marks), marks, largestBody),
      })
      .map(({ entity, id, body }) => ({
        subject: `dp.${productOf(kind)}.${entity}`,
        headers: utf8.encode(block(soundHeaders(kind, entity, `${marks.mark}-${id}`))),
        body,
      })),
  )
