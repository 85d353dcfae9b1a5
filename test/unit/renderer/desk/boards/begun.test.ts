import { expect, it, vi } from 'vitest'
import { ok } from '../../../../../preload/contract/result.ts'
import type { Bridge } from '../../../../../preload/contract/schema.ts'
import { createBoards } from '../../../../../renderer/desk/boards/boards.svelte.ts'
import type { Save } from '../../../../../renderer/desk/shared/saves.ts'
import { stateOf } from '../../../../doubles/desk.ts'

it('a new board is marked as high as this desk goes, until somebody says otherwise before its first save', async () => {
  const saved: { marking: string }[] = []
  const none = () => Promise.resolve(ok([]))
  const boards = createBoards({
    bridge: {
      boards: {
        ...{ templates: none, drafts: none, keep: () => Promise.resolve(ok(undefined)) },
        save: (said: { marking: string }) => {
          saved.push(said)
          return Promise.resolve(ok({ outcome: 'waits', id: 'a', problem: null }))
        },
      },
      desk: {},
    } as unknown as Bridge<'desk'>,
    ...{ state: () => stateOf(), screen: () => null, show: () => undefined, now: () => 0 },
  })
  boards.begin(null, 'Porte 14')
  const composing = boards.composing!
  expect(composing.marking).toBe('dr')
  composing.add([4, 4], (at) => ({ widget: 'log', at }))
  composing.marking = 'np'
  await composing.save()
  expect(saved).toMatchObject([{ marking: 'np' }])
  boards.dispose()
})

it('a board that is closed and gone on from knows its saves, and another does not know them', async () => {
  let kept: unknown[] = []
  const boards = createBoards({
    bridge: {
      boards: {
        ...{ templates: () => Promise.resolve(ok([])), drafts: () => Promise.resolve(ok(kept)) },
        keep: (board: unknown) => {
          kept = [board]
          return Promise.resolve(ok(undefined))
        },
        save: () => Promise.resolve(ok({ outcome: 'waits', id: 'a', problem: null })),
      },
      desk: {},
    } as unknown as Bridge<'desk'>,
    ...{ state: () => stateOf(), screen: () => null, show: () => undefined, now: () => 0 },
  })
  boards.begin(null, 'Porte 14')
  const first = boards.composing!
  await first.hearSaves([])
  first.add([4, 4], (at) => ({ widget: 'log', at }))
  await first.save()
  await first.hearSaves([{ id: 'a', state: 'waiting', problem: null } as Save])
  boards.perform('close')
  await vi.waitFor(() => expect(boards.drafts).toHaveLength(1))
  boards.goOn(boards.drafts[0]!)
  expect([...boards.composing!.made]).toEqual(['a'])
  boards.begin(null, 'Porte 15')
  expect([...boards.composing!.made]).toEqual([])
  boards.dispose()
})
