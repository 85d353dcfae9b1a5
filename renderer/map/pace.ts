/**
 * When to draw next. Where a graphics card draws, at the display's rate; where the processor has to (a virtual
 * screen, a machine in its safe mode), drawing must not eat the machine: it may take a quarter of the time.
 */
export interface Pace {
  /** ms to wait before the next frame may start; 0: now */
  wait(now: number): number
  started(now: number): void
  /** the frame that started last is on the screen */
  finished(now: number): void
  /** true from a frame's start until it is on the screen: none is told meanwhile, or they would queue */
  readonly busy: boolean
  /** ms that a frame costs, smoothed; null before the first is measured */
  readonly cost: number | null
  readonly interval: number
}

const share = 4
const slowest = 2000

export function createPace(software: boolean): Pace {
  const least = software ? 250 : 0
  let begin = -Infinity
  /** the first frame compiles its shaders: what it costs says nothing of the next */
  let warm = false
  let busy = false
  let cost: number | null = null
  const interval = (): number =>
    Math.min(slowest, Math.max(least, cost === null ? 0 : cost < 6 ? 0 : cost * share))
  return {
    wait: (now) => Math.max(0, begin + interval() - now),
    started(now) {
      busy = true
      begin = now
    },
    finished(now) {
      busy = false
      if (!warm) {
        warm = true
        return
      }
      const took = Math.max(0, now - begin)
      cost = cost === null ? took : cost * 0.7 + took * 0.3
    },
    get busy() {
      return busy
    },
    get cost() {
      return cost
    },
    get interval() {
      return interval()
    },
  }
}
