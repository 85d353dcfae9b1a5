import { describe, expect, it } from 'vitest'
import type { Board, DraftScene } from '../../../../../preload/contract/boards.ts'
import { fail, ok } from '../../../../../preload/contract/result.ts'
import { createComposing } from '../../../../../renderer/desk/boards/composing.svelte.ts'

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
function open(there: Board, keeps = true) {
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
