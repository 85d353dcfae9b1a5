import type { Erasable } from './saves.ts'

export interface Erasing<Kept extends Erasable> {
  /** as it was seen when somebody wanted it erased; null: nothing is asked */
  readonly asked: Kept | null
  /** it is under way: until it is answered nobody leaves it, and nothing else is asked */
  busy: boolean
  want(one: Kept | null): void
  /** the question was left */
  leave(): void
  /** its list was left: it is asked anew */
  drop(): void
}

/**
 * What of a list somebody wants erased for everybody, one at a time.
 * @param rowOf what has the focus once the question was left: the row where it was asked, or what is there now
 */
export function createErasing<Kept extends Erasable>(
  rowOf: (key: string) => HTMLElement | null | undefined,
): Erasing<Kept> {
  let asked = $state.raw<Kept | null>(null)
  let busy = $state(false)
  return {
    get asked() {
      return asked
    },
    get busy() {
      return busy
    },
    set busy(is) {
      busy = is
    },
    want(one) {
      if (!busy) asked = one
    },
    leave() {
      const key = asked?.key ?? ''
      asked = null
      rowOf(key)?.focus()
    },
    drop() {
      asked = null
      busy = false
    },
  }
}
