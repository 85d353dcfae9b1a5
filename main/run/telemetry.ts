import { latencyBuckets } from '../../preload/contract/latency.ts'
import type { Rank } from '../../preload/contract/marking.ts'

/** What the wall's windows measured of themselves since the start, per screen number. */
export interface Measured {
  frames: number
  drawn: number
  /** what the banner showed last; null before the window said so */
  marking: Rank | null
  latency: Float64Array
}

export interface Measurements {
  add(
    screen: number,
    report: { frames: number; drawn: number; marking: Rank; latency: readonly number[] },
  ): void
  /** a window that has not spoken since its page was loaded shows we don't know what */
  forgetMarking(screen: number): void
  of(screen: number): Measured
  /** counts per bucket, of all windows together */
  latency(): Float64Array
}

const none = (): Measured => ({
  frames: 0,
  drawn: 0,
  marking: null,
  latency: new Float64Array(latencyBuckets),
})

export function countMeasurements(): Measurements {
  const screens = new Map<number, Measured>()
  const of = (screen: number): Measured => {
    const known = screens.get(screen) ?? none()
    screens.set(screen, known)
    return known
  }
  return {
    of,
    add(screen, report) {
      const measured = of(screen)
      measured.frames += report.frames
      measured.drawn += report.drawn
      measured.marking = report.marking
      for (const [bucket, count] of report.latency.slice(0, latencyBuckets).entries())
        measured.latency[bucket] = (measured.latency[bucket] ?? 0) + count
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
