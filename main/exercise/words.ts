import * as v from 'valibot'

/** A text in both languages, as a scenario's files have it. */
export const BothSchema = v.strictObject({ fr: v.string(), en: v.string() })
export type Both = v.InferOutput<typeof BothSchema>

type Texts<T> = { [K in keyof T]: string }

/**
 * A body's texts are French, as the departments write them; the English ones go beside, under `translations`,
 * for a station that is set to English.
 */
export const translated = <T extends Record<string, Both | undefined>>(
  texts: T,
): Texts<T> & { translations: { en: Texts<T> } } => {
  const french: Record<string, string> = {}
  const english: Record<string, string> = {}
  for (const [key, both] of Object.entries(texts)) {
    if (both === undefined) continue
    french[key] = both.fr
    english[key] = both.en
  }
  return { ...french, translations: { en: english } } as Texts<T> & { translations: { en: Texts<T> } }
}
