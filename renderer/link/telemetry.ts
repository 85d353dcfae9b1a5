import { bucketOf, latencyBuckets } from '../../preload/contract/latency.ts'
import type { Telemetry } from '../../preload/contract/schema.ts'

/** What happened since the last time it was asked; goes to main as it is, with the marking. */
export type PictureTelemetry = Omit<Telemetry, 'marking'>

export interface TelemetryKeeper {
  /** @param published when the platform stored each applied event, ms since 1970 */
  applied: (published: ArrayLike<number>) => void
  /** @param map whether it was a map's */
  frame: (drawn: boolean, map?: boolean) => void
  /** all that this window shows was told: it is complete with the next frame, a map's where it has one */
  whole: (map: boolean) => void
  take: () => PictureTelemetry
}

/**
 * @param now the platform's time, as far as the window knows it
 * @param here this machine's own
 */
export function keepTelemetry(now: () => number, here: () => number = Date.now): TelemetryKeeper {
  /** what completes it: nothing yet, any frame, or a map's */
  let waiting: 'told' | 'frame' | 'map' = 'told'
  let complete: number | null = null
  const none = (): PictureTelemetry => ({
    frames: 0,
    drawn: 0,
    latency: new Array<number>(latencyBuckets).fill(0),
    complete,
  })
  let kept = none()
  return {
    applied(published) {
      const at = now()
      for (let i = 0; i < published.length; i++) {
        const bucket = bucketOf(at - (published[i] ?? at))
        kept.latency[bucket] = (kept.latency[bucket] ?? 0) + 1
      }
    },
    frame(drawn, map = false) {
      kept.frames++
      if (drawn) kept.drawn++
      if (drawn && (waiting === 'frame' || (waiting === 'map' && map))) complete ??= here()
    },
    whole: (map) => (waiting = map ? 'map' : 'frame'),
    take() {
      const told = { ...kept, complete }
      kept = none()
      return told
    },
  }
}
