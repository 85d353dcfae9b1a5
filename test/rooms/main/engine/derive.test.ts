/** Formulas that people share, at work at two nodes of a platform: the same figures, for the same people. */
import type { KV } from '@nats-io/kv'
import { stringify } from 'yaml'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { nodeUser, savesOf } from '../../../../main/exercise/rights.ts'
import type { FormulaStanding } from '../../../../preload/contract/formula.ts'
import { startPlatform, type Platform } from '../../../platform/platform.ts'
import { message, product } from '../../../platform/product.ts'
import { openWindow, type AWindow } from './a-window.ts'
import { addressOf, profileFolder, remove, until } from './an-engine.ts'
import { bucketOf, startSharer, type ASharer } from './shared/a-bucket.ts'

const observations = 'security.observations'
const beds = 'health.beds'
const figure = 'derived.cncs--reports'

let platform: Platform
let bucket: KV
let profiles: string[] = []
let sharers: ASharer[] = []
let windows: AWindow[] = []

const document = (
  name: string,
  content: Record<string, unknown>,
  more: Record<string, unknown> = {},
): string =>
  stringify({
    ...{ owner: 'CNCS', version: 1, marking: 'np', schema: 'vigie.formula.v1', title: name },
    ...{ saved: { node: 'poste-07', person: null }, content, ...more },
  })
const node = async (): Promise<ASharer> => {
  const folder = await profileFolder()
  profiles.push(folder)
  const one = await startSharer(folder, platform)
  sharers.push(one)
  await one.engine.connect(addressOf(platform))
  await until(() => one.access() === 'permitted', 'it is heard')
  return one
}
const window = (one: ASharer, ceiling: number): AWindow => {
  const made = openWindow(one.engine, 'desk', ceiling)
  windows.push(made)
  made.open({ form: 'series', domains: ['derived'] })
  return made
}
const valueOf = (at: AWindow, of = figure, series = 'value'): number | undefined =>
  at.series.get(of)?.get(series)?.values.at(-1)
let index = 0
const observed = (more: Parameters<typeof message>[3] = {}, zone = '12', severity = 'Minor') =>
  message(observations, 'feature', ++index, {
    body: {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [2, 48] },
      properties: { name: 'o', zone, severity },
    } as never,
    ...more,
  })
const standing = async (at: AWindow): Promise<Map<string, FormulaStanding>> => {
  const asked = await at.ask('formulas', { limit: 200 })
  if (!asked.ok) throw new Error(asked.error.message)
  return new Map(asked.value.map((one) => [one.key, one]))
}

beforeAll(async () => {
  platform = await startPlatform({
    products: [
      product(observations),
      product(beds, 'metric', { marking: 'dr' }),
      product('derived.taken', 'metric'),
    ],
  })
})
beforeEach(async () => {
  const wall = nodeUser(platform.wall.user, {
    ...{ permitted: [observations, beds, 'derived.taken'], refused: [] },
    writes: [savesOf({ organisation: 'CNCS' })],
  })
  const set = await platform.setUsers([{ user: 'CN=feeder' }, wall])
  if (!set.ok) throw new Error(set.error.message)
  bucket = await bucketOf(platform)
})
afterEach(async () => {
  for (const one of windows) one.close()
  await Promise.all(sharers.map(({ engine }) => engine.dispose()))
  await Promise.all(profiles.map(remove))
  await bucket.destroy()
  sharers = []
  profiles = []
  windows = []
})
afterAll(() => platform.dispose())

it('a formula that one node saves is a product at both, with the same value, and what was before is in its window', async () => {
  await platform.publish([observed(), observed({}, '13', 'Severe'), observed({}, '12', 'Severe')])
  const [one, other] = [await node(), await node()]
  const [here, there] = [window(one, 1), window(other, 1)]
  const text = document('reports', {
    value: 'count(security.observations, 1 h) by zone where severity >= Minor',
    unit: '1',
  })
  const saved = await one.engine.shared.saving.save({
    ...{ id: 'save-1', key: 'formula.cncs.reports', text, after: 0, at: Date.now() },
  })
  expect(saved).toMatchObject({ ok: true, value: { outcome: 'confirmed' } })
  for (const at of [here, there]) await until(() => valueOf(at, figure, '12') === 2, 'what was before counts')
  await platform.publish([observed(), observed({}, '13')])
  for (const at of [here, there]) {
    await until(() => valueOf(at, figure, '12') === 3 && valueOf(at, figure, '13') === 2, 'and what comes')
    expect(at.product(figure)).toMatchObject({
      access: 'permitted',
      descriptor: { title: 'reports', owner: 'CNCS', domain: 'derived', kind: 'metric', marking: 'np' },
    })
    expect(at.odd).toEqual([])
  }
  // its next version is another figure
  const next = document('reports', { value: 'count(security.observations, 1 h) * 10' }, { version: 2 })
  await other.engine.shared.saving.save({
    ...{ id: 'save-2', key: 'formula.cncs.reports', text: next, after: 1, at: Date.now() },
  })
  for (const at of [here, there]) await until(() => valueOf(at) === 50, 'the next version holds')
  await bucket.delete('formula.cncs.reports')
  for (const at of [here, there]) await until(() => at.product(figure) === undefined, 'it went')
})

it('a figure is for nobody below what it is made of: by its products, by its document, by each event', async () => {
  const one = await node()
  const [low, high] = [window(one, 0), window(one, 1)]
  await bucket.put(
    'formula.cncs.reports',
    document('reports', { value: 'count(security.observations, 1 h)' }),
  )
  await bucket.put('formula.cncs.beds', document('beds', { value: 'latest(health.beds)' }))
  await bucket.put(
    'formula.cncs.own',
    document('own', { value: 'count(security.observations, 1 h)' }, { marking: 'dr' }),
  )
  await bucket.put('formula.cncs.over', document('over', { value: 'latest(derived.cncs--beds, 1 h) / 2' }))
  await platform.publish([message(beds, 'metric', ++index, { body: { series: 'beds', value: 14 } })])
  await until(() => valueOf(high, 'derived.cncs--over') === 7, 'a figure of a figure')
  const all = valueOf(high)!
  await until(() => valueOf(low) === all, 'everybody may have it')
  expect(
    low.product('derived.cncs--beds') ??
      low.product('derived.cncs--own') ??
      low.product('derived.cncs--over'),
  ).toBe(undefined)
  expect(high.product('derived.cncs--over')?.descriptor.marking).toBe('dr')
  expect([...(await standing(low)).keys()]).toEqual(['formula.cncs.reports'])
  // one event that is marked higher than its product
  await platform.publish([observed({ marking: 'dr' })])
  await until(() => valueOf(high) === all + 1, 'it counts for whoever may see it')
  await platform.publish([observed()])
  await until(() => valueOf(high) === all + 2, 'and what comes after it')
  expect(valueOf(low)).toBe(all)
  const tried = await low.ask('tryFormula', { line: 'count(security.observations, 1 h)', of: null, as: null })
  expect(tried).toMatchObject({ value: { is: 'right', figures: { highest: [{ value: all + 1 }] } } })
  expect(await low.ask('tryFormula', { line: 'latest(health.beds)', of: null, as: null })).toMatchObject({
    value: { is: 'right', figures: { absent: [beds], highest: [{ value: null, why: 'nothing' }] } },
  })
  expect(low.everything()).not.toContain('cncs--beds')
})

it('hostile and impossible formulas are told in words, and the others go on', async () => {
  const one = await node()
  const at = window(one, 1)
  const put = (name: string, value: string) => bucket.put(`formula.cncs.${name}`, document(name, { value }))
  await put('loop', 'latest(derived.cncs--pool, 1 h)')
  await put('pool', 'latest(derived.cncs--loop, 1 h) + 1')
  await put('self', 'latest(derived.cncs--self, 1 h)')
  await put('absent', 'count(nobody.nothing, 1 h)')
  await put('zero', 'ratio(count(security.observations, 1 h), 0)')
  await put('taken', 'count(derived.taken, 1 h)')
  await bucket.put(
    'formula.cncs.wrong',
    document('wrong', { value: 'count(security.observations, 1 h) where name.matches("(a+)+$")' }),
  )
  await put('reports', 'count(security.observations, 1 h)')
  await until(() => one.things.get('formula.cncs.wrong')?.wrong !== undefined, 'it is judged')
  expect(one.things.get('formula.cncs.wrong')?.wrong?.problem).toMatchObject({ code: 'shared.invalid' })
  expect(one.things.get('formula.cncs.wrong')?.wrong?.problem.message).toContain('unknown-function')
  await platform.publish([observed()])
  await until(() => valueOf(at) !== undefined, 'a right one goes')
  const all = await standing(at)
  const codes = Object.fromEntries([...all].map(([key, { problem }]) => [key.slice(13), problem?.code]))
  expect(codes).toEqual({
    ...{ loop: 'formula.circular', pool: 'formula.circular', self: 'formula.circular' },
    ...{ absent: 'formula.input-absent', taken: 'formula.input-absent', zero: undefined, reports: undefined },
  })
  expect(all.get('formula.cncs.zero')?.figures?.highest).toEqual([{ group: '', value: null, why: 'divided' }])
  expect(at.product('derived.taken')).toBe(undefined)
  expect(one.problems.map(({ subject }) => subject)).toContain('derived.taken')
  expect(await at.ask('tryFormula', { line: 'cuont(a.b, 1 h)', of: null, as: null })).toEqual({
    ok: true,
    value: { is: 'wrong', fault: { code: 'unknown-function', from: 0, to: 5, what: 'cuont' } },
  })
})

it('a line that would be made of itself, or stand too high on others, is refused where it names them', async () => {
  const one = await node()
  const at = window(one, 1)
  const put = (name: string, value: string) => bucket.put(`formula.cncs.${name}`, document(name, { value }))
  await put('reports', 'count(security.observations, 1 h)')
  await put('double', 'latest(derived.cncs--reports, 1 h) * 2')
  await put('fourfold', 'latest(derived.cncs--double, 1 h) * 2')
  await until(() => at.product('derived.cncs--fourfold') !== undefined, 'they are there')
  await put('unusual', 'abs(zscore(security.observations, 30 min))')
  await until(() => at.product('derived.cncs--unusual') !== undefined, 'a comparison with a window')
  expect(at.product('derived.cncs--unusual')?.descriptor.series?.['value']).toMatchObject({
    ...{ deviation: { by: 'zscore', window: 'PT1800S' }, range: { min: -3.5, max: 3.5 } },
  })
  expect((await standing(at)).get('formula.cncs.double')?.inputs).toEqual([figure])
  const tried = async (line: string, as: string | null) => {
    const answer = await at.ask('tryFormula', { line, of: null, as })
    return answer.ok && answer.value.is === 'wrong' ? answer.value.fault : answer
  }
  const over = (name: string): string => `1 + latest(derived.cncs--${name}, 1 h)`
  const fault = (code: string, name: string) => {
    const what = `derived.cncs--${name}`
    return { code, what, from: 11, to: 11 + what.length }
  }
  expect(await tried(over('reports'), figure)).toEqual(fault('circular', 'reports'))
  expect(await tried(over('double'), figure)).toEqual(fault('circular', 'double'))
  expect(await tried(over('fourfold'), figure)).toEqual(fault('circular', 'fourfold'))
  expect(await tried(over('fourfold'), null)).toEqual(fault('stacked', 'fourfold'))
  expect(await tried(over('double'), 'derived.cncs--other')).toMatchObject({
    ok: true,
    value: { is: 'right' },
  })
  // of one that a window may not see nothing is said
  const low = window(one, 0)
  await bucket.put(
    'formula.cncs.beds',
    document('beds', { value: 'latest(health.beds) + latest(derived.cncs--reports, 1 h)' }),
  )
  await until(() => at.product('derived.cncs--beds') !== undefined, 'it is there')
  const hidden = await low.ask('tryFormula', { line: over('beds'), of: null, as: figure })
  expect(hidden).toMatchObject({ value: { is: 'right', figures: { absent: ['derived.cncs--beds'] } } })
})
