import type { Said } from '../../preload/contract/act.ts'
import { identifierInWords } from '../../preload/contract/identifier.ts'
import type { Speech } from './speech.ts'
import type { Values } from './words.ts'

/** A text of the contract in the language of the moment, with what stands in it. */
export function inWords(told: Said, speech: Pick<Speech, 'say' | 'words'>): string {
  if ('words' in told) return speech.words(told.words)
  const { key, values = {} } = told
  const said: Values = {}
  for (const [name, value] of Object.entries(values))
    said[name] =
      typeof value === 'number'
        ? value
        : typeof value === 'object' && 'entity' in value
          ? identifierInWords(value.entity)
          : typeof value === 'object' && ('key' in value || 'words' in value)
            ? inWords(value, speech)
            : speech.words(value)
  return speech.say(key, said)
}
