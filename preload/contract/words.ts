import * as v from 'valibot'

/** The languages of the product; every text that Vigie itself shows exists in each. */
export const languages = ['fr', 'en'] as const
export const LanguageSchema = v.picklist(languages)
export type Language = v.InferOutput<typeof LanguageSchema>

/** A text that its author may have written once, or once per language. */
export const WordsSchema = v.union([
  v.pipe(v.string(), v.minLength(1), v.maxLength(500)),
  v.object({ fr: v.pipe(v.string(), v.maxLength(500)), en: v.pipe(v.string(), v.maxLength(500)) }),
])
export type Words = v.InferOutput<typeof WordsSchema>

export const inLanguage = (words: Words, language: Language): string =>
  typeof words === 'string' ? words : words[language]
