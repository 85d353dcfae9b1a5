/** What people share, from a real bucket to what is told of it, and over ends, cuts and what others write there. */
import type { KV } from '@nats-io/kv'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { mostSharedBytes } from '../../../../../preload/contract/shared.ts'
import { startPlatform, type Platform } from '../../../../platform/platform.ts'
import { addressOf, profileFolder, remove, until } from '../an-engine.ts'
import { bucketOf, permit, startSharer, written, type ASharer } from './a-bucket.ts'

let platform: Platform
let bucket: KV
let profile: string
let one: ASharer

const connect = async (): Promise<ASharer> => {
  one = await startSharer(profile, platform)
  await one.engine.connect(addressOf(platform))
  return one
}
const offline = async (): Promise<ASharer> => (one = await startSharer(profile, platform))
const stop = (): Promise<void> => one.engine.dispose()
const revisionOf = (key: string) => one.things.get(key)?.revision
const put = (key: string, changes?: Record<string, unknown>): Promise<number> =>
  bucket.put(key, written(key, changes))
const scene = 'scene.cncs.evening'
const roster = 'roster.cncs.night'

beforeAll(async () => {
  // larger than a document may be, so that one that is larger still can be sent
  platform = await startPlatform({ maxPayload: 16 * 2 ** 20 })
})
beforeEach(async () => {
  await permit(platform)
  bucket = await bucketOf(platform)
  profile = await profileFolder()
})
afterEach(async () => {
  await stop()
  await bucket.destroy()
  await remove(profile)
})
afterAll(() => platform.dispose())

describe('a thing that people share', () => {
  it('is there with its owner, its version and what it says, and so is each change', async () => {
    const first = await put(scene)
    await connect()
    await until(() => revisionOf(scene) === first, 'it is told')
    expect(one.things.get(scene)).toMatchObject({
      rank: 0,
      wrong: null,
      document: { owner: 'cncs', version: 1, title: { fr: 'La evening' }, content: { scene: 'evening' } },
    })
    const second = await put(scene, { version: 2, title: 'Evening', marking: 'dr' })
    await until(() => revisionOf(scene) === second, 'the change is told')
    expect(one.things.get(scene)).toMatchObject({ rank: 1, document: { version: 2, title: 'Evening' } })
    await put(roster)
    await until(() => one.things.has(roster), 'another kind is told')
  })

  it('that is deleted is gone, and so is one that was deleted while nobody was here', async () => {
    await Promise.all([put(scene), put(roster)])
    await connect()
    await until(() => one.things.size === 2, 'both are told')
    await bucket.delete(scene)
    await until(() => !one.things.has(scene), 'it is gone')
    await stop()
    await bucket.purge(roster)
    await offline()
    await until(() => one.things.has(roster), 'what is kept is there')
    await one.engine.connect(addressOf(platform))
    await until(() => one.things.size === 0, 'it is gone')
  })

  it('is there without a platform, as it was, after any number of starts', async () => {
    const revision = await put(scene)
    await connect()
    await until(() => revisionOf(scene) === revision, 'it is told')
    const told = one.things.get(scene)
    for (const _ of [1, 2]) {
      await stop()
      await offline()
      await until(() => one.things.has(scene), 'it is kept')
      expect(one.things.get(scene)).toEqual(told)
    }
    await put(scene, { version: 2 })
    await one.engine.connect(addressOf(platform))
    await until(() => one.things.get(scene)?.document?.version === 2, 'what changed meanwhile is told')
  })
})

describe('what can’t be used', () => {
  const good = () => until(() => one.things.get(scene)?.document?.version === 1, 'it is told')
  const wrong = async (text: string | Uint8Array): Promise<void> => {
    const revision = await bucket.put(scene, text)
    await until(() => one.things.get(scene)?.wrong?.revision === revision, 'it is told what is wrong')
  }
  const yaml = (from: string, to: string): string => {
    const text = written(scene, { version: 2 })
    if (!text.includes(from)) throw new Error(`no ${from}`)
    return text.replace(from, to)
  }
  const placeless = {
    ...{ scene: 'evening', title: 'a scene', grid: { columns: 2, rows: 1 }, widgets: [{ widget: 'log' }] },
  }
  const deep = 'content:\n  a: '.concat('['.repeat(60_000))
  const aliases = `a: &a [x]\nb: &b [${'*a, '.repeat(40)}]\nc: &c [${'*b, '.repeat(40)}]\n`

  it.each<[string, () => string | Uint8Array, RegExp]>([
    ['bytes that are no text', () => new Uint8Array([0xff, 0xfe, 0x41]), /UTF-8/],
    ['text that is no YAML', () => 'owner: [', /line 1/],
    ['nothing', () => '\n', /./],
    ['an envelope without a version', () => yaml('version: 2\n', ''), /“version” is missing/],
    ['a version that is no whole number', () => yaml('version: 2\n', 'version: 2.5\n'), /version/],
    ['another schema version', () => yaml('vigie.scene.v1', 'vigie.scene.v2'), /reads vigie\.scene\.v1 only/],
    ['another’s name on it', () => yaml('owner: cncs', 'owner: police'), /by its key it is cncs’s/],
    ['a scene of another name', () => yaml('scene: evening', 'scene: morning'), /is called evening/],
    ['a grid without columns', () => yaml('columns: 2', 'columns: 0'), /columns/],
    [
      'a widget that has no place',
      () => written(scene, { version: 2, content: placeless }),
      /“at” is missing/,
    ],
    [
      'a key that does not belong there',
      () => yaml('version: 2', 'version: 2\nrm: -rf'),
      /“rm” does not belong/,
    ],
    ['lists without end', () => deep, /deeper/],
    ['aliases of aliases', () => aliases, /anchors, aliases/],
    ['more than a document may have', () => written(scene) + '#'.repeat(mostSharedBytes), /KiB/],
    ['ten megabytes', () => new Uint8Array(10 * 2 ** 20), /10240 KiB/],
  ])('%s: the version before it stays, and it is told', async (_what, text, why) => {
    await put(scene)
    await put(roster)
    await connect()
    await good()
    const before = one.things.get(scene)
    await wrong(text())
    expect(one.things.get(scene)).toEqual({ ...before, wrong: one.things.get(scene)?.wrong })
    expect(one.things.get(scene)?.wrong?.problem).toMatchObject({
      code: expect.stringMatching(/^shared\.(invalid|too-large)$/),
      message: expect.stringMatching(why),
      subject: expect.stringMatching(/^scene\.cncs\.evening/),
    })
    expect(one.things.get(roster)).toMatchObject({ wrong: null })
    // nothing else is touched, and over a start neither
    expect(one.problems).toEqual([])
    const told = one.things.get(scene)
    await stop()
    await offline()
    await until(() => one.things.has(scene), 'it is kept')
    expect(one.things.get(scene)).toEqual(told)
    await one.engine.connect(addressOf(platform))
    const mended = await put(scene, { version: 9 })
    await until(() => revisionOf(scene) === mended, 'a version that is right is used again')
    expect(one.things.get(scene)).toMatchObject({ wrong: null })
  })

  it('but is one widget among others, it is told in its place, and the others show', async () => {
    const log = { widget: 'log', at: [0, 0, 1, 1] }
    const content = (second: object) => ({
      ...{ scene: 'evening', title: 'a scene', grid: { columns: 2, rows: 1 }, widgets: [log, second] },
    })
    await connect()
    for (const [second, why, at] of [
      [{ widget: 'wiget', at: [1, 0, 1, 1] }, 'unknown', [1, 0, 1, 1]],
      [{ widget: 'log', at: [1, 0, 1, 1], lines: 'all' }, 'setting', [1, 0, 1, 1]],
      [{ widget: 'log', at: [1, 0, 2, 1] }, 'beyond', [1, 0, 1, 1]],
    ] as const) {
      const revision = await put(scene, { content: content(second) })
      await until(() => revisionOf(scene) === revision, 'it is told')
      expect(one.things.get(scene)).toMatchObject({
        wrong: null,
        document: { content: { widgets: [log, { widget: 'wrong', why, at }] } },
      })
    }
  })

  it('that was never right is told as it is, for the highest where it says nothing of who may see it', async () => {
    await bucket.put(scene, 'owner: [')
    await bucket.put('scene.cncs.low', yaml('vigie.scene.v1', 'vigie.scene.v9'))
    await connect()
    await until(() => one.things.size === 2, 'both are told')
    expect(one.things.get(scene)).toMatchObject({ document: null, revision: 0, rank: 1 })
    expect(one.things.get('scene.cncs.low')).toMatchObject({ document: null, rank: 0 })
  })

  it('but says that fewer may see it: for no more people than that the version before it stays', async () => {
    await put(scene)
    await connect()
    await good()
    await wrong(yaml('marking: np\nschema: vigie.scene.v1', 'marking: dr\nschema: vigie.scene.v2'))
    expect(one.things.get(scene)).toMatchObject({ rank: 1, document: { marking: 'np' } })
    await stop()
    await offline()
    await until(() => one.things.has(scene), 'it is kept')
    expect(one.things.get(scene)).toMatchObject({ rank: 1 })
    await one.engine.connect(addressOf(platform))
    // nor does one that is wrong lower it
    await wrong(yaml('schema: vigie.scene.v1', 'schema: vigie.scene.v3'))
    expect(one.things.get(scene)).toMatchObject({ rank: 1 })
  })

  it('a marking that nobody knows counts as the highest', async () => {
    await put(scene, { marking: 'cosmic' })
    await connect()
    await until(() => one.things.has(scene), 'it is told')
    expect(one.things.get(scene)).toMatchObject({ rank: 1, document: { marking: 'cosmic' } })
  })

  it('a key that is no name of a thing is told, and is none', async () => {
    for (const key of ['scene', 'scene.cncs', 'smell.cncs.rose', 'scene.CNCS.evening', 'scene.a.b.c'])
      await bucket.put(key, written(scene))
    await put(scene)
    await connect()
    await until(() => one.things.size === 6, 'all are told')
    expect([...one.things.values()].filter(({ document }) => document !== null)).toHaveLength(1)
    expect(one.things.get('smell.cncs.rose')).toMatchObject({
      rank: 1,
      wrong: { problem: { code: 'shared.invalid' } },
    })
    await bucket.delete('scene')
    await until(() => one.things.size === 5, 'what goes is gone')
  })

  it('texts that would turn a line round or hide in it are cleaned', async () => {
    await put(scene, { title: 'a\u202eb\nc', saved: { node: 'p\u200b1', person: null } })
    await connect()
    await until(() => one.things.has(scene), 'it is told')
    expect(one.things.get(scene)?.document).toMatchObject({ title: 'ab c', saved: { node: 'p1' } })
  })
})

describe('a bucket', () => {
  it('of a thousand things is read whole, and what there is no room for is told and touches nothing', async () => {
    const keys = Array.from({ length: 1000 }, (_, at) => `plan.cncs.p-${at}`)
    for (let at = 0; at < keys.length; at += 100)
      await Promise.all(keys.slice(at, at + 100).map((key) => put(key)))
    await put(scene)
    await connect()
    await until(() => one.things.size === 1001, 'all are told')
    expect([...one.things.values()].every(({ document, wrong }) => document !== null && wrong === null)).toBe(
      true,
    )
    await stop()
    await offline()
    await until(() => one.things.size === 1001, 'all are kept')
  })

  it('that is not there keeps nothing from its work, and is read once it is', async () => {
    await put(scene)
    await connect()
    await until(() => one.things.has(scene), 'it is told')
    await stop()
    await bucket.destroy()
    await connect()
    await until(() => one.access() === 'absent', 'it is not there')
    // what was shared is still of use
    expect(one.things.has(scene)).toBe(true)
    bucket = await bucketOf(platform)
    await put(roster)
    await until(() => one.things.has(roster), 'it is read')
    await until(() => !one.things.has(scene), 'and it is another')
    expect(one.problems).toEqual([])
  })

  it('that is made anew while it is read is read anew', async () => {
    await put(scene)
    await connect()
    await until(() => one.things.has(scene), 'it is told')
    await bucket.destroy()
    bucket = await bucketOf(platform)
    const revision = await put(scene, { version: 5 })
    expect(revision).toBe(1)
    await put(roster)
    await until(() => one.things.get(scene)?.document?.version === 5, 'it is read')
    await until(() => one.things.has(roster), 'all of it')
  })

  it('that this node may not read shows nothing of what is kept of it, after a start neither', async () => {
    await put(scene)
    await connect()
    await until(() => one.things.has(scene), 'it is told')
    await permit(platform, ['$JS.API.STREAM.INFO.KV_shared'])
    await until(() => one.things.size === 0, 'it is hidden')
    expect(one.access()).toBe('refused')
    await stop()
    await offline()
    await until(() => one.access() === 'refused', 'it is still refused')
    expect(one.things.size).toBe(0)
    await permit(platform)
    await one.engine.connect(addressOf(platform))
    await until(() => one.things.has(scene), 'it is permitted again')
  })

  it('of which this node may not read all shows what it may', async () => {
    await Promise.all([put(scene), put(roster)])
    await connect()
    await until(() => one.things.size === 2, 'both are told')
    await put(roster, { version: 2 })
    await until(() => one.things.get(roster)?.document?.version === 2, 'it is told')
    await permit(platform, ['$JS.API.DIRECT.GET.KV_shared.$KV.shared.roster.>'])
    await put(roster, { version: 3 })
    await put(scene, { version: 2 })
    await until(() => one.things.get(scene)?.document?.version === 2, 'the one is told')
    await until(() => !one.things.has(roster), 'the other is hidden')
    await stop()
    await offline()
    await until(() => one.things.has(scene), 'kept')
    expect(one.things.has(roster)).toBe(false)
    await permit(platform)
    await one.engine.connect(addressOf(platform))
    await until(() => one.things.get(roster)?.document?.version === 3, 'it is permitted again')
  })

  it('is read from there on after a cut, with what went meanwhile', async () => {
    await Promise.all([put(scene), put(roster), put('plan.cncs.a')])
    await connect()
    await until(() => one.things.size === 3, 'all are told')
    await platform.kill()
    await platform.restart()
    await bucket.purge(roster)
    await put(scene, { version: 2 })
    await until(() => one.things.get(scene)?.document?.version === 2, 'it is told')
    await until(() => one.things.size === 2, 'it is gone')
  })
})
