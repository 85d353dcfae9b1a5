import type { Key } from '../../speech/words.ts'

/** What a person does with a board besides moving what stands on it: by key, button or palette. */
export const boardDoings = [
  ...(['close', 'elements', 'settings', 'duplicate', 'undo', 'redo'] as const),
  ...(['save', 'show', 'compare', 'merge', 'apart'] as const),
] as const
export type BoardDoing = (typeof boardDoings)[number]

/** What of it can be done now. */
export interface BoardSituation {
  /** an element is chosen */
  chosen: boolean
  mayUndo: boolean
  mayRedo: boolean
  /** somebody else saved another version meanwhile */
  theirs: boolean
}

/** On the chosen element of a board: the key as it is printed, and what it does. */
export const elementKeys: readonly (readonly [Key, Key])[] = [
  ['desk.key.board.arrows', 'desk.key.board.move'],
  ['desk.key.board.shiftArrows', 'desk.key.board.resize'],
  ['desk.key.delete', 'desk.key.board.remove'],
  ['desk.key.escape', 'desk.key.board.back'],
  ['desk.key.board.tab', 'desk.key.board.next'],
]
