import type { Record } from '../../preload/contract/picture.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import type { Language } from '../../preload/contract/words.ts'
import type { Picture } from '../link/picture.svelte.ts'
import type { Speech } from '../speech/speech.ts'

type Texts = { readonly [key: string]: unknown }
const isTexts = (value: unknown): value is Texts => typeof value === 'object' && value !== null

/** Who writes in two languages puts the other's texts beside its own: `translations: { en: { name: … } }`. */
function inThat(language: Language, texts: Texts): Texts | null {
  const { translations } = texts
  const own = isTexts(translations) && Object.hasOwn(translations, language) ? translations[language] : null
  if (!isTexts(own)) return null
  const words = Object.entries(own).filter(
    ([key, text]) => typeof text === 'string' && typeof texts[key] === 'string',
  )
  return { ...texts, ...Object.fromEntries(words) }
}

/** The record with its texts in that language, where its owner gave them; else as it came. */
export function translated(record: Record, language: Language): Record {
  const { body } = record
  if ('properties' in body && isTexts(body.properties)) {
    const properties = inThat(language, body.properties)
    // what replaces a text is a text: the body stays what it is
    return properties === null ? record : { ...record, body: { ...body, properties } }
  }
  const texts = inThat(language, body)
  return texts === null ? record : { ...record, body: texts as unknown as Record['body'] }
}

/** A product's records as this window reads them. Follow it as `picture.records`. */
export const recordsIn =
  (picture: Pick<Picture, 'records'>, speech: Pick<Speech, 'language'>) =>
  (product: ProductName): Record[] =>
    Array.from(picture.records(product).values(), (record) => translated(record, speech.language))
