/**
 * What a compromised page may send: calls through its bridge, and anything at all over its port to the engine. All of it
 * is made from the contract's three tables, a row each: whoever adds one has it fuzzed.
 */
import fc, { type Arbitrary } from 'fast-check'
import * as v from 'valibot'
import { actIds, actsFor, rowOf } from '../../preload/contract/act.ts'
import { answeredAs, port, questionNames, sendKinds, tellKinds, toldAs } from '../../preload/contract/port.ts'
import { kinds } from '../../preload/contract/product.ts'
import { inputFor, rows } from '../../preload/contract/schema.ts'
import { fitting, knownTo } from './fitting.ts'
import { keys, nearly, values, type Json, type Marks } from './hostile.ts'
import { productOf } from './messages.ts'

export interface BridgeCall {
  group: string
  name: string
  input: unknown
  /** it takes a function, and is no call */
  listens: boolean
}

/** A row of a table, as it is tried. */
export interface Tried<T> {
  row: string
  /** what it lets through, and what is near it */
  right: Arbitrary<T>
  near: Arbitrary<T>
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

const near = (right: Arbitrary<unknown>, marks: Marks): Arbitrary<unknown> =>
  fc.oneof({ weight: 6, arbitrary: nearly(right as Arbitrary<Json>, marks) }, values(marks), foreign)

const knownOf = (marks: Marks) => knownTo(marks, kinds.map(productOf))

export const bridgeCalls = (marks: Marks): Tried<BridgeCall>[] => {
  const known = knownOf(marks)
  const of = (row: string, group: string, name: string, schema: v.GenericSchema): Tried<BridgeCall> => {
    const right = fitting(schema, known)
    const call = (input: unknown): BridgeCall => ({ group, name, input, listens: false })
    return { row, right: right.map(call), near: near(right, marks).map(call) }
  }
  const contract = rows.flatMap(({ group, name, row }): Tried<BridgeCall>[] => {
    const called = `${group}.${name}`
    if (row.kind === 'notification') {
      const listening = fc.constant({ group, name, input: undefined, listens: true })
      return [{ row: called, right: listening, near: listening }]
    }
    if (row.narrower !== actsFor) return row.roles.map((role) => of(called, group, name, inputFor(row, role)))
    // those that no window may do, too
    return actIds.map((act) =>
      of(`act ${act}`, group, name, v.strictObject({ act: v.literal(act), ...rowOf(act).input })),
    )
  })
  const none = fc
    .record({ group: keys(marks), name: keys(marks), input: values(marks) })
    .map((call) => ({ ...call, listens: false }))
  return [...contract, { row: 'no such call', right: none, near: none }]
}

/** Messages of the port's contract and near it; what the engine tells, as if a page were one. */
export const portMessages = (marks: Marks): Tried<unknown>[] => {
  const known = knownOf(marks)
  const of = (row: string, schema: v.GenericSchema): Tried<unknown> => {
    const right = fitting(schema, known)
    return { row, right, near: near(right, marks) }
  }
  const id = v.number()
  return [
    ...sendKinds.map((kind) =>
      of(kind, v.strictObject({ kind: v.literal(kind), ...(port.sends[kind].carries as v.ObjectEntries) })),
    ),
    ...questionNames.map((question) =>
      of(
        `ask ${question}`,
        v.strictObject({
          kind: v.literal('ask'),
          id: v.pipe(v.number(), v.safeInteger()),
          question: v.literal(question),
          ask: v.strictObject(port.questions[question].asks as v.ObjectEntries),
        }),
      ),
    ),
    ...tellKinds.map((kind) => of(`tell ${kind}`, toldAs.get(kind) ?? v.never())),
    ...questionNames.map((question) =>
      of(
        `answer ${question}`,
        v.strictObject({ kind: v.literal('answer'), id, result: answeredAs[question] }),
      ),
    ),
    of('no such message', v.unknown()),
  ]
}

/** So many, one row after the other: each of them in every round, where a round has room for them. */
export function inTurn<T>(tried: readonly Tried<T>[], first: number, count: number, seed: number): T[] {
  return Array.from({ length: count }, (_, n) => {
    const { right, near: odd } = tried[(first + n) % tried.length]!
    const one = fc.oneof({ weight: 3, arbitrary: right }, { weight: 4, arbitrary: odd })
    return fc.sample(one, { seed: (seed + n) | 0, numRuns: 1 })[0]!
  })
}
