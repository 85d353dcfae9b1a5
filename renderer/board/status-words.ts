import type { Speech } from '../speech/speech.ts'
import { isKey } from '../speech/words.ts'

/** A state by a word that Vigie knows is said in the reader's language; another as its owner writes it. */
export function statusInWords(status: string, speech: Pick<Speech, 'say'>): string {
  const key = `status.${status.toLowerCase()}`
  return isKey(key) ? speech.say(key) : status
}
