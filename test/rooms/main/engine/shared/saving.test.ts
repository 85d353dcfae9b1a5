/** What is saved for everybody: once, against what its author had read, over cuts and starts. */
import type { KV } from '@nats-io/kv'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { SharedSave } from '../../../../../preload/contract/shared.ts'
import { startPlatform, type Platform } from '../../../../platform/platform.ts'
import { addressOf, profileFolder, remove, until } from '../an-engine.ts'
import { bucketOf, permit, startSharer, written, type ASharer } from './a-bucket.ts'

const scene = 'scene.cncs.evening'
let platform: Platform
let bucket: KV
let profiles: string[] = []
let sharers: ASharer[] = []

const node = async (profile?: string): Promise<{ one: ASharer; profile: string }> => {
  const folder = profile ?? (await profileFolder())
  if (profile === undefined) profiles.push(folder)
  const one = await startSharer(folder, platform)
  sharers.push(one)
  return { one, profile: folder }
}
const connect = async (one: ASharer): Promise<void> => {
  await one.engine.connect(addressOf(platform))
  await until(() => one.access() === 'permitted', 'it is heard')
}
const end = async (one: ASharer): Promise<void> => {
  sharers = sharers.filter((each) => each !== one)
  await one.engine.dispose()
}
let count = 0
const saveOf = (after: number, version: number, by = 'poste-07', key = scene): SharedSave => ({
  id: `save-${++count}`,
  key,
  text: written(key, { version, saved: { node: by, person: null } }),
  after,
  at: Date.now(),
})
const save = (one: ASharer, what: SharedSave) => one.engine.shared.saving.save(what)
const versionAt = (one: ASharer, key = scene) => one.things.get(key)?.document?.version
const revisions = async (key = scene): Promise<number[]> => {
  const all: number[] = []
  for await (const entry of await bucket.history({ key }))
    if (entry.operation === 'PUT') all.push(entry.revision)
  return all
}

beforeAll(async () => {
  platform = await startPlatform()
})
beforeEach(async () => {
  await permit(platform)
  bucket = await bucketOf(platform)
})
afterEach(async () => {
  await Promise.all(sharers.map(({ engine }) => engine.dispose()))
  await Promise.all(profiles.map(remove))
  await bucket.destroy()
  sharers = []
  profiles = []
})
afterAll(() => platform.dispose())

it('what one node saves is confirmed, and at the other at once; and so is its next version', async () => {
  const [{ one }, { one: other }] = [await node(), await node()]
  await Promise.all([connect(one), connect(other)])
  const first = await save(one, saveOf(0, 1))
  expect(first).toMatchObject({ ok: true, value: { outcome: 'confirmed', revision: 1 } })
  await until(() => versionAt(other) === 1, 'the other has it')
  expect(other.things.get(scene)?.document?.saved).toEqual({ node: 'poste-07', person: null })
  expect(await save(other, saveOf(1, 2))).toMatchObject({ value: { outcome: 'confirmed', revision: 2 } })
  await until(() => versionAt(one) === 2, 'and the one the next')
  expect(one.saves()).toEqual([])
})

it('of two that save the same at once one is told that it was overtaken, with both at hand', async () => {
  const [{ one }, { one: other }] = [await node(), await node()]
  await Promise.all([connect(one), connect(other)])
  await save(one, saveOf(0, 1))
  await until(() => versionAt(other) === 1, 'both have it')
  const results = await Promise.all([
    save(one, saveOf(1, 2, 'poste-a')),
    save(other, saveOf(1, 2, 'poste-b')),
  ])
  const outcomes = results.map((result) => result.ok && result.value.outcome)
  expect([...outcomes].sort()).toEqual(['confirmed', 'overtaken'])
  const lost = outcomes[0] === 'overtaken' ? one : other
  await until(() => versionAt(lost) === 2, 'it has what won')
  const [ours] = lost.saves()
  const theirs = lost.things.get(scene)?.document
  expect(ours).toMatchObject({ state: 'refused', problem: { code: 'shared.overtaken', subject: scene } })
  expect(ours?.document.saved.node).not.toBe(theirs?.saved.node)
  expect(await revisions()).toEqual([1, 2])
  // its author settles it: theirs holds, or ours against theirs
  expect(await lost.engine.shared.saving.withdraw(ours!.id)).toBe(true)
  await until(() => lost.saves().length === 0, 'it is settled')
  expect(await save(lost, saveOf(2, 3, 'poste-c'))).toMatchObject({ value: { outcome: 'confirmed' } })
})

it('what is saved away from the platform waits over starts, and is there once', async () => {
  const { one, profile } = await node()
  const kept = saveOf(0, 1)
  expect(await save(one, kept)).toEqual({ ok: true, value: { outcome: 'waits', id: kept.id, problem: null } })
  // said again, because nobody could answer
  await save(one, kept)
  await until(() => one.saves().length === 1, 'it waits')
  expect(one.saves()[0]).toMatchObject({
    id: kept.id,
    key: scene,
    state: 'waiting',
    document: { version: 1 },
  })
  await end(one)
  const { one: again } = await node(profile)
  await until(() => again.saves().length === 1, 'it still waits')
  await connect(again)
  await until(() => versionAt(again) === 1, 'it is there')
  await until(() => again.saves().length === 0, 'and waits no more')
  await save(again, kept)
  expect(await revisions()).toEqual([1])
})

it('what waits may be withdrawn, and a later version takes its place', async () => {
  const { one } = await node()
  const first = saveOf(0, 1)
  await save(one, first)
  await save(one, { ...saveOf(0, 2), over: [first.id] })
  await until(() => one.saves().length === 1, 'one waits')
  expect(one.saves()[0]?.document.version).toBe(2)
  expect(await one.engine.shared.saving.withdraw(one.saves()[0]!.id)).toBe(true)
  await save(one, saveOf(0, 1, 'poste-07', 'plan.cncs.a'))
  await connect(one)
  await until(() => one.things.has('plan.cncs.a'), 'the other one is there')
  expect(one.things.has(scene)).toBe(false)
})

it('what another person saved away goes first, and whoever had not read it is told, with both at hand', async () => {
  const { one, profile } = await node()
  const early = saveOf(0, 1, 'poste-a')
  const [late, within] = [saveOf(0, 1, 'poste-b'), saveOf(0, 1, 'poste-c')]
  await save(one, early)
  expect(await save(one, late)).toMatchObject({ ok: true, value: { outcome: 'waits', id: late.id } })
  await save(one, { ...within, over: [late.id] })
  await until(() => one.saves().length === 2, 'both wait')
  expect(one.saves().map(({ id }) => id)).toEqual([early.id, within.id])
  await connect(one)
  await until(() => one.saves()[0]?.problem?.code === 'shared.overtaken', 'it is told')
  expect(one.saves().map(({ id }) => id)).toEqual([within.id])
  await until(() => versionAt(one) === 1, 'the first is in use')
  expect(one.things.get(scene)?.document?.saved.node).toBe('poste-a')
  expect(await revisions()).toEqual([1])
  await end(one)
  // … as it is where a start lies between
  const { one: away } = await node(profile)
  const [other, another] = ['poste-a', 'poste-b'].map((by) => saveOf(0, 1, by, 'plan.cncs.a'))
  await save(away, other!)
  await save(away, another!)
  await end(away)
  const { one: again } = await node(profile)
  await connect(again)
  await until(() => again.saves().some(({ id, state }) => id === another!.id && state === 'refused'), 'told')
  expect(again.things.get('plan.cncs.a')?.document?.saved.node).toBe('poste-a')
})

it('what was saved after the same version as one that is there already is not sent over that, unless that is in it', async () => {
  const { one } = await node()
  await connect(one)
  await save(one, saveOf(0, 1))
  const first = saveOf(1, 2, 'poste-a')
  expect(await save(one, first)).toMatchObject({ value: { outcome: 'confirmed', revision: 2 } })
  const unread = saveOf(1, 2, 'poste-b')
  expect(await save(one, unread)).toMatchObject({ value: { outcome: 'overtaken', id: unread.id } })
  const reader = { ...saveOf(1, 3, 'poste-c'), over: [first.id] }
  expect(await save(one, reader)).toMatchObject({ value: { outcome: 'confirmed', revision: 3 } })
  // what was erased and restored by its name alone does not take the place of a new one
  expect(await save(one, saveOf(0, 4, 'poste-d'))).toMatchObject({ value: { outcome: 'overtaken' } })
  expect(await revisions()).toEqual([1, 2, 3])
})

it('of two saves that waited over a start the second goes over nothing, whoever made them', async () => {
  const { one, profile } = await node()
  const [first, second] = [saveOf(0, 1), saveOf(0, 2)]
  await save(one, first)
  await save(one, second)
  await end(one)
  const { one: again } = await node(profile)
  await connect(again)
  await until(() => again.saves().some(({ id, state }) => id === second.id && state === 'refused'), 'told')
  expect(await revisions()).toEqual([1])
})

it('what was saved away and overtaken meanwhile is not sent over it', async () => {
  await bucket.put(scene, written(scene))
  const { one, profile } = await node()
  await connect(one)
  await until(() => versionAt(one) === 1, 'it is read')
  await end(one)
  const { one: away } = await node(profile)
  await save(away, saveOf(1, 2, 'poste-a'))
  await bucket.put(scene, written(scene, { version: 2, saved: { node: 'poste-b', person: null } }))
  await connect(away)
  await until(() => away.saves()[0]?.problem?.code === 'shared.overtaken', 'it is told')
  await until(() => versionAt(away) === 2, 'theirs is in use')
  expect(away.things.get(scene)?.document?.saved.node).toBe('poste-b')
  expect(await revisions()).toEqual([1, 2])
  // … and waits for its author over a start
  await end(away)
  const { one: later } = await node(profile)
  await until(() => later.saves()[0]?.state === 'refused', 'it is still told')
})

it('what came there without an answer counts once, however long ago', async () => {
  const { one, profile } = await node()
  const kept = saveOf(0, 1)
  await save(one, kept)
  await end(one)
  // as it came there, and the server has forgotten its id; and somebody saved the next
  await bucket.put(scene, kept.text)
  await bucket.put(scene, written(scene, { version: 2 }))
  const { one: again } = await node(profile)
  await connect(again)
  await until(() => again.saves().length === 0, 'it is confirmed')
  expect(await revisions()).toEqual([1, 2])
})

it('what was deleted is saved anew where its author had read of none', async () => {
  await bucket.put(scene, written(scene))
  await bucket.delete(scene)
  const { one } = await node()
  await connect(one)
  expect(await save(one, saveOf(0, 1))).toMatchObject({ value: { outcome: 'confirmed', revision: 3 } })
  // … and not where they had read one that is gone
  await bucket.delete(scene)
  expect(await save(one, saveOf(3, 2))).toMatchObject({ value: { outcome: 'overtaken' } })
})

it('what this node has no right to write is kept for its author, with why', async () => {
  await permit(platform, ['$KV.shared.>'])
  const { one, profile } = await node()
  await connect(one)
  expect(await save(one, saveOf(0, 1))).toMatchObject({
    value: { outcome: 'refused', problem: { code: 'act.refused' } },
  })
  await end(one)
  const { one: again } = await node(profile)
  await until(() => again.saves()[0]?.state === 'refused', 'it is told')
})

it('what is another organisation’s is not this node’s to write, whatever it believes of itself', async () => {
  const { one } = await node()
  await connect(one)
  expect(await save(one, saveOf(0, 1))).toMatchObject({ value: { outcome: 'confirmed' } })
  expect(await save(one, saveOf(0, 1, 'poste-07', 'scene.army.evening'))).toMatchObject({
    value: { outcome: 'refused', problem: { code: 'act.refused' } },
  })
  expect(await revisions('scene.army.evening')).toEqual([])
})

it('what there is no bucket for waits', async () => {
  await bucket.destroy()
  const { one } = await node()
  await one.engine.connect(addressOf(platform))
  await until(() => one.access() === 'absent', 'there is none')
  expect(await save(one, saveOf(0, 1))).toMatchObject({ value: { outcome: 'waits' } })
  bucket = await bucketOf(platform)
  await until(() => versionAt(one) === 1, 'it is there')
})

it('a cut while it is saved loses nothing and doubles nothing', async () => {
  const { one } = await node()
  await connect(one)
  await save(one, saveOf(0, 1))
  const cut = platform.kill()
  const under = save(one, saveOf(1, 2))
  await cut
  expect(await under).toMatchObject({ ok: true })
  await platform.restart()
  await until(() => one.saves().length === 0, 'it is confirmed')
  await until(() => versionAt(one) === 2, 'it is there')
  expect(await revisions()).toHaveLength(2)
})

it('fifty wait at most, and whoever saves more is told', async () => {
  const { one } = await node()
  for (let at = 0; at < 50; at++) await save(one, saveOf(0, 1, 'p', `plan.cncs.p-${at}`))
  expect(await save(one, saveOf(0, 1))).toMatchObject({ ok: false, error: { code: 'outbox.full' } })
})

it('every version that the platform still has can be read, and an earlier one be saved again', async () => {
  const { one } = await node()
  await connect(one)
  for (let version = 1; version <= 3; version++) await save(one, saveOf(version - 1, version))
  await bucket.put(scene, 'owner: [')
  await bucket.put(scene, written(scene, { version: 4, marking: 'dr' }))
  const history = await one.engine.shared.history(scene)
  if (!history.ok) throw new Error(history.error.message)
  expect(history.value.map(({ revision, rank, document }) => [revision, rank, document?.version])).toEqual([
    [5, 1, 4],
    [4, 1, undefined],
    [3, 0, 3],
    [2, 0, 2],
    [1, 0, 1],
  ])
  expect(history.value[1]?.wrong).toMatchObject({ revision: 4, problem: { code: 'shared.invalid' } })
  expect(await one.engine.shared.history('scene.cncs.none')).toEqual({ ok: true, value: [] })
  await platform.kill()
  await until(() => one.saves().length === 0, 'nothing waits')
  await expect.poll(async () => (await one.engine.shared.history(scene)).ok).toBe(false)
  await platform.restart()
})

it('what is erased is gone at both, against what was read only, and may be put back', async () => {
  const [{ one }, { one: other }] = [await node(), await node()]
  let erasures = 0
  const erase = (of: ASharer, after: number) =>
    of.engine.shared.erase({ id: `erasure-${++erasures}`, key: scene, after, at: Date.now() })
  expect(await erase(one, 1)).toMatchObject({ ok: false, error: { code: 'shared.not-erased' } })
  await Promise.all([connect(one), connect(other)])
  await save(one, saveOf(0, 1))
  await save(one, saveOf(1, 2))
  await until(() => versionAt(other) === 2, 'both have it')
  // whoever read the first is told of the second
  expect(await erase(other, 1)).toMatchObject({
    value: { outcome: 'overtaken', problem: { code: 'shared.overtaken', subject: scene } },
  })
  expect(versionAt(other)).toBe(2)
  expect(await erase(one, 2)).toMatchObject({ value: { outcome: 'confirmed' } })
  await until(() => !one.things.has(scene), 'it is gone')
  await until(() => !other.things.has(scene), 'it is gone there as well')
  // said twice, or by two, it is gone
  expect(await erase(other, 2)).toMatchObject({ value: { outcome: 'confirmed' } })
  const kept = await other.engine.shared.history(scene)
  expect(kept.ok && kept.value.map(({ revision }) => revision)).toEqual([2, 1])
  expect(await save(other, saveOf(0, 3))).toMatchObject({ value: { outcome: 'confirmed' } })
  await until(() => versionAt(one) === 3, 'it is back')
  // nobody's right: the server refuses it
  await permit(platform, ['$KV.shared.scene.cncs.evening'])
  expect(await erase(one, one.things.get(scene)!.revision)).toMatchObject({ error: { code: 'act.refused' } })
  expect(versionAt(one)).toBe(3)
})
