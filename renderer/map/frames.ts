import { createPace } from './pace.ts'

/** When the map draws, and what it costs: when something changed, at its pace, and never otherwise. */
export interface Frames {
  /** something changed */
  soon(): void
  /** another device draws from now on */
  restart(): void
  /** ms of this thread that went into the next frame */
  spend(ms: number): void
  /** deck.gl starts to draw */
  begin(): void
  /**
   * The frame was told to the graphics card.
   *
   * @param show called once, in the same task; it calls `shown`, where there is one, when the frame is on the screen
   */
  told(show: (shown?: () => void) => void): void
  readonly cost: Costs
  dispose(): void
}

export interface Costs {
  /** frames drawn since the start */
  drawn: number
  /** ms from a frame's start until the graphics card is through with it; null before the first */
  cost: number | null
  /** ms of this thread that the last frame took: its messages, the copying and the drawing */
  spent: number
  /** ms between frames at the most frequent */
  interval: number
}

interface Given {
  software: boolean
  /** hands deck.gl what changed; @returns false: nothing did */
  update: () => boolean
  /** true: something waits to be drawn */
  dirty: () => boolean
  onFrame?: (() => void) | undefined
  onDrawn?: (() => void) | undefined
}

export function createFrames({ software, update, dirty, onFrame, onDrawn }: Given): Frames {
  let pace = createPace(software)
  let next: ReturnType<typeof setTimeout> | null = null
  let disposed = false
  /** set between asking deck.gl for a frame and that frame */
  let waiting = false
  let rendering = 0
  /** a frame was wanted while the last was still being drawn */
  let late = false
  let drawn = 0
  let spent = 0
  let spending = 0

  function soon(): void {
    if (next !== null || disposed) return
    next = setTimeout(draw, pace.wait(performance.now()))
  }

  function draw(): void {
    next = null
    if (pace.busy) {
      late = true
      return
    }
    const start = performance.now()
    const something = update()
    spending += performance.now() - start
    if (!something) return
    pace.started(start)
    waiting = true
  }

  return {
    soon,
    restart() {
      pace = createPace(software)
      soon()
    },
    spend(ms) {
      spending += ms
    },
    begin() {
      rendering = performance.now()
    },
    told(show) {
      if (!waiting) {
        // deck.gl draws of itself when the camera moved
        show()
        return
      }
      waiting = false
      spent = spending + performance.now() - rendering
      spending = 0
      onFrame?.()
      show(() => {
        pace.finished(performance.now())
        drawn++
        onDrawn?.()
        if (late || dirty()) soon()
        late = false
      })
    },
    get cost() {
      return { drawn, cost: pace.cost, spent, interval: pace.interval }
    },
    dispose() {
      disposed = true
      if (next !== null) clearTimeout(next)
    },
  }
}
