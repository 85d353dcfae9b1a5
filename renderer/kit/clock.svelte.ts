/** The window's own clock, one tick a second, at the second: ages go on when nothing else does. */
export interface Clock {
  /** ms since 1970; reading it in a template follows it */
  readonly now: number
  dispose(): void
}

export function createClock(read: () => number = Date.now): Clock {
  let now = $state(read())
  let timer: ReturnType<typeof setTimeout>
  function tick(): void {
    now = read()
    timer = setTimeout(tick, 1000 - (now % 1000) + 1)
  }
  tick()
  return {
    get now() {
      return now
    },
    dispose: () => clearTimeout(timer),
  }
}
