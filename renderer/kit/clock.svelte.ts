import { untrack } from 'svelte'
import { instantOf, live, type Moment } from '../../preload/contract/moment.ts'

/**
 * The window's clock, one tick a second, at the second: ages go on when nothing else does. It shows the platform's
 * time as soon as the engine knows it. Between two words of the engine it goes by the machine's monotonic clock: what is
 * done to the wall clock meanwhile makes nothing look old or new.
 */
export interface Clock {
  /** the instant that the picture is of, ms since 1970: what ages and labels are computed against */
  readonly now: number
  /** … to the millisecond, and nobody follows it */
  instant(): number
  /** this window's own time: for its links, its pictures of screens and whatever else it sees itself */
  readonly here: number
  /** … to the millisecond, and nobody follows it */
  read(): number
  /** when `performance.now()` was this, ms since 1970 */
  at(monotonic: number): number
  /** @param skew how far the platform's clock is ahead of this machine's, ms; null: not known */
  follow(skew: number | null): void
  dispose(): void
}

/** The machine's clocks: ms since 1970, which may be wrong, and ms since whenever. */
export interface Machine {
  wall(): number
  monotonic(): number
}

const machineHere: Machine = { wall: () => Date.now(), monotonic: () => performance.now() }

/** A step that a person would see is shown at once, not at the next tick. */
const seen = 500

export function createClock(
  moment: () => Moment = () => live,
  { wall, monotonic }: Machine = machineHere,
): Clock {
  let ahead = wall() - monotonic()
  const at = (instant: number): number => Math.round(ahead + instant)
  const read = (): number => at(monotonic())
  let here = $state(read())
  let timer: ReturnType<typeof setTimeout>
  function tick(): void {
    clearTimeout(timer)
    here = read()
    timer = setTimeout(tick, 1000 - (here % 1000) + 1)
  }
  tick()
  return {
    get now() {
      return instantOf(moment(), here)
    },
    get here() {
      return here
    },
    instant: () => untrack(() => instantOf(moment(), read())),
    read,
    at,
    follow(skew) {
      const before = ahead
      ahead = wall() - monotonic() + (skew ?? 0)
      if (Math.abs(ahead - before) > seen) tick()
    },
    dispose: () => clearTimeout(timer),
  }
}
