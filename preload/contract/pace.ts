/**
 * A token bucket: so many at once, then so many a second.
 *
 * @param clock ms, of any origin, never set back
 * @returns whether one more is within the pace
 */
export function createPace(burst: number, perSecond: number, clock: () => number): () => boolean {
  let left = burst
  let last = clock()
  return () => {
    const now = clock()
    left = Math.min(burst, left + ((now - last) * perSecond) / 1000)
    last = now
    if (left < 1) return false
    left -= 1
    return true
  }
}

/**
 * Of what there may be too much of for a log, some lines, each with how many were left out before it.
 *
 * @param clock ms, of any origin, never set back
 */
export function createSampling(say: (line: string) => void, clock: () => number): (line: string) => void {
  const may = createPace(5, 0.1, clock)
  let untold = 0
  return (line) => {
    if (!may()) {
      untold++
      return
    }
    say(untold === 0 ? line : `${line} (and ${untold} more)`)
    untold = 0
  }
}
