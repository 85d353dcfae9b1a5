import { expect, it } from 'vitest'
import { newHeld } from '../../../../main/engine/cache/held.ts'
import type { Reader } from '../../../../main/engine/cache/reader.ts'
import { createDerived } from '../../../../main/engine/derived.ts'
import type { Picture } from '../../../../main/engine/picture/picture.ts'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import type { SharedThing } from '../../../../preload/contract/shared.ts'
import { product } from '../../../platform/product.ts'

const at = 1_700_000_000_000
const formula = (owner: string, name: string, revision: number, of: string): SharedThing =>
  ({
    ...{ key: `formula.${owner}.${name}`, revision, rank: 0, published: at },
    document: {
      ...{ owner, version: revision, marking: 'np', schema: 'vigie.formula.v1', title: name },
      ...{ saved: { node: 'poste-07', person: null }, content: { value: `count(${of}, 10 min)` } },
    },
  }) as unknown as SharedThing

it('what a figure said is gone where it is another’s, or was for fewer people; else it stays', async () => {
  const made: string[] = []
  const dropped: string[] = []
  const inputs = [product('a.b', 'metric'), product('a.high', 'metric', { marking: 'dr' })]
  const held = new Map(inputs.map(({ name, descriptor }, i) => [name, newHeld(i + 1, name, descriptor)]))
  const reader = { all: () => Promise.resolve([]) } as unknown as Reader
  const picture = {
    table: (one: { product: string }) => void made.push(one.product),
    drop: (one: { product: string }) => void dropped.push(one.product),
    described: () => undefined,
    applied: () => undefined,
  } as unknown as Picture
  const derived = createDerived({
    ...{ cache: { reader, held }, picture, scheme: defaultScheme, organisation: 'CNCS' },
    ...{ time: { now: () => at }, monotonic: () => 0 },
    windows: { listSoon: () => undefined, listNow: () => undefined },
  })
  const told = (thing: SharedThing) =>
    derived.told({ anew: false, access: 'permitted', things: [thing], gone: [] })
  told(formula('cncs', 'n', 1, 'a.b'))
  told(formula('cncs', 'n', 2, 'a.b'))
  told(formula('cncs', 'n', 3, 'a.high'))
  expect([made, dropped]).toEqual([['derived.cncs--n'], []])
  // high points would be told with the new, lower marking
  told(formula('cncs', 'n', 4, 'a.b'))
  expect([made.length, dropped]).toEqual([2, ['derived.cncs--n']])
  told(formula('cncs--x', 'y', 1, 'a.b'))
  told(formula('cncs', 'x--y', 1, 'a.b'))
  expect([made.length, dropped.slice(1)]).toEqual([4, ['derived.cncs--x--y']])
  await derived.dispose()
})

it('what a figure said is said once more where its input is marked lower: who was kept out before has heard nothing', async () => {
  let now = at
  const said: string[] = []
  const dropped: string[] = []
  const { name, descriptor } = product('a.high', 'metric', { marking: 'dr' })
  const input = newHeld(1, name, descriptor)
  const picture = {
    table: () => undefined,
    drop: (one: { product: string }) => void dropped.push(one.product),
    described: () => undefined,
    applied: (one: { product: string }) => void said.push(one.product),
  } as unknown as Picture
  const derived = createDerived({
    cache: {
      reader: { all: () => Promise.resolve([]) },
      held: new Map([[name, input]]),
    },
    ...{ picture, scheme: defaultScheme, organisation: 'CNCS' },
    ...{ time: { now: () => now }, monotonic: () => 0 },
    windows: { listSoon: () => undefined, listNow: () => undefined },
  })
  derived.told({ anew: false, access: 'permitted', things: [formula('cncs', 'n', 1, 'a.high')], gone: [] })
  const pass = async () => {
    for (let i = 0; i < 5; i++) {
      now += 1000
      derived.tick()
      await new Promise((resolve) => setTimeout(resolve, 0))
    }
  }
  await pass()
  expect([said, dropped]).toEqual([['derived.cncs--n'], []])
  input.descriptor = { ...descriptor, marking: 'np' }
  await pass()
  expect([said, dropped]).toEqual([['derived.cncs--n', 'derived.cncs--n'], ['derived.cncs--n']])
  await derived.dispose()
})
