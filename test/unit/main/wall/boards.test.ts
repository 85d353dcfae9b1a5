import { describe, expect, it } from 'vitest'
import { createBoards, type Boards } from '../../../../main/wall/boards.ts'
import { loadScenes, type Scenes } from '../../../../main/wall/scenes.ts'
import { mostDrafts, type Board, type DraftWidget } from '../../../../preload/contract/boards.ts'
import { ok } from '../../../../preload/contract/result.ts'
import { mostWidgets } from '../../../../preload/contract/scene.ts'
import { sharedKey, type SharedThing } from '../../../../preload/contract/shared.ts'

const levels = ['np', 'dr'].map((id) => ({
  id,
  name: id,
  short: id.toUpperCase(),
  colour: '#2b55b5',
  rank: 0,
}))
const policy = {
  organisation: 'CNCS',
  scheme: { name: 'default', levels },
  deskCeiling: 1,
} as unknown as ReturnType<Parameters<typeof createBoards>[0]['policy']>
const grid = { columns: 4, rows: 4 }
const board = (name: string, widgets: DraftWidget[], marking = 'np'): Board => ({
  draft: { scene: name, title: name, grid, widgets },
  base: { key: null, revision: 0, version: null, scene: null },
  ...{ marking, at: 0 },
})
const log: DraftWidget = { widget: 'log', at: [0, 0, 2, 2] }

async function open(): Promise<{ boards: Boards; scenes: Scenes }> {
  const scenes = await loadScenes({ own: ['resources/scenes'] }, 'situation')
  const boards = createBoards({ policy: () => policy, scenes, templates: [], now: () => 7 })
  return { boards, scenes }
}
const saved: unknown[] = []
const sharing: Parameters<Boards['save']>[1] = {
  put: (_key, said) => {
    saved.push(said.content)
    return Promise.resolve(ok({ outcome: 'confirmed', revision: 1 } as never))
  },
}
const author = { node: 'poste-07', person: null } as never
const none = { things: new Map<string, SharedThing>() } as unknown as Parameters<Boards['read']>[1]

describe('a draft', () => {
  it('shows on this wall before anybody else has it, and is gone when it is dropped', async () => {
    const { boards, scenes } = await open()
    expect(boards.keep(board('porte-14', [log]))).toEqual(ok(undefined))
    expect(scenes.show('draft-porte-14')).toMatchObject({ scene: { widgets: [log] }, problem: null })
    expect(boards.drafts()).toMatchObject([{ at: 7, draft: { scene: 'porte-14' } }])
    boards.drop('porte-14')
    expect(boards.drafts()).toEqual([])
    expect(scenes.show('draft-porte-14')).toMatchObject({ problem: { code: 'scene.unknown' } })
  })

  it('that is marked above a screen’s ceiling never shows there, and the screen says why', async () => {
    const { boards, scenes } = await open()
    boards.keep(board('a', [log], 'dr'))
    expect(scenes.show('draft-a', 0)).toMatchObject({
      scene: { scene: 'situation' },
      problem: { code: 'scene.above-ceiling' },
    })
    expect(scenes.show('draft-a', 1).problem).toBeNull()
    // nobody knows it: it counts as the highest
    expect(boards.keep(board('c', [log], 'secret'))).toMatchObject({ error: { code: 'act.refused' } })
  })

  it('with elements that are wrong shows the others, and each that is wrong says why in its place', async () => {
    const { boards, scenes } = await open()
    const wrong: DraftWidget[] = [
      { widget: 'journal', at: [2, 0, 1, 1] },
      { widget: 'log', at: [3, 0, 1, 1], limit: -3 },
      { widget: 'log', at: [3, 3, 9, 9] },
      { widget: 'wrong', at: [2, 2, 1, 1] },
    ]
    boards.keep(board('porte-14', [log, ...wrong]))
    const { scene, problem } = scenes.show('draft-porte-14')
    expect(problem).toBeNull()
    expect(scene.widgets.map((each) => (each.widget === 'wrong' ? each.why : each.widget))).toEqual([
      ...['log', 'unknown', 'setting', 'beyond', 'unknown'],
    ])
    // what is not understood is saved as it was written
    expect(
      await boards.save(
        { draft: board('porte-14', wrong).draft, marking: 'np', after: 0, over: [] },
        sharing,
        author,
      ),
    ).toMatchObject({ ok: true })
    expect(saved.at(-1)).toMatchObject({ widgets: wrong })
  })

  it('that can’t be a scene at all is kept, is shown nowhere and is saved by nobody', async () => {
    const { boards, scenes } = await open()
    const many = Array.from({ length: mostWidgets + 1 }, () => log)
    for (const widgets of [[], many]) {
      boards.keep(board('porte-14', widgets))
      expect(boards.drafts()).toHaveLength(1)
      expect(scenes.show('draft-porte-14')).toMatchObject({
        scene: { scene: 'situation' },
        problem: { code: 'scene.unknown' },
      })
      const said = { draft: board('porte-14', widgets).draft, marking: 'np', after: 0, over: [] }
      expect(await boards.save(said, sharing, author)).toMatchObject({ error: { code: 'scene.invalid' } })
    }
  })

  it('is one of forty: another is refused, and none of them goes for it', async () => {
    const { boards, scenes } = await open()
    for (let at = 0; at < mostDrafts; at++) expect(boards.keep(board(`b-${at}`, [log])).ok).toBe(true)
    expect(boards.keep(board('one-more', [log]))).toMatchObject({ error: { code: 'scene.too-many-drafts' } })
    expect(boards.keep(board('b-0', [log])).ok).toBe(true)
    expect(boards.drafts()).toHaveLength(mostDrafts)
    expect(scenes.show('draft-b-0').problem).toBeNull()
    expect(scenes.show('draft-one-more').problem?.code).toBe('scene.unknown')
  })
})

describe('a scene that is read to be written in', () => {
  it('of another organisation is a copy of one’s own', async () => {
    const { boards, scenes } = await open()
    const key = sharedKey('scene', 'DLR', 'gate')
    const content = { scene: 'gate', title: 'Gate', grid, widgets: [log] }
    const thing = {
      ...{ key, rank: 0, revision: 9, wrong: null },
      document: {
        ...{ owner: 'DLR', version: 4, marking: 'np', schema: 'scene/1', title: 'Gate', content },
        saved: { node: 'dlr-01', person: null, at: 1 },
      },
    } as unknown as SharedThing
    scenes.share([thing], 'CNCS')
    const read = boards.read('dlr.gate', { things: new Map([[key, thing]]) })
    expect(read).toMatchObject({
      ok: true,
      value: { draft: { scene: 'gate' }, base: { key: null, revision: 0 }, owner: 'DLR' },
    })
    expect(boards.read('nobody', none)).toMatchObject({ error: { code: 'scene.unknown' } })
  })
})
