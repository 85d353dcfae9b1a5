import { latencyBuckets } from '../../preload/contract/latency.ts'
import type { Rank } from '../../preload/contract/marking.ts'

/** Of one of the wall's windows, since the start. */
export interface ScreenTelemetry {
  frames: number
  drawn: number
  /** what the banner showed last; null before the window said so */
  marking: Rank | null
  latency: Float64Array
}

/** What Vigie measures of itself on the wall, per screen number. */
export interface WallTelemetry {
  add(
    screen: number,
    report: { frames: number; drawn: number; marking: Rank; latency: readonly number[] },
  ): void
  /** a window that has not spoken since its page was loaded shows we don't know what */
  forgetMarking(screen: number): void
  of(screen: number): ScreenTelemetry
  /** counts per bucket, of all windows together */
  latency(): Float64Array
}

const none = (): ScreenTelemetry => ({
  frames: 0,
  drawn: 0,
  marking: null,
  latency: new Float64Array(latencyBuckets),
})

export function gatherTelemetry(): WallTelemetry {
  const screens = new Map<number, ScreenTelemetry>()
  const of = (screen: number): ScreenTelemetry => {
    const known = screens.get(screen) ?? none()
    screens.set(screen, known)
    return known
  }
  return {
    of,
    add(screen, report) {
      const own = of(screen)
      own.frames += report.frames
      own.drawn += report.drawn
      own.marking = report.marking
      for (const [bucket, count] of report.latency.slice(0, latencyBuckets).entries())
        own.latency[bucket] = (own.latency[bucket] ?? 0) + count
    },
    forgetMarking(screen) {
      of(screen).marking = null
    },
    latency() {
      const all = new Float64Array(latencyBuckets)
      for (const { latency } of screens.values())
        for (let bucket = 0; bucket < latencyBuckets; bucket++)
          all[bucket] = (all[bucket] ?? 0) + (latency[bucket] ?? 0)
      return all
    },
  }
}
