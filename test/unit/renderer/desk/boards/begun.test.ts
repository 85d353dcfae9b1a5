import { expect, it } from 'vitest'
import { ok } from '../../../../../preload/contract/result.ts'
import type { Bridge } from '../../../../../preload/contract/schema.ts'
import { createBoards } from '../../../../../renderer/desk/boards/boards.svelte.ts'
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
          return Promise.resolve(ok({ outcome: 'waits', problem: null }))
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
