import { describe, expect, it } from 'vitest'
import { loadScenes } from '../../../../main/wall/scenes.ts'
import { holdShared, type HeldShared } from '../../../../main/wall/shared.ts'
import { createSharing, type Sharing } from '../../../../main/wall/sharing.ts'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import type { Scene } from '../../../../preload/contract/scene.ts'
import {
  type SaveOutcome,
  type SharedErasure,
  type SharedSave,
  type SharedThing,
  type WaitingSave,
} from '../../../../preload/contract/shared.ts'
import { readShared } from '../../../../preload/contract/shared-text.ts'
import { DeskStateSchema } from '../../../../preload/contract/state.ts'
import * as v from 'valibot'

const author = { person: 'A. Durand', function: null, node: 'poste-07', automation: null }
const key = 'scene.cncs.log'

interface Here {
  sharing: Sharing
  shared: HeldShared
  saved: SharedSave[]
  withdrawn: string[]
  erased: SharedErasure[]
  history: SharedThing[]
  scenes: Awaited<ReturnType<typeof loadScenes>>
}
async function here(deskCeiling = 1): Promise<Here> {
  const saved: SharedSave[] = []
  const withdrawn: string[] = []
  const erased: SharedErasure[] = []
  const history: SharedThing[] = []
  const shared = holdShared(() => undefined)
  const confirmed: SaveOutcome = { outcome: 'confirmed', revision: 9 }
  const scenes = await loadScenes({ own: ['resources/scenes'] }, 'log', () => [1, 2, 3, 4])
  const sharing = createSharing({
    policy: () => ({ node: 'poste-07', organisation: 'CNCS', scheme: defaultScheme, deskCeiling }),
    scenes,
    shared,
    outlet: () => ({
      save: (save) => Promise.resolve({ ok: true, value: (saved.push(save), confirmed) }),
      withdraw: (id) => Promise.resolve((withdrawn.push(id), true)),
      erase: (erasure) => Promise.resolve({ ok: true, value: (erased.push(erasure), confirmed) }),
      history: () => Promise.resolve({ ok: true, value: history }),
    }),
    newId: () => `id-${saved.length}-${erased.length}`,
    now: () => 1_700_000_000_000,
  })
  return { sharing, shared, saved, withdrawn, erased, history, scenes }
}
const documentIn = ({ key, text }: SharedSave) => {
  const read = readShared(key, text)
  if (!read.ok) throw new Error(read.error.message)
  return read.value
}
const thing = async (changes: Partial<SharedThing> = {}): Promise<SharedThing> => {
  const { sharing, saved } = await here()
  await sharing.share('log', 'np', author)
  const document = { ...documentIn(saved[0]!), version: 4 }
  return { key, revision: 7, published: 0, rank: 0, document, wrong: null, ...changes }
}
const hears = (to: Here, ...things: SharedThing[]): void =>
  to.shared.told({ anew: false, access: 'permitted', things, gone: [] })

describe('a scene that is saved for everybody', () => {
  it('is a document that says whose it is, which version, who may see it and who saved it', async () => {
    const { sharing, saved } = await here()
    expect(await sharing.share('log', 'dr', author)).toMatchObject({ value: { outcome: 'confirmed' } })
    expect(saved[0]).toMatchObject({ key, after: 0 })
    expect(documentIn(saved[0]!)).toMatchObject({
      ...{ owner: 'CNCS', version: 1, marking: 'dr', schema: 'vigie.scene.v1' },
      saved: { node: 'poste-07', person: 'A. Durand' },
      content: { scene: 'log' },
    })
    expect(saved[0]!.text).toMatch(/^owner: CNCS\nversion: 1\nmarking: dr\nschema: vigie\.scene\.v1\ntitle:/)
  })

  it('has nothing of the node’s own in it: the area of its maps is the policy’s', async () => {
    const { sharing, saved } = await here()
    await sharing.share('situation', 'np', author)
    expect(saved[0]!.text).not.toContain('area')
  })

  it('is held against what is there, one that can’t be read as well', async () => {
    const one = await here()
    hears(one, await thing())
    await one.sharing.share('log', 'np', author)
    expect(one.saved[0]).toMatchObject({ after: 7, over: [] })
    expect(documentIn(one.saved[0]!).version).toBe(5)
    const problem = { code: 'shared.invalid' as const, message: 'no' }
    hears(one, await thing({ wrong: { revision: 8, problem } }))
    await one.sharing.share('log', 'np', author)
    expect(one.saved[1]).toMatchObject({ after: 8 })
  })

  it('is not where this desk may not mark it so, or not see what is there, or has none of its own', async () => {
    const low = await here(0)
    for (const marking of ['dr', 'cosmic'])
      expect(await low.sharing.share('log', marking, author)).toMatchObject({
        error: { code: 'act.refused' },
      })
    expect(await low.sharing.share('none', 'np', author)).toMatchObject({ error: { code: 'scene.unknown' } })
    hears(low, await thing({ rank: 1 }))
    expect(await low.sharing.share('log', 'np', author)).toMatchObject({ error: { code: 'act.refused' } })
    expect(low.saved).toEqual([])
  })
})

describe('what waits of the same thing', () => {
  const waiting = async (): Promise<Here> => {
    const one = await here()
    const { document } = await thing()
    const of = (id: string, person: string | null, more: Partial<WaitingSave> = {}): WaitingSave => ({
      ...{ id, key, document: { ...document!, saved: { node: 'poste-07', person } }, after: 0, at: 0 },
      ...{ state: 'waiting', problem: null, ...more },
    })
    one.shared.saved([
      ...[of('mine', 'A. Durand'), of('theirs', 'B. Petit'), of('unnamed', null)],
      of('refused', 'A. Durand', { state: 'refused' }),
      of('other', 'A. Durand', { key: 'plan.cncs.a' }),
    ])
    return one
  }
  it('gives its place to what the same person saves, and to nobody else’s', async () => {
    const one = await waiting()
    await one.sharing.share('log', 'np', author)
    expect(one.saved.at(-1)?.over).toEqual(['mine'])
    await one.sharing.share('log', 'np', { ...author, person: null })
    expect(one.saved.at(-1)?.over).toEqual(['unnamed'])
  })
  it('goes over what the same person saved just before, which has not come back yet', async () => {
    const one = await here()
    await one.sharing.share('log', 'np', author)
    const first = one.saved.at(-1)!.id
    await one.sharing.share('log', 'np', author)
    expect(one.saved.at(-1)?.over).toEqual([first])
    await one.sharing.share('log', 'np', { ...author, person: 'somebody else' })
    expect(one.saved.at(-1)?.over).toEqual([])
  })
  it('gives its place to what its own room makes of it, or of what that says', async () => {
    const one = await waiting()
    const said = { marking: 'np', title: 'Log', content: (await thing()).document!.content }
    await one.sharing.put(key, said, 0, author, 'all')
    expect(one.saved.at(-1)?.over).toEqual(['mine', 'theirs', 'unnamed'])
    await one.sharing.put(key, said, 0, author, ['mine'])
    expect(one.saved.at(-1)?.over).toEqual(['mine'])
  })
})

describe('an earlier version', () => {
  it('is saved once more as the newest, marked no lower than now', async () => {
    const one = await here()
    const now = await thing()
    hears(one, { ...now, rank: 1, document: { ...now.document!, marking: 'dr' } })
    one.history.push(now, {
      ...now,
      revision: 3,
      document: { ...now.document!, version: 1, title: 'Before' },
    })
    expect(await one.sharing.restore(key, 3, null, author)).toMatchObject({ ok: true })
    expect(one.saved[0]).toMatchObject({ after: 7, over: [] })
    expect(documentIn(one.saved[0]!)).toMatchObject({ version: 5, title: 'Before', marking: 'dr' })
    expect(await one.sharing.restore(key, 2, null, author)).toMatchObject({
      error: { code: 'entity.unknown' },
    })
  })

  it('is listed without those that this desk may not see', async () => {
    const low = await here(0)
    low.history.push(await thing({ rank: 1, revision: 9 }), await thing({ revision: 8 }))
    const listed = await low.sharing.history(key)
    expect(listed.ok && listed.value.map(({ revision, version }) => [revision, version])).toEqual([[8, 4]])
    hears(low, await thing({ rank: 1 }))
    expect(await low.sharing.history(key)).toEqual({ ok: true, value: [] })
  })
})

describe('one that was overtaken', () => {
  const overtaken = async (): Promise<Here> => {
    const one = await here()
    const theirs = await thing({ revision: 12 })
    hears(one, theirs)
    const problem = { code: 'shared.overtaken' as const, message: 'at 12', subject: key }
    const document = { ...theirs.document!, title: 'Ours', saved: { node: 'poste-07', person: null } }
    one.shared.saved([{ id: 'a', key, document, after: 7, at: 0, state: 'refused', problem }])
    return one
  }

  it('is told with both versions, and with what can’t be read', async () => {
    const one = await overtaken()
    const problem = { code: 'shared.invalid' as const, message: 'no' }
    hears(one, await thing({ key: 'scene.cncs.x', document: null, wrong: { revision: 3, problem } }))
    hears(one, await thing({ key: 'scene.cncs.y', rank: 9, document: null, wrong: { revision: 3, problem } }))
    const told = one.sharing.tell()
    expect(v.parse(DeskStateSchema.entries.shared, told)).toEqual(told)
    expect(told.saves).toMatchObject([{ id: 'a', title: 'Ours', theirs: { version: 4 } }])
    expect(told.wrong).toEqual([{ key: 'scene.cncs.x', revision: 3, problem }])
  })

  it('is ours once more over theirs, or theirs', async () => {
    const one = await overtaken()
    expect(await one.sharing.settle('a', 'ours', author)).toMatchObject({ value: { outcome: 'confirmed' } })
    expect(one.saved[0]).toMatchObject({ after: 12, over: [] })
    expect(documentIn(one.saved[0]!)).toMatchObject({ title: 'Ours', version: 5 })
    expect(await one.sharing.settle('a', 'theirs', author)).toEqual({ ok: true, value: null })
    expect(one.withdrawn).toEqual(['a', 'a'])
    expect(one.saved).toHaveLength(1)
    expect(await one.sharing.settle('b', 'theirs', author)).toMatchObject({
      error: { code: 'entity.unknown' },
    })
  })
})

describe('what is erased for everybody', () => {
  const formula = 'formula.cncs.zones'

  it('goes against the revision that was read, not against a later one that nobody could read here', async () => {
    const one = await here()
    const now = { ...(await thing()), key: formula }
    hears(one, { ...now, wrong: { revision: 8, problem: { code: 'shared.invalid', message: 'no' } } })
    expect(await one.sharing.erase(formula, 7)).toMatchObject({ value: { outcome: 'confirmed' } })
    await one.sharing.erase(formula, 7)
    expect(one.erased).toMatchObject([
      { key: formula, after: 7 },
      { key: formula, after: 7 },
    ])
    // of two of one id the platform would take the first alone
    expect(new Set(one.erased.map(({ id }) => id)).size).toBe(2)
  })

  it('is no other organisation’s, and nothing that is not for this desk, or that it was never told of', async () => {
    const low = await here(0)
    expect(await low.sharing.erase(formula, 7)).toMatchObject({ error: { code: 'act.refused' } })
    hears(low, { ...(await thing({ rank: 1 })), key: formula })
    for (const key of [formula, 'formula.sdis.zones'])
      expect(await low.sharing.erase(key, 7)).toMatchObject({ error: { code: 'act.refused' } })
    expect(low.erased).toEqual([])
  })

  it('is told with the revision that was read: this organisation’s own scenes, forms and rosters, for this desk', async () => {
    const [low, high] = [await here(0), await here(1)]
    const scene = await thing()
    const named = (key: string, changes: Partial<SharedThing> = {}): SharedThing => ({
      ...scene,
      ...changes,
      key,
    })
    const problem = { code: 'shared.invalid' as const, message: 'no' }
    for (const one of [low, high])
      hears(
        one,
        named('scene.cncs.log', { wrong: { revision: 9, problem } }),
        named('form.cncs.river', { rank: 1 }),
        named('roster.cncs.salle'),
        // of none of these anything is erased in a list of theirs
        ...['formula.cncs.zones', 'style.cncs.zones', 'scene.sdis.log'].map((other) => named(other)),
        named('form.cncs.broken', { document: null, revision: 0 }),
      )
    const keys = ({ sharing }: Here): string[] => sharing.tell().erasable.map(({ key: each }) => each)
    expect(keys(high)).toEqual(['scene.cncs.log', 'form.cncs.river', 'roster.cncs.salle'])
    expect(keys(low)).toEqual(['scene.cncs.log', 'roster.cncs.salle'])
    expect(high.sharing.tell().erasable[0]).toMatchObject({ revision: 7, version: 4, owner: 'CNCS' })
  })

  it('is restored as the version after its last, and only where nobody put another there', async () => {
    const one = await here()
    const now = await thing()
    one.history.push(now, { ...now, revision: 3, document: { ...now.document!, version: 2 } })
    expect(await one.sharing.restore(key, 3, 0, author)).toMatchObject({ ok: true })
    hears(one, { ...now, revision: 12 })
    await one.sharing.restore(key, 7, 0, author)
    expect(one.saved.map(({ after }) => after)).toEqual([0, 0])
    expect(documentIn(one.saved[0]!).version).toBe(5)
  })

  it('is restored as high as what was erased, and by nobody who could not see that', async () => {
    for (const ceiling of [0, 1] as const) {
      const one = await here(ceiling)
      const before = await thing()
      one.history.push({ ...before, revision: 8, rank: 1, document: null }, before)
      const answer = await one.sharing.restore(key, 7, 0, author)
      expect(answer.ok).toBe(ceiling === 1)
      expect(one.saved.map((save) => documentIn(save).marking)).toEqual(ceiling === 1 ? ['dr'] : [])
    }
  })
})

describe('who uses a figure', () => {
  const scene = {
    ...{ scene: 'secret', title: 'Secret', grid: { columns: 1, rows: 1 } },
    widgets: [
      { widget: 'figures', at: [0, 0, 1, 1], series: [{ product: 'derived.cncs--zones', series: 'value' }] },
    ],
  } as unknown as Scene

  it('names no scene above this desk’s ceiling', async () => {
    const [low, high] = [await here(0), await here(1)]
    for (const { scenes } of [low, high]) scenes.draft('secret', scene, 1)
    expect(high.sharing.figureUses()).toEqual([
      { product: 'derived.cncs--zones', scene: 'secret', title: 'Secret', series: ['value'] },
    ])
    expect(low.sharing.figureUses()).toEqual([])
  })
})
