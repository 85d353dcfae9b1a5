/** A cache with more in it than the picture has room for, and the engine's process that opens it. */
import type { UtilityProcess } from 'electron'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { forkWithNode } from '../../../../main/child-process.ts'
import { keepEngine, type EngineProcess } from '../../../../main/engine-process.ts'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import { ok, type Problem } from '../../../../preload/contract/result.ts'
import { childProgram } from '../../../platform/built.ts'
import { startPlatform, type Platform } from '../../../platform/platform.ts'
import { largest, product } from '../../../platform/product.ts'
import {
  addressOf,
  keeping,
  keysOf,
  persisted,
  profileFolder,
  remove,
  startEngine,
  until,
} from './an-engine.ts'
import { nobodyTold } from '../../../doubles/acts-told.ts'
import { nothingShared } from '../../../doubles/engine-events.ts'
import { unlock } from '../../../platform/unlocked.ts'

const huge = product('hostile.huge', 'feature')
let platform: Platform
let profile: string
let engine: EngineProcess | null = null

beforeAll(async () => {
  platform = await startPlatform({ products: [huge] })
  await platform.publish(Array.from({ length: 20 }, (_, i) => largest(huge.name, i)))
})
beforeEach(async () => {
  profile = await profileFolder()
})
afterEach(async () => {
  await engine?.dispose()
  engine = null
  await remove(profile)
})
afterAll(() => platform.dispose())

it('starts, is served, and says afterwards what was left out', async () => {
  const before = await startEngine(profile, keysOf(platform.wall))
  await before.engine.connect(addressOf(platform))
  await persisted(before.engine, 20)
  await before.engine.dispose()

  let forks = 0
  const told: (Problem['code'] | 'ready' | null)[] = []
  engine = keepEngine({
    ...nothingShared,
    ...nobodyTold,
    fork() {
      forks++
      return forkWithNode(childProgram('main/engine/engine-process-child')) as unknown as UtilityProcess
    },
    ready: () => told.push('ready'),
    problem: (problem) => told.push(problem?.code ?? null),
    linked: () => undefined,
    asked: () => Promise.resolve(null),
  })
  const unlocked = await unlock(profile, keysOf(platform.wall))
  if (!unlocked.ok) throw new Error(unlocked.error.message)
  engine.start(() =>
    Promise.resolve(
      ok({
        order: 'start',
        profile,
        scheme: defaultScheme,
        keeping,
        acts: 'ops.acts',
        log: 'ops.log',
        documents: 'ops.documents',
        reports: 'command.reports',
        place: { organisation: 'CNCS', wall: 'salle de crise', node: 'poste-07' },
        nodes: null,
        ...unlocked.value,
        intakes: [],
      }),
    ),
  )
  await until(() => told.length >= 3, 'it is ready and has said what it left out')
  expect(told).toEqual([null, 'ready', 'product.picture-full'])
  expect(await engine.report()).toMatchObject({ persisted: 0 })
  expect(forks).toBe(1)
})
