import type { DeskState } from '../../preload/contract/state.ts'
import type { Language } from '../../preload/contract/words.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import { isSame, type Target } from './record.ts'

/** What fills the middle of the desk. */
export const views = ['wall', 'map', 'log', 'quarantine'] as const
export type View = (typeof views)[number]

/** All that a person can do at the desk, whether by key, pointer or palette. */
export type Act =
  | { act: 'show-scene'; screen: number; scene: string }
  | { act: 'blank'; blanked: boolean }
  | { act: 'identify' }
  | { act: 'accept-display'; screen: number }
  | { act: 'language'; language: Language }
  | { act: 'acknowledge'; target: Target; taken: boolean }
  | { act: 'point-out'; target: Target | null }
  | { act: 'select'; target: Target }
  | { act: 'next-alarm' }
  | { act: 'choose-screen'; screen: number }
  | { act: 'choose-scene'; screen: number }
  | { act: 'view'; view: View }
  | { act: 'product'; product: ProductName }
  | { act: 'palette' }
  | { act: 'help' }
  | { act: 'undo' }

/**
 * What takes an act back; null where nothing was done that others see, or where the same key does it.
 * @param before the state in which the act was done
 */
export function inverseOf(act: Act, before: DeskState, pointedOut: Target | null): Act | null {
  switch (act.act) {
    case 'show-scene': {
      const screen = before.screens.find((each) => each.screen === act.screen)
      if (screen === undefined || screen.scene === act.scene) return null
      return { act: 'show-scene', screen: act.screen, scene: screen.scene }
    }
    case 'language':
      return act.language === before.node.language
        ? null
        : { act: 'language', language: before.node.language }
    case 'acknowledge':
      return { ...act, taken: !act.taken }
    case 'point-out':
      return isSame(act.target, pointedOut) ? null : { act: 'point-out', target: pointedOut }
    default:
      return null
  }
}

export const isTaken = (state: DeskState, target: Target): boolean =>
  state.node.acknowledged.some((taken) => isSame(taken, target))
