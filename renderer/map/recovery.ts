/** What lives in a graphics context, and is made anew when the context is lost. */
export interface Recovery<T> {
  /** null while there is none */
  readonly now: T | null
  /** the context was lost, or could not be had, so many times */
  readonly lost: number
  /** @throws what making it throws, this first time; later it is tried again */
  start(): void
  dispose(): void
}

interface Given<T> {
  /** @param gone tells that the context of what is being made went */
  make: (gone: () => void) => T
  /** its context went */
  onLost: () => void
  /** … and there is another */
  onBack: () => void
}

/** ms; each time twice as long */
const first = 500
const longest = 30_000

export function createRecovery<T extends { dispose(): void }>({
  make,
  onLost,
  onBack,
}: Given<T>): Recovery<T> {
  let now: T | null = null
  let lost = 0
  let disposed = false

  function made(): T {
    const one: T = make(() => {
      // each has two contexts, and taking it down loses them again: it breaks once
      if (disposed || now !== one) return
      onLost()
      now = null
      again(one)
    })
    return one
  }

  /** A driver that just fell over needs a moment; one that keeps falling, a longer one. */
  function again(gone: T | null): void {
    lost++
    const wait = Math.min(longest, first * 2 ** Math.min(lost, 6))
    setTimeout(() => {
      try {
        gone?.dispose()
      } catch (error) {
        reportError(error)
      }
      if (disposed) return
      try {
        now = made()
      } catch (error) {
        reportError(error)
        again(null)
        return
      }
      onBack()
    }, wait)
  }

  return {
    get now() {
      return now
    },
    get lost() {
      return lost
    },
    start() {
      now = made()
    },
    dispose() {
      disposed = true
      now?.dispose()
      now = null
    },
  }
}
