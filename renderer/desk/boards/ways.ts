import type { DeskWay } from '../way.ts'
import type { BoardDoing, BoardSituation } from './doings.ts'

const boardWay = (
  does: BoardDoing,
  key: string | null,
  where: (at: BoardSituation) => boolean = () => true,
  typing = true,
): DeskWay => ({
  group: 'board',
  key,
  help: key === null ? null : `desk.key.board.${does}`,
  ...(typing ? { typing: true } : {}),
  ...(does === 'show' ? { to: 'show-scene' as const } : {}),
  offers: ({ board = null }) =>
    board !== null && where(board)
      ? [{ input: { act: 'board', does }, words: { key: `desk.key.board.${does}` } }]
      : [],
})
/** What a board is composed with, where the desk shows one; before the desk’s own of the same key. */
export const ofBoards: readonly DeskWay[] = [
  boardWay('elements', 'Ctrl E'),
  boardWay('settings', 'F2'),
  boardWay('duplicate', 'Ctrl D', ({ chosen }) => chosen),
  boardWay('undo', 'Ctrl Z', ({ mayUndo }) => mayUndo, false),
  boardWay('redo', 'Ctrl Shift Z', ({ mayRedo }) => mayRedo, false),
  boardWay('save', 'Ctrl S'),
  boardWay('show', 'E', undefined, false),
  boardWay('compare', 'F7', ({ theirs }) => theirs),
  boardWay('merge', null, ({ theirs }) => theirs),
  boardWay('apart', null, ({ theirs }) => theirs),
  boardWay('close', null),
  {
    group: 'board',
    key: null,
    help: null,
    offers: ({ state }) =>
      state.scenes
        .filter(({ problem, from }) => problem === null && from !== 'draft')
        .map(({ scene, title }) => ({
          input: { act: 'compose', scene },
          words: { key: 'desk.palette.compose', values: { scene: title } },
        })),
  },
]
