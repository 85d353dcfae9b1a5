import type { Act } from '../../preload/contract/act.ts'
import type { Result } from '../../preload/contract/result.ts'
import { reduce } from './acts.ts'
import type { Found, State } from './state.ts'

/** Of what was done, so much is remembered, refused acts aside. */
const mostActs = 500

type Heard = (state: State, before: State) => void

export interface HeldState {
  now(): State
  /** @returns why it can't be done, or the state with it; everybody who listens is told once */
  take(act: Act): Result<State>
  find(found: Partial<Found>): void
  /** the last that were done, oldest first: folded over the state before them they make the state now */
  acts(): readonly Act[]
  listen(heard: Heard): () => void
}

/** @param keep what must be on the disk before it is on the screens */
export function holdState(first: State, keep: (act: Act) => void = () => undefined): HeldState {
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
