import { latencyBuckets } from '../../preload/contract/latency.ts'
import type { Rank } from '../../preload/contract/marking.ts'

/** Of one of the wall's windows, since the start. */
export interface ScreenTelemetry {
  frames: number
  drawn: number
  /** what the banner showed last; null before the window said so */
  marking: Rank | null
  latency: Float64Array
  /** when all that it shows was there and drawn for the first time, ms since 1970; null: not yet */
  complete: number | null
}

/** What Vigie measures of itself on the wall, per screen number. */
export interface WallTelemetry {
  add(
    screen: number,
    report: {
      frames: number
      drawn: number
      marking: Rank
      latency: readonly number[]
      complete: number | null
    },
  ): void
  /** a window that has not spoken since its page was loaded shows we don't know what */
  forgetMarking(screen: number): void
  of(screen: number): ScreenTelemetry
  /** counts per bucket, of all windows together, from the first complete wall on */
  latency(): Float64Array
  /** what came before: of the start, and not of how it runs */
  startLatency(): Float64Array
}

const none = (): ScreenTelemetry => ({
  frames: 0,
  drawn: 0,
  marking: null,
  latency: new Float64Array(latencyBuckets),
  complete: null,
})

/** @param wall the screens that there are now: the wall is complete once each of them is */
export function gatherTelemetry(wall: () => readonly number[]): WallTelemetry {
  const before = new Float64Array(latencyBuckets)
  let complete = false
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
      own.complete ??= report.complete
      const counts = complete ? own.latency : before
      for (const [bucket, count] of report.latency.slice(0, latencyBuckets).entries())
        counts[bucket] = (counts[bucket] ?? 0) + count
      complete ||= wall().every((each) => of(each).complete !== null)
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
    startLatency: () => before,
  }
}
