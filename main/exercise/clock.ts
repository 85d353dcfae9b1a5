/**
 * The story's time. Minutes count from the event that everything turns round; milliseconds count from the
 * exercise's start. Before the start one is as long as the other; after it `speed` story minutes pass a minute.
 */
export type StoryClock = {
  minuteAt(ms: number): number
  msAt(minute: number): number
  /** which repetition, and the minute within it */
  cycleAt(minute: number): { cycle: number; minute: number }
  /** minutes from one cycle to the next */
  period: number
  /** story seconds a second, at that time */
  pace(ms: number): number
}

export const createStoryClock = (options: {
  speed: number
  liveAfterSeconds: number
  from: number
  to: number
}): StoryClock => {
  const { speed, from, to } = options
  const start = -options.liveAfterSeconds / 60
  const period = to - from
  return {
    period,
    minuteAt: (ms) => start + (ms < 0 ? ms : ms * speed) / 60_000,
    msAt(minute) {
      const ms = (minute - start) * 60_000
      return ms < 0 ? ms : ms / speed
    },
    cycleAt(minute) {
      const cycle = Math.max(0, Math.floor((minute - from) / period))
      return { cycle, minute: minute - cycle * period }
    },
    pace: (ms) => (ms < 0 ? 1 : speed),
  }
}
