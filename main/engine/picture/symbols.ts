/** The symbols of a product's rows, each text once: a hundred thousand tracks have a few dozen. */
import { textBytes, type Account } from './budget.ts'

export interface Symbols {
  /** by index; 0 is '' */
  readonly texts: readonly string[]
  /** @returns 0 where there is no room for one more */
  indexOf(text: string): number
}

const most = 4096
/** About what one takes beside its text. */
const symbolBytes = 120

export function createSymbols(account: Account): Symbols {
  const texts: string[] = ['']
  const indexes = new Map<string, number>([['', 0]])
  return {
    texts,
    indexOf(text) {
      const known = indexes.get(text)
      if (known !== undefined) return known
      if (texts.length >= most || !account.take(symbolBytes + textBytes(text), true)) return 0
      indexes.set(text, texts.length)
      return texts.push(text) - 1
    },
  }
}
