/**
 * The platform's time, as this node knows it. Verdicts, ages, retention and expiry lean on it and on the machine's
 * monotonic clock, never on its wall clock alone: that one may be wrong, and is stepped while we run. But so may any
 * one of the platform's: its answers and each of its streams are witnesses, and where they differ two must agree.
 */

/** ms since whenever; grows at the pace of time, whatever is done to the wall clock */
export type Monotonic = () => number

export interface PlatformClock {
  readonly monotonic: Monotonic
  /** ms since 1970 UTC, whole; until the platform is heard the machine's own, but never before the cache's newest */
  now(): number
  /**
   * What may leave by it: the platform's time where two witnesses agree on it, or else the lesser of it and the
   * machine's own. What was kept too long goes later; what went is gone. 0 while nothing is known
   */
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
  /** a message that came as soon as it was published, but for its way here. @param stream whose leader stamped it */
  heard(published: number, stream?: string): void
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
/** How the machine's own clock stands to the witnesses is looked at so often. */
const lookAgain = 1000

/** Its offsets are platform − monotonic. */
interface Witness {
  /** the best of this window and of the one before */
  best: number
  before: number
  begun: number
  /** the last message that was counted, and when it was */
  last: number
  at: number
}

interface Verdict {
  offset: number
  /** two witnesses agree on it */
  certain: boolean
}

const offsetOf = ({ best, before }: Witness): number => Math.max(best, before)

/** @param machine wall − monotonic */
function judge(witnesses: readonly Witness[], answers: Witness, machine: number): Verdict | null {
  const known = witnesses.filter((one) => offsetOf(one) > -Infinity)
  const newest = known.reduce((at, one) => Math.max(at, one.at), -Infinity)
  const fresh = known.filter(({ at }) => at >= newest - 2 * window)
  const offsets = known.map(offsetOf).sort((a, b) => b - a)
  const candidates = fresh.map(offsetOf).sort((a, b) => b - a)
  const [highest] = candidates
  if (highest === undefined) return null
  // a message is late and never early: of those who agree the highest knows best
  const verdict = (offset: number): Verdict => ({
    offset,
    certain: offsets.filter((one) => Math.abs(one - offset) <= jump).length > 1,
  })
  const beside = offsets.find((one) => Math.abs(one - machine) <= jump)
  if (beside !== undefined) return verdict(beside)
  // both are sorted: two that agree are neighbours
  let behind = 0
  for (const one of candidates) {
    while (offsets[behind]! > one + jump) behind++
    const others = offsets[behind + 1]
    if (others !== undefined && others >= one - jump) return { offset: one, certain: true }
  }
  // an answer can't be late, so alone it is worth more than a message
  return { offset: fresh.includes(answers) ? offsetOf(answers) : highest, certain: false }
}

/** @param wall the machine's own clock, ms since 1970 */
export function createPlatformClock(wall: () => number, monotonic: Monotonic): PlatformClock {
  const witness = (): Witness => ({ best: -Infinity, before: -Infinity, begun: monotonic(), last: 0, at: 0 })
  const answers = witness()
  const streams = new Map<string, Witness>()
  /** platform − monotonic, as the cache has it: it may have been anybody's */
  let stored: number | null = null
  let believed: Verdict | null = null
  let steadySince = monotonic()
  /** what a witness says changed then, and was not judged yet */
  let changed: number | null = null
  let judged = -Infinity

  const look = (now: number): void => {
    if (believed === null && changed === null) return
    if (changed === null && now - judged < lookAgain) return
    const next = judge([answers, ...streams.values()], answers, wall() - now)
    const before = believed?.offset ?? stored
    if (next !== null && (before === null || Math.abs(next.offset - before) > jump))
      steadySince = changed ?? now
    believed = next
    changed = null
    judged = now
  }

  const sample = (one: Witness, time: number): void => {
    const at = monotonic()
    const said = offsetOf(one)
    const passed = at - one.begun
    if (passed > window) {
      one.before = passed > 2 * window ? -Infinity : one.best
      one.best = -Infinity
      one.begun = at
    }
    one.best = Math.max(one.best, time - at)
    one.at = at
    if (offsetOf(one) !== said) changed = at
  }

  const offset = (now: number): number | null => {
    look(now)
    return believed?.offset ?? stored
  }
  /** asks the machine once: it is asked for every event */
  const time = (): number => {
    const now = monotonic()
    return (offset(now) ?? -now) + now
  }

  return {
    monotonic,
    now() {
      const platform = time()
      return Math.round(believed === null ? Math.max(platform, wall()) : platform)
    },
    atLeast() {
      const platform = time()
      return believed?.certain === true ? platform : Math.min(platform, wall())
    },
    skew() {
      const ahead = Math.round(time() - wall())
      return believed !== null || (stored !== null && ahead > 0) ? ahead : null
    },
    steadyFor() {
      const now = monotonic()
      return offset(now) === null ? 0 : now - steadySince
    },
    notBefore(published) {
      const now = monotonic()
      if (offset(now) === null) steadySince = now
      stored = Math.max(stored ?? -Infinity, published - now)
    },
    heard(published, stream = '') {
      let one = streams.get(stream)
      if (one === undefined) streams.set(stream, (one = witness()))
      if (published >= one.last && published < one.last + seldom) return
      one.last = published
      sample(one, published)
    },
    answered(answer, asked) {
      const machine = wall() - monotonic()
      for (const one of [answers, ...streams.values()]) {
        const said = offsetOf(one)
        if (said <= answer - asked + jump || (one !== answers && Math.abs(said - machine) <= jump)) continue
        // what it was taken for can't be: its clock was set back, or one message of it was wrong
        one.best = -Infinity
        one.before = -Infinity
        changed = monotonic()
      }
      sample(answers, answer)
    },
  }
}
