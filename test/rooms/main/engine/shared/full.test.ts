/** More than a node takes: by number, by size, by kind, and under names that are none. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openShared, type Shared } from '../../../../../main/engine/shared/shared.ts'
import type { Sharing } from '../../../../../main/engine/intake/sharing.ts'
import { defaultScheme } from '../../../../../preload/contract/marking.ts'
import { fail, ok } from '../../../../../preload/contract/result.ts'
import type { SharedThing } from '../../../../../preload/contract/shared.ts'
import { until } from '../an-engine.ts'
import { openACache, type ACache } from '../cache/a-cache.ts'
import { written } from './a-bucket.ts'

let held: ACache
let shared: Shared
let sharing: Sharing
let things: Map<string, SharedThing>

const upstream = {
  revisions: () => Promise.resolve(ok([])),
  last: () => Promise.resolve(ok({ revision: 0, isThere: false })),
}
const open = async (): Promise<void> => {
  shared = await openShared({
    cache: held.cache,
    scheme: defaultScheme,
    bounds: { things: 12, bytes: 40_000 },
    told(told) {
      if (told.anew) things.clear()
      for (const thing of told.things) things.set(thing.key, thing)
      for (const key of told.gone) things.delete(key)
    },
    saves: () => undefined,
    publish: () => Promise.resolve(fail('platform.unreachable', 'nobody')),
    unwritable: (error) => expect.unreachable(String(error)),
  })
  shared.expect(['platform'])
  sharing = shared.of('platform')!
  sharing.begin(1, upstream)
}
beforeEach(async () => {
  things = new Map()
  held = await openACache()
  await open()
})
afterEach(async () => {
  await shared.dispose()
  await held.dispose()
})

let revision = 0
const put = async (key: string, changes: Record<string, unknown> = {}): Promise<boolean> => {
  const body = new TextEncoder().encode(written(key, changes))
  const at = ++revision
  if (!sharing.wants(key, at, body.length)) return false
  await sharing.said(key, { revision: at, published: 0, body })
  return true
}
const plan = (at: number): string => `plan.cncs.p-${at}`

it('one kind takes no more than half, and the others have theirs', async () => {
  const taken = []
  for (let at = 0; at < 10; at++) taken.push(await put(plan(at)))
  expect(taken.filter(Boolean)).toHaveLength(6)
  expect([await put('scene.cncs.a'), await put('roster.cncs.a')]).toEqual([true, true])
  await until(() => things.size === 12, 'all are told')
  expect(things.get(plan(8))).toMatchObject({
    document: null,
    wrong: { problem: { code: 'shared.too-large' } },
  })
  expect(things.get('scene.cncs.a')).toMatchObject({ wrong: null })
  // where some go there is room again
  sharing.gone(plan(0))
  sharing.gone(plan(1))
  expect(await put(plan(8))).toBe(true)
  await until(() => things.get(plan(8))?.document !== null, 'it is let in')
})

it('one that has grown beyond what is left stays as it was', async () => {
  await put(plan(0), { content: { text: 'x'.repeat(3000) } })
  expect(await put(plan(0), { version: 2, content: { text: 'x'.repeat(30_000) } })).toBe(false)
  await until(() => things.get(plan(0))?.wrong?.problem.code === 'shared.too-large', 'it is told')
  expect(things.get(plan(0))).toMatchObject({ document: { version: 1 } })
  expect(await put(plan(0), { version: 3 })).toBe(true)
})

it('of ten thousand that are turned away a desk hears of two hundred', async () => {
  for (let at = 0; at < 10_000; at++) sharing.wants(`smell.cncs.s-${at}`, ++revision, 10)
  await put('scene.cncs.a')
  await until(() => things.has('scene.cncs.a'), 'what is right is told')
  expect(things.size).toBe(201)
})

it('what was let in is let in after a start', async () => {
  for (let at = 0; at < 6; at++) await put(plan(at))
  await until(() => things.size === 6, 'all are told')
  await shared.dispose()
  things.clear()
  await open()
  await until(() => things.size === 6, 'all are kept')
})
