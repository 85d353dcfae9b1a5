/** A formula while somebody types it. */
import type { FormulaStanding } from '../../../preload/contract/formula.ts'
import type { Words } from '../../../preload/contract/words.ts'
import type { Speech } from '../../speech/speech.ts'
import { typedOf, type Typed } from '../bounds/bounds.ts'

export interface TypedFormula {
  /** null: it is new */
  of: FormulaStanding | null
  title: string
  about: string
  value: string
  bounds: Typed
  marking: string
  /** somebody wants it saved: why it can't be is said */
  isPressed: boolean
}

/** @param marking of a new one, until somebody says otherwise */
export function typedFormula(of: FormulaStanding | null, speech: Speech, marking: string): TypedFormula {
  const words = (text: Words | undefined): string => (text === undefined ? '' : speech.words(text))
  return {
    of,
    title: words(of?.title),
    about: words(of?.content.about),
    value: of?.content.value ?? '',
    bounds: typedOf(of?.content, speech.language),
    marking: of?.marking ?? marking,
    isPressed: false,
  }
}
