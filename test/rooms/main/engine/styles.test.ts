/** Style rules that people share, at a node of a platform: over a descriptor, and refused in words where they are hostile. */
import type { KV } from '@nats-io/kv'
import { stringify } from 'yaml'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { nodeUser, savesOf } from '../../../../main/exercise/rights.ts'
import { styleKey } from '../../../../preload/contract/style.ts'
import { startPlatform, type Platform } from '../../../platform/platform.ts'
import { product } from '../../../platform/product.ts'
import { openWindow, type AWindow } from './a-window.ts'
import { addressOf, profileFolder, remove, until } from './an-engine.ts'
import { bucketOf, startSharer, type ASharer } from './shared/a-bucket.ts'

const beds = 'health.beds'
const title = { fr: 'Lits', en: 'Beds' }
let platform: Platform
let bucket: KV
let profile: string
let node: ASharer
let at: AWindow

const document = (content: Record<string, unknown>, owner = 'CNCS', marking = 'np'): string =>
  stringify({
    ...{ owner, version: 1, marking, schema: 'vigie.style.v1', title: 'x' },
    ...{ saved: { node: 'poste-08', person: null }, content },
  })
const described = () => at.product(beds)?.descriptor

beforeAll(async () => {
  platform = await startPlatform({
    products: [
      product(beds, 'metric', {
        series: { free: { title, unit: '1', threshold: { moderate: 20, above: false } }, taken: { title } },
      }),
    ],
  })
  const wall = nodeUser(platform.wall.user, {
    ...{ permitted: [beds], refused: [], writes: [savesOf({ organisation: 'CNCS' })] },
  })
  const set = await platform.setUsers([{ user: 'CN=feeder' }, wall])
  if (!set.ok) throw new Error(set.error.message)
  bucket = await bucketOf(platform)
  profile = await profileFolder()
  node = await startSharer(profile, platform, platform.wall)
  await node.engine.connect(addressOf(platform))
  at = openWindow(node.engine, 'wall', 0)
  await until(() => described() !== undefined && node.access() === 'permitted', 'it is there')
})
afterAll(async () => {
  at?.close()
  await node?.engine.dispose()
  await platform?.dispose()
  await remove(profile)
})

it('what its owner shared at one place is what this wall draws by: bounds, decimals, unit, age', async () => {
  expect(described()).toMatchObject({ freshness: 'PT1M', series: { free: { threshold: { moderate: 20 } } } })
  const rule = {
    ...{ product: beds, series: 'free', precision: 2, unit: 'bed' },
    ...{ threshold: { severe: 5, above: false }, range: { min: 0, max: 400 } },
  }
  await bucket.put(styleKey('Test', beds, 'free'), document(rule, 'Test'))
  await until(() => described()?.series?.['free']?.precision === 2, 'the rule holds')
  expect(described()?.series?.['free']).toEqual({
    ...{ title, unit: 'bed', precision: 2, range: { min: 0, max: 400 } },
    threshold: { severe: 5, above: false },
  })
  expect(described()?.series?.['taken']).toEqual({ title })
  await bucket.put(styleKey('Test', beds, undefined), document({ product: beds, freshness: 'PT1H' }, 'Test'))
  await until(() => described()?.freshness === 'PT1H', 'how old it may be, too')
  await bucket.delete(styleKey('Test', beds, undefined))
  await until(() => described()?.freshness === 'PT1M', 'gone, the descriptor holds again')
})

it.each([
  ['bounds to and fro', { threshold: { moderate: 9, severe: 3, above: true } }, 'side that is bad'],
  ['decimals without end', { precision: 99 }, 'precision'],
  ['a unit that is a book', { unit: 'x'.repeat(5000) }, 'unit'],
  ['a pattern', { series: '(a+)+$*b*' }, 'series'],
  ['an age that is none', { freshness: 'soon' }, 'ISO 8601'],
  ['a minimum above its maximum', { range: { min: 3, max: 1 } }, 'min is below max'],
  ['what nobody knows', { run: 'rm' }, 'run'],
])('a rule with %s is refused in words, and what held goes on', async (_what, hostile, words) => {
  const before = described()
  const key = styleKey('Test', beds, 'taken')
  await bucket.put(key, document({ product: beds, series: 'taken', ...hostile }, 'Test'))
  await until(() => (node.things.get(key)?.wrong ?? null) !== null, 'it is judged')
  const problem = node.things.get(key)?.wrong?.problem
  expect(problem?.code).toBe('shared.invalid')
  expect(`${problem?.message} ${problem?.subject}`).toContain(words)
  expect(described()).toEqual(before)
  await bucket.delete(key)
  await until(() => node.things.get(key) === undefined, 'it is gone')
})
