import { createContext } from 'svelte'
import type { Synthesis } from '../../preload/contract/report.ts'
import type { At } from './parts.ts'

/** What a part of the sheet asks of whoever shows it. */
export interface SheetOn {
  readonly synthesis: Synthesis
  isChosen(at: At): boolean
  isWriting(at: At): boolean
  /** open comments on it */
  comments(at: At): number
  /** @param pressed with a pointer or Enter, not only reached */
  choose(at: At, pressed: boolean): void
  key(event: KeyboardEvent, at: At): void
  type(at: At, text: string): void
  /** `left`: with Escape; `next`: another one is to follow */
  done(at: At, how: 'kept' | 'left' | 'next', text: string): void
}

export const [sheet, setSheet] = createContext<SheetOn>()
