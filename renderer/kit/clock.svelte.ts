import { instantOf, live, type Moment } from '../../preload/contract/moment.ts'

/** One tick a second, at the second: ages go on when nothing else does. Reading it in a template follows it. */
export interface Clock {
  /** the instant that the picture is of, ms since 1970: what ages and labels are computed against */
  readonly now: number
  /** this window's own time: for its links, its hour and whatever else it sees itself */
  readonly here: number
  dispose(): void
}

export function createClock(moment: () => Moment = () => live, read: () => number = Date.now): Clock {
  let here = $state(read())
  let timer: ReturnType<typeof setTimeout>
  function tick(): void {
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
    dispose: () => clearTimeout(timer),
  }
}
