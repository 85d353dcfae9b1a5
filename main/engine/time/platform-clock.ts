/**
 * The platform's time, as this node knows it. Verdicts, ages, retention and expiry lean on it and on the machine's
 * monotonic clock, never on its wall clock: that one may be wrong, and is stepped while we run. It is only compared.
 */

/** ms since whenever; grows at the pace of time, whatever is done to the wall clock */
export type Monotonic = () => number

export interface PlatformClock {
  readonly monotonic: Monotonic
  /** ms since 1970 UTC, whole; until the platform is heard the machine's own, but never before `atLeast` */
  now(): number
  /** what the platform's time is at least: what may leave by it. 0 while nothing is known */
  atLeast(): number
  /**
   * How far the platform's clock is ahead of the machine's, ms. Until the platform is heard null, or what it is ahead
   * at least: a machine whose clock is behind the cache's newest is slow.
   */
  skew(): number | null
  /** for how long its time has gone on without a jump, ms */
  steadyFor(): number
  /** the newest in the cache was published then */
  notBefore(published: number): void
  /** a message that came as soon as it was published, but for its way here */
  heard(published: number): void
  /** what the platform's time was between `asked` (monotonic) and now */
  answered(time: number, asked: number): void
}

/**
 * A message is under way for a while, so the one that was fastest says best how the clocks stand. Only so far back:
 * clocks drift apart, and the platform's may be set right.
 */
const window = 300_000
/** Each message of a flood would say the same. */
const seldom = 100
/** What neither the way of a message nor the drift of a clock explains. */
const jump = 10_000

/** @param wall the machine's own clock, ms since 1970 */
export function createPlatformClock(wall: () => number, monotonic: Monotonic): PlatformClock {
  /** platform − monotonic; null: nothing is known */
  let offset: number | null = null
  let spoken = false
  let steadySince = monotonic()
  /** the best of this window and of the one before */
  let best = -Infinity
  let before = -Infinity
  let begun = steadySince
  let last = 0

  const set = (next: number): void => {
    if (offset === null || Math.abs(next - offset) > jump) steadySince = monotonic()
    offset = next
  }

  const sample = (time: number, at: number): void => {
    const passed = at - begun
    if (passed > window) {
      before = passed > 2 * window ? -Infinity : best
      best = -Infinity
      begun = at
    }
    best = Math.max(best, time - at)
    spoken = true
    set(Math.max(best, before))
  }

  const atLeast = (): number => (offset === null ? 0 : offset + monotonic())

  return {
    monotonic,
    now: () => Math.round(spoken ? atLeast() : Math.max(atLeast(), wall())),
    atLeast,
    skew() {
      const ahead = Math.round(atLeast() - wall())
      return spoken || (offset !== null && ahead > 0) ? ahead : null
    },
    steadyFor: () => (offset === null ? 0 : monotonic() - steadySince),
    notBefore(published) {
      if (!spoken) set(Math.max(offset ?? -Infinity, published - monotonic()))
    },
    heard(published) {
      if (published >= last && published < last + seldom) return
      last = published
      sample(published, monotonic())
    },
    answered(time, asked) {
      if (offset !== null && offset > time - asked + jump) {
        // what it was taken for can't be: its clock was set back, or the cache's newest came from another one
        best = -Infinity
        before = -Infinity
      }
      sample(time, monotonic())
    },
  }
}
