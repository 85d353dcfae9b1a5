/** What kinds of elements and their settings are called: as the translations have them, else by their names in the file. */
import type { Speech } from '../../speech/speech.ts'
import { isKey } from '../../speech/words.ts'

const said = (key: string, fallback: string, { say }: Pick<Speech, 'say'>): string =>
  isKey(key) ? say(key) : fallback

export const kindInWords = (kind: string, speech: Pick<Speech, 'say'>): string =>
  said(`desk.boards.widget.${kind}`, kind, speech)
/** what it is for, in three words; empty: nobody says */
export const hintOf = (kind: string, speech: Pick<Speech, 'say'>): string =>
  said(`desk.boards.widgetHint.${kind}`, '', speech)
export const settingInWords = (name: string, speech: Pick<Speech, 'say'>): string =>
  said(`desk.boards.setting.${name}`, name, speech)
export const valueInWords = (name: string, value: string, speech: Pick<Speech, 'say'>): string =>
  said(`desk.boards.value.${name}.${value}`, value, speech)
