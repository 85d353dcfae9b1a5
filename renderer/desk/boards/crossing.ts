/** Boards on their way to the node and back: there they are texts, here what is written in. */
import * as v from 'valibot'
import {
  boardSent,
  sceneSent,
  sentBoard,
  sentScene,
  SentSceneSchema,
  type Board,
  type DraftScene,
  type ReadBoard,
  type Template,
} from '../../../preload/contract/boards.ts'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import type { Bridge } from '../../../preload/contract/schema.ts'
import type { SaveOutcome } from '../../../preload/contract/shared.ts'

type Called = Pick<Bridge<'desk'>, 'boards' | 'desk'>

export interface BoardsCalls {
  templates(): Promise<Result<Template[]>>
  read(scene: string): Promise<Result<ReadBoard>>
  drafts(): Promise<Result<Board[]>>
  keep(board: Board): Promise<Result<unknown>>
  drop(scene: string): Promise<Result<unknown>>
  /** what was overtaken is not sent again */
  giveUp(id: string): Promise<Result<unknown>>
  save(said: {
    draft: DraftScene
    marking: string
    after: number
    over: string[]
  }): Promise<Result<SaveOutcome>>
}

/** What does not fit is told here, in words: nobody would take it there. */
const unfit = (draft: DraftScene) => {
  const read = v.safeParse(SentSceneSchema, sentScene(draft))
  return read.success ? null : fail('scene.invalid', read.issues[0].message, draft.scene)
}

export const crossing = ({ boards: bridge, desk }: Called): BoardsCalls => ({
  async templates() {
    const all = await bridge.templates()
    if (!all.ok) return all
    return ok(
      all.value.map(({ scene, ...rest }) => ({ ...rest, scene: scene === null ? null : sceneSent(scene) })),
    )
  },
  async read(scene) {
    const read = await bridge.read({ scene })
    return read.ok ? ok(boardSent(read.value)) : read
  },
  async drafts() {
    const all = await bridge.drafts()
    return all.ok ? ok(all.value.map(boardSent)) : all
  },
  keep: async (board) => unfit(board.draft) ?? (await bridge.keep(sentBoard(board))),
  drop: (scene) => bridge.drop({ scene }),
  giveUp: (id) => desk.settleSave({ id, keep: 'theirs' }),
  save: async ({ draft, ...said }) =>
    unfit(draft) ?? (await bridge.save({ draft: sentScene(draft), ...said })),
})
