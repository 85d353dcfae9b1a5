/**
 * History is read one product after the other, and only while every product is up to now: what happens comes before
 * what happened.
 */

/** ms that history waits for a product at most: one that never gets to now must not keep the others' from coming */
const patience = 60_000

export interface Backfill {
  /** A reader begins that has something to catch up on. @returns to be called when it has, or when it ends */
  catchingUp(): () => void
  /** Resolves when it is this product's turn. @returns to be called when its turn is over */
  turn(): Promise<() => void>
}

export function createBackfill(): Backfill {
  let behind = 0
  let taken = false
  const waiting: ((over: () => void) => void)[] = []

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
