import { bucketOf, latencyBuckets } from '../../preload/contract/latency.ts'

/** What happened since the last time it was asked; goes to main as it is, with the marking. */
export interface Measured {
  /** frames of the page that something was changed for */
  frames: number
  /** those of them in which the picture changed */
  drawn: number
  /** counts per bucket of `latency.ts`: published until applied here */
  latency: number[]
  /** when all that this window shows was there and drawn for the first time, ms since 1970 by this machine's clock */
  complete: number | null
}

export interface Measuring {
  /** @param published when the platform stored each applied event, ms since 1970 */
  applied: (published: ArrayLike<number>) => void
  /** @param map whether it was a map's */
  frame: (drawn: boolean, map?: boolean) => void
  /** all that this window shows was told: it is complete with the next frame, a map's where it has one */
  whole: (map: boolean) => void
  take: () => Measured
}

/**
 * @param now the platform's time, as far as the window knows it
 * @param here this machine's own
 */
export function createMeasuring(now: () => number, here: () => number = Date.now): Measuring {
  /** what completes it: nothing yet, any frame, or a map's */
  let waiting: 'told' | 'frame' | 'map' = 'told'
  let complete: number | null = null
  const none = (): Measured => ({
    frames: 0,
    drawn: 0,
    latency: new Array<number>(latencyBuckets).fill(0),
    complete,
  })
  let measured = none()
  return {
    applied(published) {
      const at = now()
      for (let i = 0; i < published.length; i++) {
        const bucket = bucketOf(at - (published[i] ?? at))
        measured.latency[bucket] = (measured.latency[bucket] ?? 0) + 1
      }
    },
    frame(drawn, map = false) {
      measured.frames++
      if (drawn) measured.drawn++
      if (drawn && (waiting === 'frame' || (waiting === 'map' && map))) complete ??= here()
    },
    whole: (map) => (waiting = map ? 'map' : 'frame'),
    take() {
      const taken = { ...measured, complete }
      measured = none()
      return taken
    },
  }
}
