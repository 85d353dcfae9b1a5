import { bucketOf, latencyBuckets } from '../../preload/contract/latency.ts'

/** What happened since the last time it was asked; goes to main as it is, with the marking. */
export interface Measured {
  /** frames of the page that something was changed for */
  frames: number
  /** those of them in which the picture changed */
  drawn: number
  /** counts per bucket of `latency.ts`: published until applied here */
  latency: number[]
}

export interface Measuring {
  /** @param published when the platform stored each applied event, ms since 1970 */
  applied: (published: ArrayLike<number>) => void
  frame: (drawn: boolean) => void
  take: () => Measured
}

export function createMeasuring(now: () => number): Measuring {
  const none = (): Measured => ({ frames: 0, drawn: 0, latency: new Array<number>(latencyBuckets).fill(0) })
  let measured = none()
  return {
    applied(published) {
      const at = now()
      for (let i = 0; i < published.length; i++) {
        const bucket = bucketOf(at - (published[i] ?? at))
        measured.latency[bucket] = (measured.latency[bucket] ?? 0) + 1
      }
    },
    frame(drawn) {
      measured.frames++
      if (drawn) measured.drawn++
    },
    take() {
      const taken = measured
      measured = none()
      return taken
    },
  }
}
