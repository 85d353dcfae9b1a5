import { expect, it } from 'vitest'
import { createDerive } from '../../../../../main/engine/derive/derive.ts'
import { mostFormulas } from '../../../../../preload/contract/formula.ts'
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

/** No formula yet; nothing was kept before. */
function empty() {
  const derive = createDerive({
    ...{ scheme: defaultScheme, now: () => at, changed: () => undefined, say: () => null },
    monotonic: () => 0,
    input: () => ({ descriptor, hidden: false }),
    recent: (_, since) => Promise.resolve(since),
  })
  const told = (things: SharedThing[], gone: string[] = []) =>
    derive.told({ anew: false, access: 'permitted', things, gone })
  return { derive, told }
}

it('a formula that is not computed is told with why, and is computed as soon as it can be', async () => {
  const { derive, told } = empty()
  const names = Array.from({ length: mostFormulas }, (_, i) => `n-${i}`)
  told(names.map((each) => formula(each, 'count(a.b, 10 min)')))
  told([formula('late', 'count(a.b, 1 h)')])
  const late = (ceiling = 0) => derive.standing(ceiling).find(({ key }) => key === 'formula.cncs.late')
  expect(derive.standing(0)).toHaveLength(mostFormulas + 1)
  expect(late()).toMatchObject({ figures: null, reading: false, problem: { code: 'formula.too-many' } })
  expect(late()?.problem?.subject).toBe('formula.cncs.late')
  told([], ['formula.cncs.n-7'])
  expect(late()).toMatchObject({ problem: null })
  expect(derive.products.has('derived.cncs--late')).toBe(true)
  // what is above a desk is not named there, though it is not computed
  told([{ ...formula('secret', 'count(a.b, 1 h)'), rank: 1 }])
  const secret = (ceiling: number) =>
    derive.standing(ceiling).some(({ key }) => key === 'formula.cncs.secret')
  expect([secret(0), secret(1)]).toEqual([false, true])
  told([], ['formula.cncs.secret'])
  expect(secret(1)).toBe(false)
  await derive.dispose()
})

it('of two names that are one the first is computed, and the second is told so', async () => {
  const { derive, told } = empty()
  // `x--y` of `cncs`, and `y` of `cncs--x`: one product
  const [first, second] = [formula('x--y', 'count(a.b, 1 h)'), formula('y', 'count(a.b, 2 h)')]
  second.key = 'formula.cncs--x.y'
  told([first, second])
  const problemOf = (key: string) =>
    derive.standing(0).find((each) => each.key === key)?.problem?.code ?? null
  expect([problemOf(first.key), problemOf(second.key)]).toEqual([null, 'formula.same-name'])
  told([], [first.key])
  expect(problemOf(second.key)).toBeNull()
  expect(derive.products.size).toBe(1)
  await derive.dispose()
})

it('while its windows are filled from the log that is told, and since when they are whole', async () => {
  let read = (): void => undefined
  const derive = createDerive({
    ...{ scheme: defaultScheme, now: () => at, changed: () => undefined, say: () => null },
    monotonic: () => 0,
    input: () => ({ descriptor, hidden: false }),
    recent: (_, since) => new Promise((resolve) => (read = () => resolve(since + 60_000))),
  })
  derive.told({ anew: true, access: 'permitted', things: [formula('n', 'count(a.b, 10 min)')], gone: [] })
  await new Promise((resolve) => setImmediate(resolve))
  expect(derive.standing(0)[0]?.reading).toBe(true)
  read()
  await new Promise((resolve) => setImmediate(resolve))
  expect(derive.standing(0)[0]).toMatchObject({ reading: false, figures: { since: at - 9 * 60_000 } })
  await derive.dispose()
})
