import type { Language } from '../../preload/contract/words.ts'

/** The language of a node where nobody chose one: the system's where it is English, else French. */
export function firstLanguage(environment: NodeJS.ProcessEnv): Language {
  const locale = environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || ''
  return /^en([_.@]|$)/.test(locale) ? 'en' : 'fr'
}
