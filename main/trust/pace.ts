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
