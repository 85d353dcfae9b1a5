/**
 * History is read one product after the other, and only while every product is up to now: what happens comes before
 * what happened.
 */

/** Products that begin at once, each with requests and consumers of its own on the platform. */
const sideBySide = 32
/** ms that one of them keeps the next from beginning at most */
const beginning = 5_000

/** ms that history waits for a product at most: one that never gets to now must not keep the others' from coming */
const patience = 60_000

export interface Backfill {
  /** Resolves when a product may begin to read: few do at once. @returns to be called when it has begun, or ended */
  begin(): Promise<() => void>
  /** A reader begins that has something to catch up on. @returns to be called when it has, or when it ends */
  catchingUp(): () => void
  /** Resolves when it is this product's turn. @returns to be called when its turn is over */
  turn(): Promise<() => void>
}

export function createBackfill(): Backfill {
  let behind = 0
  let taken = false
  const waiting: ((over: () => void) => void)[] = []
  let begun = 0
  const toBegin: ((over: () => void) => void)[] = []

  const beginNext = (): void => {
    const next = begun < sideBySide ? toBegin.shift() : undefined
    if (next === undefined) return
    begun++
    const over = once(() => {
      begun--
      clearTimeout(timer)
      beginNext()
    })
    const timer = setTimeout(over, beginning)
    timer.unref()
    next(over)
  }

  const next = (): void => {
    if (taken || behind > 0) return
    const begin = waiting.shift()
    if (begin === undefined) return
    taken = true
    begin(
      once(() => {
        taken = false
        next()
      }),
    )
  }

  return {
    begin: () =>
      new Promise((resolve) => {
        toBegin.push(resolve)
        beginNext()
      }),
    catchingUp() {
      behind++
      const caughtUp = once(() => {
        behind--
        clearTimeout(timer)
        next()
      })
      const timer = setTimeout(caughtUp, patience)
      timer.unref()
      return caughtUp
    },
    turn: () =>
      new Promise((resolve) => {
        waiting.push(resolve)
        next()
      }),
  }
}

function once(act: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    act()
  }
}
