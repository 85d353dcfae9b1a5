import type { Key } from '../speech/words.ts'
import type { Act } from './acts.ts'
import type { Target } from './record.ts'

/** What the keys refer to: a letter acts on what is selected now. */
export interface Situation {
  screen: number | null
  screens: readonly number[]
  target: Target | null
  /** the selected thing is an alarm that may be taken on, and whether it is */
  taken: boolean | null
  pointedOut: boolean
  blanked: boolean
}

export type Press = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'altKey' | 'metaKey' | 'shiftKey'>

interface KeyRow {
  /** what is printed on the key, in any language */
  shown: string
  words: Key
  /** a bare character: only where nobody is typing, and only while a person wants such shortcuts */
  bare: boolean
  /** works in a field too */
  typing: boolean
  pressed: (press: Press) => boolean
  act: (situation: Situation, press: Press) => Act | null
}

const letter = (wanted: string) => (press: Press) =>
  !press.ctrlKey && !press.shiftKey && press.key.toLowerCase() === wanted
const control = (wanted: string) => (press: Press) =>
  press.ctrlKey && !press.shiftKey && press.key.toLowerCase() === wanted

/** On a French keyboard the digits are behind Shift: the key's place counts, not its character. */
const digitOf = ({ code }: Press): number | null => {
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(code)?.[1]
  return digit === undefined ? null : Number(digit)
}

const plain = { bare: true, typing: false } as const
const always = { bare: false, typing: true } as const

/** Every key of the desk, once: what it does and what `?` says of it. */
export const keyRows: readonly KeyRow[] = [
  {
    ...always,
    shown: 'Ctrl K',
    words: 'desk.key.palette',
    pressed: control('k'),
    act: () => ({ act: 'palette' }),
  },
  {
    ...plain,
    shown: '/',
    words: 'desk.key.palette',
    pressed: (press) => press.key === '/',
    act: () => ({ act: 'palette' }),
  },
  {
    ...plain,
    shown: '?',
    words: 'desk.key.help',
    pressed: (press) => press.key === '?',
    act: () => ({ act: 'help' }),
  },
  {
    ...plain,
    shown: '1 … 9',
    words: 'desk.key.screen',
    pressed: (press) => !press.ctrlKey && digitOf(press) !== null,
    act: ({ screens }, press) => {
      const screen = digitOf(press)
      return screen !== null && screens.includes(screen) ? { act: 'choose-screen', screen } : null
    },
  },
  {
    ...plain,
    shown: 'S',
    words: 'desk.key.scene',
    pressed: letter('s'),
    act: ({ screen, screens }) => {
      const chosen = screen ?? screens[0]
      return chosen === undefined ? null : { act: 'choose-scene', screen: chosen }
    },
  },
  {
    ...plain,
    shown: 'I',
    words: 'desk.key.identify',
    pressed: letter('i'),
    act: () => ({ act: 'identify' }),
  },
  {
    ...plain,
    shown: 'B',
    words: 'desk.key.blank',
    pressed: letter('b'),
    act: ({ blanked }) => ({ act: 'blank', blanked: !blanked }),
  },
  {
    ...plain,
    shown: 'A',
    words: 'desk.key.acknowledge',
    pressed: letter('a'),
    act: ({ target, taken }) =>
      target === null || taken === null ? null : { act: 'acknowledge', target, taken: !taken },
  },
  {
    ...plain,
    shown: 'M',
    words: 'desk.key.pointOut',
    pressed: letter('m'),
    act: ({ target, pointedOut }) =>
      target === null ? null : { act: 'point-out', target: pointedOut ? null : target },
  },
  {
    ...plain,
    shown: 'N',
    words: 'desk.key.nextAlarm',
    pressed: letter('n'),
    act: () => ({ act: 'next-alarm' }),
  },
  {
    ...plain,
    shown: 'W',
    words: 'desk.key.wall',
    pressed: letter('w'),
    act: () => ({ act: 'view', view: 'wall' }),
  },
  {
    ...plain,
    shown: 'C',
    words: 'desk.key.map',
    pressed: letter('c'),
    act: () => ({ act: 'view', view: 'map' }),
  },
  {
    ...plain,
    shown: 'L',
    words: 'desk.key.log',
    pressed: letter('l'),
    act: () => ({ act: 'view', view: 'log' }),
  },
  {
    ...plain,
    shown: 'Q',
    words: 'desk.key.quarantine',
    pressed: letter('q'),
    act: () => ({ act: 'view', view: 'quarantine' }),
  },
  {
    // in a field it is the field's own
    bare: false,
    typing: false,
    shown: 'Ctrl Z',
    words: 'desk.key.undo',
    pressed: control('z'),
    act: () => ({ act: 'undo' }),
  },
]

/**
 * @param typing the key goes into a field
 * @param single bare characters are shortcuts; a person may turn that off (WCAG 2.1.4)
 */
export function actFor(press: Press, situation: Situation, typing: boolean, single: boolean): Act | null {
  if (press.altKey || press.metaKey) return null
  const row = keyRows.find((each) => each.pressed(press))
  if (row === undefined || (typing && !row.typing) || (row.bare && !single)) return null
  return row.act(situation, press)
}
