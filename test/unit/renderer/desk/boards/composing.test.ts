import { describe, expect, it, vi } from 'vitest'
import type { Board, DraftScene } from '../../../../../preload/contract/boards.ts'
import { fail, ok } from '../../../../../preload/contract/result.ts'
import { createComposing } from '../../../../../renderer/desk/boards/composing.svelte.ts'
import type { Save } from '../../../../../renderer/desk/shared/saves.ts'

const grid = { columns: 12, rows: 8 }
const scene = (title: string, widgets: DraftScene['widgets'] = []): DraftScene => ({
  ...{ scene: 'porte-14', title, grid },
  widgets,
})
const key = 'scene.cncs.porte-14'
const log = { widget: 'log', at: [0, 0, 4, 4] as [number, number, number, number] }
const levels = ['np', 'dr']
const board = (version: number, marking: string, draft: DraftScene): Board => ({
  ...{ draft, marking, at: 0 },
  base: { key, revision: version, version, scene: draft },
})

/** A board that is open as not protected, version 1; `there` is what the platform has since. */
function open(there: Board, keeps = true, gives = true) {
  const calls: string[] = []
  const composing = createComposing({
    bridge: {
      read: () => Promise.resolve(ok({ ...there, owner: null, saved: null })),
      keep: ({ draft }) => {
        calls.push(`keep ${draft.scene}`)
        return Promise.resolve(keeps ? ok(undefined) : fail('scene.too-many-drafts', 'full', ''))
      },
      drop: (name) => {
        calls.push(`drop ${name}`)
        return Promise.resolve(ok(undefined))
      },
      giveUp: (id) => {
        calls.push(`give up ${id}`)
        return Promise.resolve(gives ? ok(null) : fail('engine.stopped', 'no engine is ready', id))
      },
      save: ({ marking }) => {
        calls.push(`save ${marking}`)
        return Promise.resolve(fail('act.refused', '', ''))
      },
    },
    board: board(1, 'np', scene('Porte 14', [log])),
    now: () => 0,
    higher: (one, other) => (levels.indexOf(other) > levels.indexOf(one) ? other : one),
  })
  return { composing, calls }
}

describe('what somebody else saved meanwhile', () => {
  const theirs = board(2, 'dr', scene('Porte 14', [log, { ...log, at: [4, 0, 4, 4] }]))

  it('and is taken as it stands, is marked as they marked it', async () => {
    const { composing } = open(theirs)
    await composing.hear(2)
    expect(composing.draft.widgets).toHaveLength(2)
    expect(composing.marking).toBe('dr')
  })

  it('and is merged, raises what it is merged into: nothing of it leaves lower', async () => {
    const { composing, calls } = open(theirs)
    composing.head({ title: 'Porte 14 bis' })
    await composing.hear(2)
    expect(composing.marking).toBe('np')
    composing.merge()
    await composing.save()
    expect(calls).toContain('save dr')
    composing.dispose()
  })
})

describe('what this node saved and was overtaken', () => {
  const theirs = board(2, 'np', scene('Porte 14', [log, { ...log, at: [4, 0, 4, 4] }]))
  const one = (id: string, state: Save['state'] = 'refused'): Save => ({
    ...{ id, key, title: 'Porte 14', version: 3, at: 0, state },
    ...{ saved: { node: 'poste-07', person: null }, theirs: null },
    problem: state === 'refused' ? { code: 'shared.overtaken', message: '', subject: key } : null,
  })
  async function overtaken(keeps = true, gives = true) {
    const opened = open(theirs, keeps, gives)
    opened.composing.head({ title: 'Porte 14 bis' })
    await opened.composing.hearSaves([one('a'), one('b', 'waiting')])
    await opened.composing.hear(2)
    return opened
  }
  const given = (calls: string[]) => calls.filter((call) => call.startsWith('give up'))

  it('is nobody’s to send again once it is merged, which the node has first', async () => {
    const { composing, calls } = await overtaken()
    expect(given(calls)).toEqual([])
    composing.merge()
    await vi.waitFor(() => expect(calls).toEqual(['keep porte-14', 'give up a']))
    await composing.hearSaves([one('a'), one('b')])
    expect(given(calls)).toEqual(['give up a', 'give up b'])
    // another that is overtaken after it waits for somebody
    await composing.hearSaves([one('c')])
    expect(given(calls)).toHaveLength(2)
    composing.dispose()
  })
  it('stays where nothing was merged, or where the node could not keep what was', async () => {
    const left = await overtaken()
    left.composing.dispose()
    expect(given(left.calls)).toEqual([])
    const full = await overtaken(false)
    full.composing.merge()
    await full.composing.hearSaves([one('a')])
    expect(given(full.calls)).toEqual([])
    full.composing.dispose()
  })
  it('goes with a board that goes on under another name', async () => {
    const { composing, calls } = await overtaken()
    await composing.apart('porte-14-poste-07')
    expect(calls.slice(-3)).toEqual(['keep porte-14-poste-07', 'drop porte-14', 'give up a'])
    composing.dispose()
  })
  it('and can’t be settled, is told and tried again', async () => {
    const { composing, calls } = await overtaken(true, false)
    composing.merge()
    await composing.hearSaves([one('a')])
    expect(composing.problem?.code).toBe('engine.stopped')
    await composing.hearSaves([one('a')])
    expect(given(calls).length).toBeGreaterThanOrEqual(2)
    composing.dispose()
  })
})

describe('a board that goes on as its own', () => {
  it('is kept under its new name before the old one is gone', async () => {
    const { composing, calls } = open(board(1, 'np', scene('')))
    await composing.apart('porte-14-poste-07')
    expect(calls).toEqual(['keep porte-14-poste-07', 'drop porte-14'])
    composing.dispose()
  })
  it('and can’t be kept, stays under the old one too', async () => {
    const { composing, calls } = open(board(1, 'np', scene('')), false)
    await composing.apart('porte-14-poste-07')
    expect(calls).not.toContain('drop porte-14')
    expect(composing.problem?.code).toBe('scene.too-many-drafts')
    composing.dispose()
  })
})
