import type { Act } from '../../preload/contract/act.ts'
import type { Result } from '../../preload/contract/result.ts'
import { reduce } from './acts.ts'
import type { Found, State } from './state.ts'

type Heard = (state: State, before: State) => void

export interface HeldState {
  now(): State
  /** @returns why it can't be done, or the state with it; everybody who listens is told once */
  take(act: Act): Result<State>
  /** main found this: it is so from now on */
  found(found: Partial<Found>): void
  listen(heard: Heard): () => void
}

/** @param keep what must be on the disk before it is on the screens */
export function holdState(first: State, keep: (act: Act) => void = () => undefined): HeldState {
  let state = first
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
      become(reduced.value)
      return reduced
    },
    found: (found) => become({ ...state, ...found }),
    listen(heard) {
      listeners.add(heard)
      return () => void listeners.delete(heard)
    },
  }
}
