import { expect, it } from 'vitest'
import { createDerive } from '../../../../../main/engine/derive/derive.ts'
import { mostFormulas, mostToldOut } from '../../../../../preload/contract/formula.ts'
import { defaultScheme } from '../../../../../preload/contract/marking.ts'
import type { SharedThing } from '../../../../../preload/contract/shared.ts'
import { product } from '../../../../platform/product.ts'
import { batchOf } from './a-batch.ts'

const at = 1_700_000_000_000
const { descriptor } = product('a.b', 'metric')
const formula = (name: string, value: string, owner = 'cncs'): SharedThing =>
  ({
    ...{ key: `formula.${owner}.${name}`, revision: 1, rank: 0, published: at },
    document: {
      ...{ owner, version: 1, marking: 'np', schema: 'vigie.formula.v1', title: name },
      ...{ saved: { node: 'poste-07', person: null }, content: { value } },
    },
  }) as unknown as SharedThing

it('a formula that takes too much is left for a while, and tried again', async () => {
  let [clock, step] = [0, 0]
  const derive = createDerive({
    ...{
      scheme: defaultScheme,
      organisation: 'cncs',
      now: () => at,
      changed: () => undefined,
      say: () => null,
    },
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
function empty(say: (product: string) => void = () => undefined) {
  const derive = createDerive({
    ...{
      scheme: defaultScheme,
      organisation: 'cncs',
      now: () => at,
      changed: () => undefined,
      say: (name: string) => {
        say(name)
        return null
      },
    },
    monotonic: () => 0,
    input: () => ({ descriptor, hidden: false }),
    recent: (_, since) => Promise.resolve(since),
  })
  const told = (things: SharedThing[], gone: string[] = []) =>
    derive.told({ anew: false, access: 'permitted', things, gone })
  return { derive, told }
}

it('what was told and is held no more is told once more', async () => {
  const said: string[] = []
  const { derive, told } = empty((name) => said.push(name))
  told([formula('n', 'count(a.b, 10 min)')])
  await new Promise((resolve) => setImmediate(resolve))
  derive.committed('a.b', batchOf([{ time: at, body: { series: 's', value: 1 } }]), true)
  derive.tick()
  derive.tick()
  expect(said).toEqual(['derived.cncs--n'])
  derive.retell('derived.cncs--n')
  derive.tick()
  expect(said).toEqual(['derived.cncs--n', 'derived.cncs--n'])
  await derive.dispose()
})

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

const many = (owner: string, count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => formula(`n-${from + i}`, 'count(a.b, 10 min)', owner))
const countOf = (derive: ReturnType<typeof empty>['derive'], owner: string) =>
  [...derive.products.keys()].filter((each) => each.startsWith(`derived.${owner}--`)).length

it('whoever shares hundreds of formulas takes no place of ours, nor what is told of them', async () => {
  const { derive, told } = empty()
  told(many('loud', 300))
  expect(countOf(derive, 'loud')).toBe(mostFormulas)
  told(many('cncs', 120))
  expect([countOf(derive, 'cncs'), countOf(derive, 'loud')]).toEqual([120, 80])
  expect(derive.standing(0).filter(({ problem }) => problem !== null)).toHaveLength(mostToldOut)
  told(many('cncs', 100, 120))
  expect(countOf(derive, 'cncs')).toBe(mostFormulas)
  // ours that are not computed are told before theirs
  const left = derive.standing(0).filter(({ problem }) => problem?.code === 'formula.too-many')
  expect(left.filter(({ owner }) => owner === 'cncs')).toHaveLength(20)
  // a new version of one that is computed keeps its place
  told([{ ...formula('n-3', 'count(a.b, 20 min)'), revision: 2 }])
  expect(derive.products.has('derived.cncs--n-3')).toBe(true)
  expect(derive.standing(0).find(({ key }) => key === 'formula.cncs.n-3')?.content.value).toContain('20')
  await derive.dispose()
})

it('others have an equal share of what is left, and what goes on is not begun anew', async () => {
  const { derive, told } = empty()
  told(many('loud', 300))
  told([...many('quiet', 30), ...many('small', 2), ...many('cncs', 8)])
  expect(['cncs', 'quiet', 'small', 'loud'].map((owner) => countOf(derive, owner))).toEqual([8, 30, 2, 160])
  const before = derive.products.get('derived.loud--n-0')
  told(many('other', 150))
  expect(['quiet', 'small', 'loud', 'other'].map((owner) => countOf(derive, owner))).toEqual([30, 2, 80, 80])
  expect(derive.products.get('derived.loud--n-0')).toBe(before)
  told(
    [],
    many('loud', 300).map(({ key }) => key),
  )
  expect(countOf(derive, 'other')).toBe(150)
  await derive.dispose()
})

it('a name that another organisation had first is ours, and theirs is told why', async () => {
  const { derive, told } = empty()
  const theirs = formula('y', 'count(a.b, 2 h)', 'cncs--x')
  const ours = formula('x--y', 'count(a.b, 1 h)')
  told([theirs])
  told([ours])
  const problemOf = (key: string) =>
    derive.standing(0).find((each) => each.key === key)?.problem?.code ?? null
  expect([problemOf(ours.key), problemOf(theirs.key)]).toEqual([null, 'formula.same-name'])
  // among others, whoever has it keeps it
  told([formula('b--c', 'count(a.b, 1 h)', 'a')])
  told([formula('c', 'count(a.b, 1 h)', 'a--b')])
  expect([problemOf('formula.a.b--c'), problemOf('formula.a--b.c')]).toEqual([null, 'formula.same-name'])
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
    ...{
      scheme: defaultScheme,
      organisation: 'cncs',
      now: () => at,
      changed: () => undefined,
      say: () => null,
    },
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
