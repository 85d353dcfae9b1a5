/** What a desk asks of the boards that it composes. */
import type { Author } from '../preload/contract/author.ts'
import { boardSent, sceneSent, sentBoard, sentScene } from '../preload/contract/boards.ts'
import { ok } from '../preload/contract/result.ts'
import type { Handlers } from '../preload/contract/schema.ts'
import type { OpenedNode } from './open-node.ts'

export function answerBoards(
  {
    about,
    boards,
    shared,
    sharing,
    state,
  }: Pick<OpenedNode, 'about' | 'boards' | 'shared' | 'sharing' | 'state'>,
  author: () => Author,
): Handlers['boards'] {
  /** Whatever shows of a draft is told anew. */
  const choosable = () => state.found({ choosable: about.scenes.list.map(({ scene }) => scene) })
  return {
    templates: () =>
      ok(
        boards
          .templates()
          .map(({ scene, ...rest }) => ({ ...rest, scene: scene === null ? null : sentScene(scene) })),
      ),
    read({ scene }) {
      const read = boards.read(scene, shared)
      return read.ok ? ok(sentBoard(read.value)) : read
    },
    drafts: () => ok(boards.drafts().map(sentBoard)),
    keep(board) {
      const kept = boards.keep(boardSent(board))
      choosable()
      return kept
    },
    drop({ scene }) {
      const gone = boards.drop(scene)
      choosable()
      return gone
    },
    save: ({ draft, ...said }) => boards.save({ draft: sceneSent(draft), ...said }, sharing, author()),
  }
}
