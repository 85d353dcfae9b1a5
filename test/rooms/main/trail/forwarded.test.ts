/** The trail on a real platform: each record once and in order, whatever is cut or killed, and what it finds out. */
import { cp, rm } from 'node:fs/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { TrailOutlet } from '../../../../main/trail/forwarding.ts'
import type { Result } from '../../../../preload/contract/result.ts'
import { startPlatform, type Platform } from '../../../platform/platform.ts'
import {
  addressOf,
  keysOf,
  profileFolder,
  remove,
  startEngine,
  until,
  type AnEngine,
} from '../engine/an-engine.ts'
import { aFolder, anOpenTrail, judge, rowsOf } from './a-trail.ts'

vi.setConfig({ testTimeout: 120_000 })

let platform: Platform
let profile: string
let engine: AnEngine
beforeAll(async () => {
  platform = await startPlatform({ products: [] })
  profile = await profileFolder()
  engine = await startEngine(profile, keysOf(platform.wall))
  await engine.engine.connect(addressOf(platform))
  await engine.state('live')
})
afterAll(async () => {
  await engine.engine.dispose()
  await platform.dispose()
  await remove(profile)
})

const outletTo = (token: string): TrailOutlet => ({
  last: () => engine.engine.trail.last(token),
  append: (records, after) => engine.engine.trail.append(token, records, after),
})

interface There {
  body: string
  marking: string | undefined
  type: string | undefined
}

/** All that the stream has of a node, in its order. */
async function onPlatform(token: string): Promise<There[]> {
  const manager = await jetstreamManager(platform.feeder)
  const { state } = await manager.streams.info('AUDIT')
  const all: There[] = []
  for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
    const message = await manager.streams.getMessage('AUDIT', { seq }).catch(() => null)
    if (message?.subject !== `audit.${token}`) continue
    const body = new TextDecoder().decode(message.data)
    const { header } = message
    all.push({ body, marking: header.get('ce-marking'), type: header.get('ce-type') })
  }
  return all
}
const bodiesIn = async (folder: string): Promise<string[]> => (await rowsOf(folder)).map(({ body }) => body)
const act = (subject: string) => ({ kind: 'act.show-scene', screen: 3, subject, marking: 'dr' })

it('every record is there once, in order, as it is kept here, and marked', async () => {
  const folder = await aFolder()
  const trail = await anOpenTrail(folder, { token: 'poste-1', outlet: () => outletTo('poste-1') })
  for (let number = 0; number < 40; number++) trail.record(act(`scene-${number}`))
  await trail.settled(5000)
  await trail.seal()
  await thereAre('poste-1', 42)
  await trail.dispose()
  const there = await onPlatform('poste-1')
  const here = await bodiesIn(folder)
  expect(there.map(({ body }) => body)).toEqual(here.slice(0, there.length))
  expect(there.length).toBeGreaterThan(40)
  expect(there.find(({ body }) => body.includes('scene-7'))).toMatchObject({
    marking: 'dr',
    type: 'vigie.trail.v1',
  })
  // what is on the platform is verified as what is here
  expect(await judge(there)).toMatchObject({ bad: null, seals: 1 })
})

/** At least so many are there. */
const thereAre = (token: string, least: number) =>
  expect.poll(async () => (await onPlatform(token)).length, { interval: 200 }).toBeGreaterThanOrEqual(least)

it('nothing is lost and nothing counts twice over kills of the server and answers that get lost', async () => {
  const folder = await aFolder()
  const token = 'poste-2'
  let number = 0
  // taken, and the answer lost: what is said again must not count again
  const losing: TrailOutlet = {
    ...outletTo(token),
    async append(records, after) {
      const answer = await outletTo(token).append(records, after)
      if (++number % 3 !== 0) return answer
      const lost: Result<never> = { ok: false, error: { code: 'platform.closed', message: 'lost' } }
      return lost
    },
  }
  for (let round = 0; round < 3; round++) {
    // a new process each time: it knows no more than its folder
    const trail = await anOpenTrail(folder, { token, outlet: () => losing })
    for (let each = 0; each < 10; each++) trail.record(act(`${round}-${each}`))
    await trail.settled(5000)
    if (round === 1) {
      await platform.kill()
      await platform.restart()
      await engine.state('live')
    }
    trail.connected()
    await thereAre(token, (round + 1) * 10)
    await trail.dispose()
  }
  const here = await bodiesIn(folder)
  const last = await anOpenTrail(folder, { token, outlet: () => outletTo(token) })
  await thereAre(token, here.length)
  await last.dispose()
  const there = (await onPlatform(token)).map(({ body }) => body)
  expect(there.slice(0, here.length)).toEqual(here)
  expect(new Set(there).size).toBe(there.length)
})

describe('the platform finds', () => {
  it('an older copy of the whole profile that was put back', async () => {
    const [folder, copy] = [await aFolder(), await aFolder()]
    const token = 'poste-3'
    const first = await anOpenTrail(folder, { token, outlet: () => outletTo(token) })
    first.record(act('before'))
    await first.settled(5000)
    await thereAre(token, 2)
    await first.dispose()
    await rm(copy, { recursive: true })
    await cp(folder, copy, { recursive: true })
    const second = await anOpenTrail(folder, { token, outlet: () => outletTo(token) })
    second.record(act('what somebody wants forgotten'))
    await second.settled(5000)
    const { length } = await bodiesIn(folder)
    await thereAre(token, length)
    await second.dispose()

    const restored = await anOpenTrail(copy, { token, outlet: () => outletTo(token) })
    await until(() => restored.problems.some((problem) => problem?.code === 'trail.behind'), 'it is told')
    restored.record(act('after'))
    await restored.settled(5000)
    await restored.dispose()
    const verdict = await judge(await rowsOf(copy))
    expect(verdict.bad?.why).toContain('an older copy of it was put back')
    // what somebody wanted forgotten is on the platform
    expect((await onPlatform(token)).some(({ body }) => body.includes('wants forgotten'))).toBe(true)
  })

  it('that the profile was made anew, or that another bears the node’s name', async () => {
    const token = 'poste-4'
    const [one, other] = [await aFolder(), await aFolder()]
    const first = await anOpenTrail(one, { token, outlet: () => outletTo(token) })
    await thereAre(token, 1)
    await first.dispose()
    const second = await anOpenTrail(other, { token, outlet: () => outletTo(token) })
    await until(() => second.problems.some((problem) => problem?.code === 'trail.other'), 'it is told')
    await second.dispose()
    const { length } = await bodiesIn(other)
    const third = await anOpenTrail(other, { token, outlet: () => outletTo(token) })
    await thereAre(token, length + 1)
    await third.dispose()
    expect((await judge(await rowsOf(other))).bad).toBeNull()
  })
})

it('a node that may not write its trail there is told once, and keeps it', async () => {
  const identity = await platform.issue([['CN', 'wall-mute']])
  await platform.permit(identity, [], ['trail'])
  const own = await profileFolder()
  const mute = await startEngine(own, keysOf(identity))
  await mute.engine.connect(addressOf(platform, identity))
  await mute.state('live')
  const folder = await aFolder()
  const told: string[] = []
  const outlet: TrailOutlet = {
    last: () => mute.engine.trail.last('poste-5'),
    append: (records, after) => mute.engine.trail.append('poste-5', records, after),
  }
  const trail = await anOpenTrail(folder, {
    token: 'poste-5',
    outlet: () => outlet,
    log: (line) => void told.push(line),
  })
  await until(() => told.length > 0, 'it is told')
  trail.connected()
  trail.record(act('kept here'))
  await trail.settled(5000)
  trail.connected()
  await mute.engine.trail.last('poste-5')
  await trail.dispose()
  await mute.engine.dispose()
  await remove(own)
  expect(told).toHaveLength(1)
  expect((await bodiesIn(folder)).some((body) => body.includes('kept here'))).toBe(true)
})
