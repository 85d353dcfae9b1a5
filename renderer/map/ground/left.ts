/** What is left to whoever wants the same next, for a while. */
export interface Left<T> {
  leave(alike: string, what: T): void
  /** @returns what was left last of those alike, whose it is from now on; null: nothing */
  take(alike: string): T | null
  /** it is no good to anybody any more; of one that is not there this does nothing */
  forget(what: T): void
}

/** @param waits ms after which nobody wants it any more */
export function createLeft<T extends { dispose(): void }>(waits: number): Left<T> {
  let all: { alike: string; what: T; gone: ReturnType<typeof setTimeout> }[] = []

  /** @returns true: it was there */
  function out(what: T): boolean {
    const one = all.find((each) => each.what === what)
    if (one === undefined) return false
    clearTimeout(one.gone)
    all = all.filter((each) => each !== one)
    return true
  }
  function forget(what: T): void {
    if (out(what)) what.dispose()
  }

  return {
    leave(alike, what) {
      all.push({ alike, what, gone: setTimeout(() => forget(what), waits) })
    },
    take(alike) {
      const one = all.findLast((each) => each.alike === alike)
      if (one === undefined) return null
      out(one.what)
      return one.what
    },
    forget,
  }
}
