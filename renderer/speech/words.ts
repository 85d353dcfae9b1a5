import { IntlMessageFormat } from 'intl-messageformat'
import type { Language } from '../../preload/contract/words.ts'
import en from '../../resources/translations/en.json'
import fr from '../../resources/translations/fr.json'

/** Every text that Vigie itself shows. French is where a key is born; a test holds English to the same keys. */
export type Key = keyof typeof fr
export type Values = Record<string, string | number>
/** A text in the language of the moment. */
export type Say = (key: Key, values?: Values) => string

export const translations: Record<Language, Record<Key, string>> = { fr, en }

/** How numbers and dates are written. English is the British one: day before month, 24 hours. */
export const locales: Record<Language, string> = { fr: 'fr-FR', en: 'en-GB' }

export const isKey = (key: string): key is Key => Object.hasOwn(fr, key)

/** Messages are parsed once each, when first said; a text is data, so tags in it are just characters. */
export function createSay(language: Language): Say {
  const formats = new Map<Key, IntlMessageFormat>()
  return (key, values) => {
    let format = formats.get(key)
    if (format === undefined) {
      format = new IntlMessageFormat(translations[language][key], locales[language], undefined, {
        ignoreTag: true,
      })
      formats.set(key, format)
    }
    return String(format.format(values))
  }
}
