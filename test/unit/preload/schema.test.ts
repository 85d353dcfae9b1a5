import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { rows } from '../../../preload/contract/schema.ts'

const calls = rows.flatMap(({ group, name, row }) =>
  row.kind === 'call' ? [{ call: `${group}.${name}`, input: row.input }] : [],
)

/** What fits each call that takes something; a new call has to say it here. */
const fits: Record<string, Record<string, unknown>> = {
  'wall.measured': { frames: 1, drawn: 1, marking: 0, latency: [0] },
  'desk.showScene': { screen: 1, scene: 'log' },
  'desk.acceptDisplay': { screen: 1 },
  'desk.unlock': { passphrase: 'correct horse' },
  'desk.blank': { blanked: true },
  'desk.setLanguage': { language: 'fr' },
  'desk.acknowledge': { product: 'a.b', entity: 'x', taken: true },
  'desk.showOnWall': { product: 'a.b', entity: 'x' },
  'window.problem': { message: 'x' },
}
const huge = 'x'.repeat(1_000_000)

/** The same with each of its values replaced in turn, those in lists too. */
const spoiled = (input: Record<string, unknown>, value: unknown): Record<string, unknown>[] =>
  Object.entries(input).map(([key, was]) => ({ ...input, [key]: Array.isArray(was) ? [value] : value }))

describe('what a window may send', () => {
  it('is known here for every call that takes something', () => {
    const taking = calls.filter(({ input }) => !v.is(input, undefined))
    expect(taking.map(({ call }) => call).sort()).toEqual(Object.keys(fits).sort())
    for (const { call, input } of taking) expect(v.is(input, fits[call]), call).toBe(true)
  })

  it('is never a string of a megabyte, wherever it stands', () => {
    for (const { call, input } of calls)
      for (const hostile of [huge, [huge], { [huge]: 1 }, ...spoiled(fits[call] ?? {}, huge)])
        expect(v.is(input, hostile), call).toBe(false)
  })

  it('is never a list without end', () => {
    const long = new Array<number>(1_000_000).fill(0)
    for (const { call, input } of calls)
      for (const hostile of [
        long,
        ...Object.keys(fits[call] ?? {}).map((key) => ({ ...fits[call], [key]: long })),
      ])
        expect(v.is(input, hostile), call).toBe(false)
  })

  it.each([[NaN], [Infinity], [-1], [1e300], [0.5]])(
    'is never the number %d where something is counted',
    (number) => {
      for (const { call, input } of calls)
        for (const hostile of spoiled(fits[call] ?? {}, number))
          expect(v.is(input, hostile), call).toBe(false)
    },
  )
})
