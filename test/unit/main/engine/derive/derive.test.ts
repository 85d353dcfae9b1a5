import { expect, it } from 'vitest'
import { createDerive } from '../../../../../main/engine/derive/derive.ts'
import { defaultScheme } from '../../../../../preload/contract/marking.ts'
import type { SharedThing } from '../../../../../preload/contract/shared.ts'
import { product } from '../../../../platform/product.ts'
import { batchOf } from './a-batch.ts'

const at = 1_700_000_000_000
const { descriptor } = product('a.b', 'metric')
const formula = (name: string, value: string): SharedThing =>
  ({
    ...{ key: `formula.cncs.${name}`, revision: 1, rank: 0, published: at },
    document: {
      ...{ owner: 'cncs', version: 1, marking: 'np', schema: 'vigie.formula.v1', title: name },
      ...{ saved: { node: 'poste-07', person: null }, content: { value } },
    },
  }) as unknown as SharedThing

it('a formula that takes too much is left for a while, and tried again', async () => {
  let [clock, step] = [0, 0]
  const derive = createDerive({
    ...{ scheme: defaultScheme, now: () => at, changed: () => undefined, say: () => null },
    monotonic: () => (clock += step),
    input: () => ({ descriptor, hidden: false }),
    recent: (_, since) => Promise.resolve(since),
  })
  derive.told({ anew: true, access: 'permitted', things: [formula('n', 'count(a.b, 10 min)')], gone: [] })
  await new Promise((resolve) => setImmediate(resolve))
  const problem = () => derive.standing(0)[0]?.problem?.code
  const second = () => {
    derive.committed('a.b', batchOf([{ time: at, body: { series: 's', value: 1 } }]), true)
    derive.tick()
  }
  // one slow second is no reason: a machine that had other things to do
  step = 400
  second()
  expect(problem()).toBeUndefined()
  for (let each = 0; each < 10; each++) second()
  expect(problem()).toBe('formula.too-dear')
  step = 0
  second()
  expect(problem()).toBe('formula.too-dear')
  clock += 60_000
  second()
  expect(problem()).toBeUndefined()
  expect(derive.standing(0)[0]?.figures).not.toBeNull()
  await derive.dispose()
})
