import type { Key } from '../../speech/words.ts'

/** On the chosen statement of a synthesis: the key as it is printed, and what it does. */
export const editorKeys: readonly (readonly [Key, Key])[] = [
  ['desk.key.report.enter', 'desk.key.report.write'],
  ['desk.key.report.shiftEnter', 'desk.key.report.next'],
  ['desk.key.insert', 'desk.key.report.add'],
  ['desk.key.report.delete', 'desk.key.report.strike'],
  ['desk.key.report.alt', 'desk.key.report.move'],
  ['desk.key.report.right', 'desk.key.report.column'],
  ['desk.key.report.pages', 'desk.key.report.turn'],
]
