import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { readSent } from '../../../main/engine/windows/port.ts'
import { actIds, actsFor, rowOf } from '../../../preload/contract/act.ts'
import { answeredAs, questionNames, sendKinds, tellKinds, toldAs } from '../../../preload/contract/port.ts'
import { pictureRoles } from '../../../preload/contract/role.ts'
import { inputFor, rows } from '../../../preload/contract/schema.ts'
import { bridgeCalls, inTurn, portMessages, type BridgeCall, type Tried } from '../../fuzz/calls.ts'
import { inputsOf } from '../../fuzz/kinds.ts'

const marks = { mark: 'zqtestkxw', hook: 'http://127.0.0.1:45678/zqtestkxw' }
const calls = bridgeCalls(marks)
const overPort = portMessages(marks)
const some = <T>(one: fc.Arbitrary<T>) => fc.sample(one, { seed: 3, numRuns: 200 })

/** By the call, whether any window may send the input. */
const mayCall = ({ group, name, input }: BridgeCall): boolean =>
  rows.some(
    ({ group: own, name: called, row }) =>
      own === group &&
      called === name &&
      row.kind === 'call' &&
      row.roles.some((role) => v.is(inputFor(row, role), input)),
  )
const maySend = (message: unknown): boolean => pictureRoles.some((role) => readSent(role, message) !== null)
const namesOf = (tried: readonly Tried<unknown>[]) => [...new Set(tried.map(({ row }) => row))].sort()

describe('the fuzzer', () => {
  it('has every row of the tables: each call, each act, all that runs over a port', () => {
    expect(namesOf(calls)).toEqual(
      [
        'no such call',
        ...actIds.map((id) => `act ${id}`),
        ...rows
          .filter(({ row }) => row.kind !== 'call' || row.narrower !== actsFor)
          .map(({ group, name }) => `${group}.${name}`),
      ].sort(),
    )
    expect(namesOf(overPort)).toEqual(
      [
        ...['no such message', ...sendKinds, ...questionNames.map((name) => `ask ${name}`)],
        ...[...tellKinds.map((kind) => `tell ${kind}`), ...questionNames.map((name) => `answer ${name}`)],
      ].sort(),
    )
  })

  it.each(calls.filter(({ row }) => row !== 'no such call'))('makes what $row takes', ({ row, right }) => {
    const act = actIds.find((id) => row === `act ${id}`)
    for (const call of some(right)) {
      if (call.listens) expect(call.input).toBeUndefined()
      else if (act !== undefined && rowOf(act).roles.length === 0)
        expect(v.is(v.strictObject({ act: v.literal(act), ...rowOf(act).input }), call.input)).toBe(true)
      else expect(mayCall(call), JSON.stringify(call)).toBe(true)
    }
  })
  it.each(overPort.filter(({ row }) => !row.startsWith('no ')))(
    'makes what $row carries',
    ({ row, right }) => {
      const [kind, what] = row.split(' ') as [string, 'record' | undefined]
      for (const message of some(right)) {
        const holds =
          kind === 'tell'
            ? v.is(toldAs.get(what)!, message)
            : kind === 'answer'
              ? v.is(answeredAs[what!], (message as { result: unknown }).result)
              : maySend(message)
        expect(holds, JSON.stringify(message)).toBe(true)
      }
    },
  )
  it('makes of every row what does not fit, too', () => {
    for (const { row, near } of calls)
      if (!some(near).some(({ listens }) => listens)) expect(some(near).every(mayCall), row).toBe(false)
    for (const { row, near } of overPort) expect(some(near).every(maySend), row).toBe(false)
  })

  it('tries every row in each round, as it is taken or near it', () => {
    for (const round of [0, 1, 7]) {
      const turn = { marks, seed: 1, round, files: [] }
      expect(inputsOf('calls', turn).length).toBeGreaterThanOrEqual(calls.length)
      expect(inputsOf('port messages', turn).length).toBeGreaterThanOrEqual(overPort.length)
    }
    const rowsOfOne = calls.map(({ row }) => {
      const one = fc.constant(row)
      return { row, right: one, near: one }
    })
    for (const first of [0, 5, 100])
      expect(new Set(inTurn(rowsOfOne, first, calls.length, 1)).size).toBe(namesOf(calls).length)
  })
})
