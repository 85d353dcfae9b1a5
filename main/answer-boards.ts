/** What a desk asks of the boards that it composes. */
import type { Author } from '../preload/contract/author.ts'
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
    templates: () => ok([...boards.templates()]),
    read: ({ scene }) => boards.read(scene, shared),
    drafts: () => ok(boards.drafts()),
    keep(board) {
      const kept = boards.keep(board)
      choosable()
      return kept
    },
    drop({ scene }) {
      const gone = boards.drop(scene)
      choosable()
      return gone
    },
    save: (said) => boards.save(said, sharing, author()),
  }
}
