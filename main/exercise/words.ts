import * as v from 'valibot'

/** A text in both languages, as a scenario's files have it. */
export const BothSchema = v.strictObject({ fr: v.string(), en: v.string() })
export type Both = v.InferOutput<typeof BothSchema>

/** A proper name is the same in both; what describes is not. */
export const NameSchema = v.union([v.string(), BothSchema])
export type Name = v.InferOutput<typeof NameSchema>
export const bothOf = (name: Name): Both => (typeof name === 'string' ? { fr: name, en: name } : name)

/** A name with its number where it has a `%`. */
export const named = (name: Name, number: string): Name =>
  typeof name === 'string'
    ? name.replace('%', number)
    : { fr: name.fr.replace('%', number), en: name.en.replace('%', number) }

type Texts<T> = { [K in keyof T]: string }
type Translated<T> = Texts<T> & { translations?: { en: Partial<Texts<T>> } }

/**
 * A body's texts are French, as the departments write them; the English ones go beside, under `translations`,
 * for a station that is set to English. What is the same in both is said once.
 */
export const translated = <T extends Record<string, Name | undefined>>(texts: T): Translated<T> => {
  const french: Record<string, string> = {}
  const english: Record<string, string> = {}
  for (const [key, both] of Object.entries(texts)) {
    if (both === undefined) continue
    french[key] = bothOf(both).fr
    if (typeof both !== 'string') english[key] = both.en
  }
  const beside = Object.keys(english).length === 0 ? {} : { translations: { en: english } }
  return { ...french, ...beside } as Translated<T>
}
