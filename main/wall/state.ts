import type { Act } from '../../preload/contract/act.ts'
import type { WallPlan } from '../../preload/contract/display.ts'
import type { Moment } from '../../preload/contract/moment.ts'
import type { Problem, Result } from '../../preload/contract/result.ts'
import type { DeskState, Node } from '../../preload/contract/state.ts'
import type { Language } from '../../preload/contract/words.ts'
import { reduce } from './acts.ts'

/** What main finds, and nobody does. */
export interface Found {
  /** the displays that hang there; that one is a screen's own is a person's act */
  plan: WallPlan
  /** the scenes that there are */
  choosable: readonly string[]
  problem: Problem | null
  /** what of the certificate that opened may be told; null: none did */
  identity: DeskState['identity']
  passphraseWanted: DeskState['passphraseWanted']
  /** the platform’s address; empty: the exercise’s, which does not stand yet */
  platform: string
}

/** The wall as acts have made it: the one owner of all that windows are told. */
export interface State extends Found {
  language: Language
  moment: Moment
  blanked: boolean
  /** since when the screens show their numbers, ms since 1970; null: they don't */
  identifying: number | null
  acknowledged: Node['acknowledged']
  pointedOut: DeskState['pointedOut']
  /** scene per screen number, where somebody chose one */
  scenes: ReadonlyMap<number, string>
}

/** Of what was done, so much is remembered, refused acts aside. */
const mostActs = 500

type Heard = (state: State, before: State) => void

export interface WallState {
  now(): State
  /** @returns why it can't be done, or the state with it; everybody who listens is told once */
  take(act: Act): Result<State>
  find(found: Partial<Found>): void
  /** the last that were done, oldest first: folded over the state before them they make the state now */
  acts(): readonly Act[]
  listen(heard: Heard): () => void
}

/** @param keep what must be on the disk before it is on the screens */
export function holdState(first: State, keep: (act: Act) => void = () => undefined): WallState {
  let state = first
  const acts: Act[] = []
  const listeners = new Set<Heard>()
  const become = (next: State): void => {
    const before = state
    state = next
    for (const heard of listeners) heard(next, before)
  }
  return {
    now: () => state,
    take(act) {
      const possible = reduce(state, act)
      if (!possible.ok) return possible
      keep(act)
      // keeping it may have found a problem: what is told now has both
      const reduced = reduce(state, act)
      if (!reduced.ok) return reduced
      acts.push(act)
      if (acts.length > mostActs) acts.shift()
      become(reduced.value)
      return reduced
    },
    find: (found) => become({ ...state, ...found }),
    acts: () => acts,
    listen(heard) {
      listeners.add(heard)
      return () => void listeners.delete(heard)
    },
  }
}
