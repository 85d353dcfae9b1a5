import { describe, expect, it, vi } from 'vitest'
import type { Board, DraftScene } from '../../../../../preload/contract/boards.ts'
import { fail, ok } from '../../../../../preload/contract/result.ts'
import type { SaveOutcome } from '../../../../../preload/contract/shared.ts'
import { createComposing, type Composing } from '../../../../../renderer/desk/boards/composing.svelte.ts'
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

interface Opened {
  /** what the node says to each */
  keeps?: boolean
  gives?: boolean
  /** what becomes of a save, while `meanwhile` happens; of several in turn */
  outcome?: SaveOutcome | SaveOutcome[]
  meanwhile?: (composing: Composing) => void
  /** it is gone on from a draft, of which these were saved */
  made?: readonly string[]
  marking?: string
}
/** A board that is open as not protected, version 1; `there` is what the platform has since. */
function open(there: Board, { keeps = true, gives = true, outcome, meanwhile, made, marking }: Opened = {}) {
  const calls: string[] = []
  const overs: (readonly string[])[] = []
  const composing: Composing = createComposing({
    bridge: {
      read: () => Promise.resolve(ok({ ...there, owner: null, saved: null })),
      keep: (kept) => {
        calls.push(`keep ${kept.draft.scene}`)
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
      save: (said) => {
        calls.push(`save ${said.marking}`)
        overs.push(said.over)
        meanwhile?.(composing)
        const became = Array.isArray(outcome) ? outcome.shift() : outcome
        return Promise.resolve(became === undefined ? fail('act.refused', '', '') : ok(became))
      },
    },
    board: board(1, marking ?? 'np', scene('Porte 14', [log])),
    marked: made === undefined ? 'np' : null,
    made: new Set(made),
    now: () => 0,
    higher: (one, other) => (levels.indexOf(other) > levels.indexOf(one) ? other : one),
  })
  return { composing, calls, overs }
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

describe('how it is marked', () => {
  const drawn = scene('Porte 14', [log, { ...log, at: [4, 0, 4, 4] }])

  it('is a change like any other: told, kept when it is left, and nobody’s to write over unasked', async () => {
    const { composing, calls } = open(board(2, 'np', drawn))
    expect(composing.changed).toBe(false)
    composing.marking = 'dr'
    expect([composing.changed, composing.kept]).toEqual([true, false])
    await composing.hear(2)
    expect(composing.theirs?.base.version).toBe(2)
    expect(composing.draft.widgets).toHaveLength(1)
    expect(composing.marking).toBe('dr')
    composing.dispose()
    expect(calls).toEqual(['keep porte-14'])
  })
  it('and was saved so, is not lowered by what somebody saves after, until somebody here says so', async () => {
    const there = board(2, 'dr', scene('Porte 14', [log]))
    const { composing, calls } = open(there, { outcome: { outcome: 'confirmed', revision: 2 } })
    composing.marking = 'dr'
    expect(await composing.save()).toBe(true)
    expect(composing.changed).toBe(false)
    expect(calls).toEqual(['keep porte-14', 'save dr', 'drop porte-14'])
    Object.assign(there, board(4, 'np', drawn))
    await composing.hear(4)
    expect(composing.draft.widgets).toHaveLength(2)
    expect([composing.marking, composing.changed]).toEqual(['dr', true])
    composing.marking = 'np'
    expect(composing.changed).toBe(false)
    composing.dispose()
  })
  it('and alone is another while it is saved, is not dropped with what was saved', async () => {
    const { composing, calls } = open(board(2, 'np', scene('Porte 14', [log])), {
      outcome: { outcome: 'confirmed', revision: 2 },
      meanwhile: (composing) => (composing.marking = 'dr'),
    })
    expect(await composing.save()).toBe(true)
    expect(calls).not.toContain('drop porte-14')
    expect([composing.marking, composing.changed]).toEqual(['dr', true])
    composing.dispose()
    expect(calls).toEqual(['keep porte-14', 'save np', 'keep porte-14'])
  })
  it('and is all that was saved, is not followed by the version before it', async () => {
    // what is read is late: the same board, as it was marked
    const { composing } = open(board(1, 'np', scene('Porte 14', [log])), {
      outcome: { outcome: 'confirmed', revision: 2 },
    })
    composing.marking = 'dr'
    await composing.save()
    expect(composing.base).toMatchObject({ revision: 2, version: 2 })
    expect([composing.marking, composing.changed]).toEqual(['dr', false])
  })
  it('is compared with what a draft was begun from once that is read', async () => {
    const same = open(board(1, 'np', scene('Porte 14', [log])), { made: [] })
    expect(same.composing.changed).toBe(true)
    await same.composing.hear(1)
    expect(same.composing.changed).toBe(false)
    const raised = open(board(1, 'np', scene('Porte 14', [log])), { made: [], marking: 'dr' })
    await raised.composing.hear(1)
    expect([raised.composing.marking, raised.composing.changed]).toEqual(['dr', true])
  })
})

it('a board takes the place of what was made of it, and of nothing else that waits', async () => {
  const waits: SaveOutcome[] = ['a', 'b'].map((id) => ({ outcome: 'waits', id, problem: null }))
  const { composing, overs } = open(board(1, 'np', scene('Porte 14', [log])), {
    ...{ outcome: waits, made: ['before'] },
  })
  await composing.save()
  await composing.save()
  expect(overs).toEqual([['before'], ['before', 'a']])
})

describe('what this node saved and was overtaken', () => {
  const theirs = board(2, 'np', scene('Porte 14', [log, { ...log, at: [4, 0, 4, 4] }]))
  const one = (id: string, state: Save['state'] = 'refused'): Save => ({
    ...{ id, key, title: 'Porte 14', version: 3, at: 0, state },
    ...{ saved: { node: 'poste-07', person: null }, theirs: null },
    problem: state === 'refused' ? { code: 'shared.overtaken', message: '', subject: key } : null,
  })
  const problem = { code: 'shared.overtaken', message: '', subject: key } as const
  /** a was overtaken, b waits; `night` was there before either */
  async function overtaken(more: Opened = {}) {
    const made = [one('night'), one('a'), one('b', 'waiting')]
    let count = 1
    const opened = open(theirs, {
      outcome: ['a', 'b'].map((id) => ({ outcome: 'overtaken' as const, id, problem })),
      meanwhile: (composing) => void composing.hearSaves(made.slice(0, ++count)),
      ...more,
    })
    const { composing, calls } = opened
    await composing.hearSaves(made.slice(0, 1))
    composing.head({ title: 'Porte 14 bis' })
    await composing.save()
    await composing.save()
    await composing.hear(2)
    calls.length = 0
    return opened
  }
  const given = (calls: string[]) => calls.filter((call) => call.startsWith('give up'))
  const named = (saves: readonly Save[]) => saves.map(({ id }) => id)

  it('is nobody’s to send again once it is merged, which the node has first', async () => {
    const { composing, calls } = await overtaken()
    expect(given(calls)).toEqual([])
    composing.merge()
    await vi.waitFor(() => expect(calls).toEqual(['keep porte-14', 'give up a']))
    await composing.hearSaves([one('night'), one('a'), one('b')])
    expect(given(calls)).toEqual(['give up a', 'give up b'])
    // another that is overtaken after it waits for somebody
    await composing.hearSaves([one('c')])
    expect(given(calls)).toHaveLength(2)
    composing.dispose()
  })
  it('and was not made here, stays: with a merge, where theirs is the same, and under another name', async () => {
    const merging = await overtaken()
    expect(named(merging.composing.others)).toEqual(['night'])
    merging.composing.merge()
    await merging.composing.hearSaves([one('night'), one('a'), one('b'), one('later')])
    expect(given(merging.calls)).toEqual(['give up a', 'give up b'])
    expect(named(merging.composing.others)).toEqual(['night', 'later'])
    merging.composing.dispose()

    const same = open(board(2, 'np', scene('Porte 14', [log])))
    await same.composing.hearSaves([one('night')])
    await same.composing.hear(2)
    expect(same.composing.base.version).toBe(2)
    expect(same.calls).toEqual([])
    expect(named(same.composing.others)).toEqual(['night'])

    const apart = open(theirs)
    await apart.composing.hearSaves([one('night')])
    await apart.composing.apart('porte-14-poste-07')
    expect(given(apart.calls)).toEqual([])
    apart.composing.dispose()
  })
  it('is known by its id: of the draft that is gone on from, and however many are heard before or after the answer', async () => {
    const draft = open(theirs, { made: ['a'] })
    draft.composing.head({ title: 'Porte 14 bis' })
    await draft.composing.hearSaves([one('night'), one('a')])
    await draft.composing.hear(2)
    draft.composing.merge()
    await vi.waitFor(() => expect(given(draft.calls)).toEqual(['give up a']))
    draft.composing.dispose()

    const all = [one('night'), one('a', 'waiting'), one('of-another', 'waiting')]
    const during: string[][] = []
    for (const hears of ['before', 'after'] as const) {
      const { composing } = open(theirs, {
        outcome: { outcome: 'waits', id: 'a', problem: null },
        meanwhile: (composing) => {
          if (hears === 'before') void composing.hearSaves(all)
          during.push(named(composing.others))
        },
      })
      await composing.hearSaves([one('night')])
      await composing.save()
      if (hears === 'after') await composing.hearSaves(all)
      expect([...composing.made]).toEqual(['a'])
      expect(named(composing.others)).toEqual(['night', 'of-another'])
    }
    // what is being saved is shown as nobody else's meanwhile
    expect(during).toEqual([['night'], ['night']])
  })
  it('stays where nothing was merged, or where the node could not keep what was', async () => {
    const left = await overtaken()
    left.composing.dispose()
    expect(given(left.calls)).toEqual([])
    const full = await overtaken({ keeps: false })
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
    const { composing, calls } = await overtaken({ gives: false })
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
    const { composing, calls } = open(board(1, 'np', scene('')), { keeps: false })
    await composing.apart('porte-14-poste-07')
    expect(calls).not.toContain('drop porte-14')
    expect(composing.problem?.code).toBe('scene.too-many-drafts')
    composing.dispose()
  })
})
