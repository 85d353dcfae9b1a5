/** The keys of this window, once: what they do is each part's, what `?` says of them is made of this. */
import type { Key } from '../speech/words.ts'
import type { Tab } from './tabs.ts'

interface KeyRow {
  /** as printed on it */
  shown: string
  words: Key
}

export const everywhere: readonly KeyRow[] = [
  { shown: 'Ctrl 1 … 5', words: 'provisioning.key.parts' },
  { shown: '?', words: 'provisioning.key.help' },
]

/** … and those that only one part has. */
export const keysOf: { readonly [T in Tab]: readonly KeyRow[] } = {
  identities: [
    { shown: 'E', words: 'identities.enrol' },
    { shown: 'D', words: 'identities.create' },
    { shown: 'I', words: 'identities.import' },
    { shown: 'T', words: 'identities.try' },
  ],
  policy: [
    { shown: 'Ctrl Z', words: 'provisioning.key.undo' },
    { shown: 'Ctrl Y', words: 'provisioning.key.redo' },
    { shown: 'Ctrl ↵', words: 'provisioning.key.sign' },
  ],
  trust: [
    { shown: '↑ ↓', words: 'provisioning.key.chooseList' },
    { shown: 'I', words: 'provisioning.key.importList' },
    { shown: 'R', words: 'provisioning.key.readLists' },
  ],
  health: [
    { shown: 'R', words: 'provisioning.key.refresh' },
    { shown: 'Ctrl C', words: 'provisioning.key.copyReport' },
  ],
  trail: [
    { shown: '/', words: 'provisioning.key.search' },
    { shown: 'V', words: 'provisioning.key.verify' },
    { shown: 'X', words: 'provisioning.key.export' },
  ],
}

type Press = Pick<
  KeyboardEvent,
  'key' | 'ctrlKey' | 'altKey' | 'metaKey' | 'repeat' | 'isComposing' | 'defaultPrevented' | 'target'
>

const takesText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type)))

/** @returns the bare character that was pressed where nobody types and no dialog is open; null: none */
export function bareKey(press: Press): string | null {
  const { key, ctrlKey, altKey, metaKey, repeat, isComposing, defaultPrevented, target } = press
  if (ctrlKey || altKey || metaKey || repeat || isComposing || defaultPrevented || key.length !== 1)
    return null
  if (takesText(target) || document.querySelector('dialog[open]') !== null) return null
  return key.toUpperCase()
}
