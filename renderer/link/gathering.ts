/** Many messages, one frame: what changed is gathered and told once, before the next frame is drawn. */
export interface Gathering {
  add: (keys: Iterable<string>) => void
  dispose: () => void
}

/** Runs once at the next frame; returns how to call it off. */
export type NextFrame = (run: () => void) => () => void

/** A window that is hidden gets no frames; changes must not pile up in it. */
const longest = 250

export const nextFrame: NextFrame = (run) => {
  const cancel = (): void => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
  }
  const once = (): void => {
    cancel()
    run()
  }
  const frame = requestAnimationFrame(once)
  const timer = setTimeout(once, longest)
  return cancel
}

export function createGathering(next: NextFrame, tell: (keys: ReadonlySet<string>) => void): Gathering {
  let gathered = new Set<string>()
  let callOff: (() => void) | null = null
  function flush(): void {
    callOff = null
    const keys = gathered
    gathered = new Set()
    tell(keys)
  }
  return {
    add(keys) {
      for (const key of keys) gathered.add(key)
      callOff ??= next(flush)
    },
    dispose: () => callOff?.(),
  }
}
