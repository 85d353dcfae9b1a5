/** What a compromised page may send: calls through its bridge, and anything at all over its port to the engine. */
import fc, { type Arbitrary } from 'fast-check'
import { actIds } from '../../preload/contract/act.ts'
import { rows } from '../../preload/contract/schema.ts'
import { keys, nearly, numbers, values, words, type Json, type Marks } from './hostile.ts'
import { kindsOfData, productOf } from './messages.ts'

export interface BridgeCall {
  group: string
  name: string
  input: unknown
}

/** What a structured clone carries and JSON does not. */
const foreign: Arbitrary<unknown> = fc.constantFrom<unknown[]>(
  undefined,
  Number.NaN,
  -0,
  10n ** 40n,
  new Date(Number.NaN),
  new Date(8.64e15),
)

const calls = rows.filter(({ row }) => row.kind === 'call')

export const bridgeCalls = (marks: Marks): Arbitrary<BridgeCall> => {
  const product = fc.oneof(kindsOfData.map(productOf), words(marks))
  const act = (id: string) => fc.constant(id)
  const screen = fc.constantFrom(1, 2, 3)
  const entity = fc.record({ product, entity: words(marks) })
  const right: Arbitrary<Json> = fc.oneof(
    fc.record({
      act: act('show-scene'),
      screen,
      scene: fc.oneof(fc.constantFrom('situation', 'log'), words(marks)),
    }),
    fc.record({ act: act('acknowledge'), product, entity: words(marks), taken: fc.boolean() }),
    fc.record({ act: act('point-out'), entity: fc.oneof(entity, fc.constant(null)) }),
    fc.record({ act: act('accept-display'), screen }),
    fc.record({
      act: act('set-language'),
      language: fc.oneof(fc.constantFrom('fr', 'en'), words(marks)),
    }),
    fc.record({ act: fc.oneof(fc.constantFrom(...actIds), words(marks)) }),
    fc.record({ passphrase: words(marks) }),
    fc.record({ message: words(marks) }),
    fc.record({
      frames: fc.nat(),
      drawn: fc.nat(),
      marking: fc.nat({ max: 70 }),
      latency: fc.array(fc.nat(), { maxLength: 3 }),
      complete: fc.oneof(fc.constant(null), numbers),
    }),
  )
  return fc.oneof(
    {
      weight: 12,
      arbitrary: fc
        .record({
          row: fc.constantFrom(...calls),
          input: fc.oneof(
            { weight: 3, arbitrary: right },
            { weight: 4, arbitrary: nearly(right, marks) },
            values(marks),
            foreign,
          ),
        })
        .map(({ row: { group, name }, input }) => ({ group, name, input })),
    },
    {
      weight: 1,
      arbitrary: fc.record({ group: keys(marks), name: keys(marks), input: values(marks) }),
    },
  )
}

/** Messages of the port's contract and near it. */
export const portMessages = (marks: Marks): Arbitrary<unknown> => {
  const product = fc.oneof(
    { weight: 4, arbitrary: kindsOfData.map(productOf) },
    { weight: 1, arbitrary: words(marks) },
  )
  const limit = fc.constantFrom(1, 50, 5000, 5001, 0)
  const id = fc.oneof(fc.nat(), fc.constantFrom(-1, 2 ** 53, 1.5))
  const entity = fc.oneof(
    fc.nat({ max: 30 }).map((n) => `${marks.mark}-${n}`),
    words(marks),
  )
  const ask = (question: string, asked: Arbitrary<Json>): Arbitrary<Json> =>
    fc.record({ kind: fc.constant('ask'), id, question: fc.constant(question), ask: asked })
  const subscription = fc.record(
    {
      form: fc.constantFrom('columns', 'records', 'series'),
      kinds: fc.array(kindsOfData, { maxLength: 6 }),
      domains: fc.array(fc.oneof(fc.constant('fuzz'), words(marks)), { maxLength: 3 }),
      products: fc.array(product, { maxLength: 3 }),
      limit,
    },
    { requiredKeys: ['form'] },
  )
  const right: Arbitrary<Json> = fc.oneof(
    fc.constant({ kind: 'credit' }),
    fc.record({ kind: fc.constant('open'), id, subscription }) as Arbitrary<Json>,
    fc.record({ kind: fc.constant('close'), id }),
    ask('history', fc.record({ product, entity, limit })),
    ask(
      'row',
      fc.record({ product, row: fc.oneof(fc.nat({ max: 100 }), fc.constantFrom(2 ** 31, 2 ** 53, -1, 0.5)) }),
    ),
    ask('record', fc.record({ product, entity })),
    ask('search', fc.record({ text: words(marks).map((all) => all.slice(0, 200)), limit })),
    ask('quarantine', fc.record({ product: fc.oneof(product, fc.constant(null)), limit })),
  )
  return fc.oneof(
    { weight: 6, arbitrary: right },
    { weight: 6, arbitrary: nearly(right, marks) },
    { weight: 2, arbitrary: values(marks) },
    { weight: 1, arbitrary: foreign },
  )
}
