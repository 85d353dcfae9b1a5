/** Who wants to be told. */
export interface Listeners<T> {
  /** @returns how to stop listening */
  add: (listen: (told: T) => void) => () => void
  tell: (told: T) => void
  readonly count: number
}

export function createListeners<T>(): Listeners<T> {
  const listeners = new Set<(told: T) => void>()
  return {
    add(listen) {
      listeners.add(listen)
      return () => void listeners.delete(listen)
    },
    tell(told) {
      for (const listen of listeners) listen(told)
    },
    get count() {
      return listeners.size
    },
  }
}
