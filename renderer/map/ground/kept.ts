/** What is kept for whoever wants the same next, for a while. */
export interface Kept<T> {
  keep(alike: string, what: T): void
  /** @returns what was kept last of those alike, whose it is from now on; null: nothing */
  take(alike: string): T | null
  /** it is no good to anybody any more; of one that is not kept this does nothing */
  forget(what: T): void
}

/**
 * @param keptFor ms after which it is taken down
 * @param most so many at once; the oldest goes first
 */
export function createKept<T extends { dispose(): void }>(keptFor: number, most: number): Kept<T> {
  let all: { alike: string; what: T; over: ReturnType<typeof setTimeout> }[] = []

  /** @returns true: it was kept, and is no more */
  function release(what: T): boolean {
    const one = all.find((each) => each.what === what)
    if (one === undefined) return false
    clearTimeout(one.over)
    all = all.filter((each) => each !== one)
    return true
  }
  function forget(what: T): void {
    if (release(what)) what.dispose()
  }

  return {
    keep(alike, what) {
      all.push({ alike, what, over: setTimeout(() => forget(what), keptFor) })
      const [oldest] = all
      if (oldest !== undefined && all.length > most) forget(oldest.what)
    },
    take(alike) {
      const one = all.findLast((each) => each.alike === alike)
      if (one === undefined) return null
      release(one.what)
      return one.what
    },
    forget,
  }
}
