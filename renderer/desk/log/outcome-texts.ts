/** What a line says that tells what became of another, unless somebody writes more: it stays in the language it was written in. */
import type { Outcome } from '../../../preload/contract/event.ts'
import type { Language } from '../../../preload/contract/words.ts'

export const outcomeTexts: { readonly [L in Language]: { readonly [O in Outcome]: string } } = {
  fr: { done: 'Fait.', dropped: 'Abandonné.', open: 'Rouvert.' },
  en: { done: 'Done.', dropped: 'Dropped.', open: 'Opened again.' },
}
