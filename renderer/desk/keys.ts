import { groups, type Group } from '../../preload/contract/act.ts'
import type { Key, Say } from '../speech/words.ts'
import type { Doing } from './acts.ts'
import type { Rights } from './rights.ts'
import { shareKey, versionsKey } from './shared/saves.ts'
import { elementKeys } from './boards/doings.ts'
import { editorKeys } from './synthesis/editor-keys.ts'
import { waysFor } from './ways.ts'
import type { DeskSituation } from './situation.ts'

export type Press = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'altKey' | 'metaKey' | 'shiftKey'>

/** On a French keyboard the digits are behind Shift: the key's place counts, not its character. */
export const digitOf = ({ code, ctrlKey }: Press): number | null => {
  const digit = ctrlKey ? undefined : /^(?:Digit|Numpad)([1-9])$/.exec(code)?.[1]
  return digit === undefined ? null : Number(digit)
}

/** Whether this is the key on which that is printed. */
function isPressed(shown: string, press: Press): boolean {
  if (shown === '1 … 9') return digitOf(press) !== null
  const letter = /^(Ctrl )?(Shift )?([A-Z]|Enter)$/.exec(shown)
  // a sign may be behind Shift or not, as the keyboard has it
  if (letter === null) return press.key === shown
  const control = letter[1] !== undefined
  const shift = letter[2] !== undefined
  return (
    press.ctrlKey === control &&
    press.shiftKey === shift &&
    press.key.toUpperCase() === (letter[3] ?? '').toUpperCase()
  )
}

/** A bare character: only where nobody is typing, and only while a person wants such shortcuts. */
const isBare = (shown: string): boolean => !/^(?:Ctrl |F\d)/.test(shown)

/**
 * @param typing the key goes into a field
 * @param single bare characters are shortcuts; a person may turn that off (WCAG 2.1.4)
 */
export function actFor(
  press: Press,
  situation: DeskSituation,
  typing: boolean,
  single: boolean,
): Doing | null {
  if (press.altKey || press.metaKey) return null
  for (const { key, typing: always = false, offers } of waysFor(situation.state)) {
    if (key === null || !isPressed(key, press)) continue
    if ((typing && !always) || (isBare(key) && !single)) continue
    const [first] = offers(situation)
    if (first !== undefined) return first.input
  }
  return null
}

/** As it is printed on the keyboard of whoever reads it. */
export const printed = (shown: string, say: Say): string =>
  shown.replace('Enter', () => say('desk.key.enter')).replace('Shift', () => say('desk.key.shift'))

/** Every key that does something at this desk, once, and what `?` says of it, where the palette has it. */
export const keyRows = (state: Rights): { shown: string; words: Key; group: Group }[] =>
  [
    ...new Map(
      waysFor(state).flatMap(({ key, help, group }) =>
        key === null || help === null ? [] : [[key, { help, group: group ?? 'desk' }] as const],
      ),
    ),
  ].map(([shown, { help, group }]) => ({ shown, words: help, group }))

/** What a list understands, wherever it is: no way of the whole desk. */
const inLists: readonly HelpRow[] = [
  { shown: '↑ ↓', words: 'desk.key.walk' },
  { shown: { key: 'desk.key.enter' }, words: 'desk.key.open' },
  { shown: { key: 'desk.key.delete' }, words: 'desk.key.withdraw' },
  { shown: { key: 'desk.key.correctKeys' }, words: 'desk.key.correct' },
  { shown: { key: 'desk.key.knownKeys' }, words: 'desk.key.known' },
  { shown: { key: 'desk.key.kindKeys' }, words: 'desk.key.kinds' },
  { shown: { key: 'desk.key.graveKeys' }, words: 'desk.key.grave' },
  { shown: shareKey, words: 'desk.key.share' },
  { shown: versionsKey, words: 'desk.key.versions' },
]
/** … and what is heard before anything else is. */
const always: readonly HelpRow[] = [
  { shown: { key: 'desk.wall.blankKeys' }, words: 'desk.key.blankAlways' },
  { shown: 'F6', words: 'desk.key.regions' },
]

interface HelpRow {
  /** as printed on it, or the words for it */
  shown: string | { key: Key }
  words: Key
}
interface HelpGroup {
  id: string
  title: Key
  rows: readonly HelpRow[]
}

/** All keys, as the help tells them. */
export function helpGroups(state: Rights): HelpGroup[] {
  const rows = keyRows(state)
  const of = (group: Group): HelpRow[] => [
    ...rows.filter((row) => row.group === group).map(({ shown, words }) => ({ shown, words })),
    ...(group === 'board' ? elementKeys.map(([key, words]) => ({ shown: { key }, words })) : []),
    ...(group === 'report' ? editorKeys.map(([key, words]) => ({ shown: { key }, words })) : []),
  ]
  return [
    { id: 'desk', title: 'desk.palette.desk' as const, rows: [...always, ...of('desk')] },
    ...groups
      .filter((group) => group !== 'desk')
      .map((group) => ({ id: group, title: `desk.palette.${group}` as const, rows: of(group) })),
    { id: 'lists', title: 'desk.help.lists' as const, rows: inLists },
  ].filter(({ rows: { length } }) => length > 0)
}
