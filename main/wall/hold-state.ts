import type { Act } from '../../preload/contract/act.ts'
import {
  add,
  drop,
  forget,
  keep,
  settle,
  shownOf,
  take,
  type Fold,
  type Own,
  type Settled,
  type Settling,
} from './fold.ts'
import type { Found, State } from './state.ts'

type Heard = (state: State, before: State) => void

export interface HeldState {
  now(): State
  /** … and what it is made of */
  fold(): Fold
  /** main found this: it is so from now on */
  found(found: Partial<Found>): void
  /** done, for this node alone, and shown. @returns ids of what it replaces */
  take(act: Act, entity: string): string[]
  /** done here for everybody, and shown unless it is to wait */
  add(own: Own): void
  /** … before all that is known of it */
  addFirst(own: readonly Own[]): void
  /** the outbox has it now, or says that it has not */
  kept(id: string, kept: boolean): void
  /** it got there, and is not in force any more */
  forget(id: string): void
  /** it never gets there, and is taken back */
  drop(id: string): void
  /** the platform's own. @returns what this node did and lost by it, or has to say again */
  settle(acts: readonly Settling[], anew?: boolean): Omit<Settled, 'fold'>
  /** each hears once of a change, and of all of it */
  listen(heard: Heard): () => void
}

/**
 * @param node this one's name
 * @param keeping what must be on the disk before it is on the screens
 */
export function holdState(
  first: Fold,
  node: string,
  keeping: (next: Fold, shown: State) => void = () => undefined,
): HeldState {
  let fold = first
  let shown = shownOf(fold)
  const listeners = new Set<Heard>()
  const show = (next: Fold): void => {
    const before = shown
    fold = next
    shown = shownOf(fold)
    for (const heard of listeners) heard(shown, before)
  }
  const become = (next: Fold): void => {
    if (next === fold) return
    const found = fold.base
    keeping(next, shownOf(next))
    // keeping it may have found a problem: what is told now has both
    show(fold.base === found ? next : { ...next, base: { ...next.base, problem: fold.base.problem } })
  }
  return {
    now: () => shown,
    fold: () => fold,
    found: (found) => show({ ...fold, base: { ...fold.base, ...found } }),
    take(act, entity) {
      const taken = take(fold, act, entity)
      become(taken.fold)
      return taken.replaced
    },
    add: (own) => become(add(fold, [own], false)),
    addFirst(own) {
      // the outbox keeps them: nobody did anything that would have to be kept here, too
      if (own.length > 0) show(add(fold, own, true))
    },
    kept(id, kept) {
      // nobody sees it
      fold = keep(fold, id, kept)
      keeping(fold, shown)
    },
    forget: (id) => become(forget(fold, id)),
    drop: (id) => become(drop(fold, id)),
    settle(acts, anew = false) {
      const { fold: next, ...settled } = settle(fold, node, acts, anew)
      become(next)
      return settled
    },
    listen(heard) {
      listeners.add(heard)
      return () => void listeners.delete(heard)
    },
  }
}
