import { SvelteMap } from 'svelte/reactivity'
import type { Rank } from '../../preload/contract/marking.ts'
import type { Problem } from '../../preload/contract/result.ts'
import type { Bridge } from '../../preload/contract/schema.ts'
import type { DeskState } from '../../preload/contract/state.ts'

export interface Thumbnail {
  picture: ImageBitmap
  /** when it came, as `performance.now()` says it: a picture that no longer changes must look so */
  at: number
  /** the highest rank that was on it */
  marking: Rank
}

/** What main last told this desk of its node, and its screens as they were last seen. */
export interface NodeStore {
  /** null until main has answered */
  readonly state: DeskState | null
  /** why there is no state */
  readonly problem: Problem | null
  /** the highest rank on any of its screens' pictures */
  readonly marking: Rank
  thumbnail(screen: number): Thumbnail | undefined
  /** since when this desk knows of that entry of the outbox, as `performance.now()` says it */
  since(entry: string): number
  dispose(): void
}

export function createNode(bridge: Bridge<'desk'>): NodeStore {
  let state = $state.raw<DeskState | null>(null)
  let problem = $state.raw<Problem | null>(null)
  const thumbnails = new SvelteMap<number, Thumbnail>()
  let heardOf = new Map<string, number>()
  let disposed = false

  /**
   * A picture replaces the one before only once it is decoded: no flicker, and a broken one changes nothing.
   * A bitmap is closed by us, not some day by the garbage collector: two a second add up over a night.
   */
  async function show(screen: number, jpeg: Uint8Array, marking: Rank): Promise<void> {
    let picture: ImageBitmap
    try {
      picture = await createImageBitmap(new Blob([jpeg.slice()], { type: 'image/jpeg' }))
    } catch {
      return
    }
    if (disposed || !mayShow(screen)) {
      picture.close()
      return
    }
    const before = thumbnails.get(screen)
    thumbnails.set(screen, { picture, at: performance.now(), marking })
    before?.picture.close()
  }

  /** A picture is of what hangs there: nothing hangs on a screen that is blank or gone. */
  const mayShow = (screen: number): boolean =>
    state !== null &&
    !state.node.blanked &&
    state.screens.some((each) => each.screen === screen && each.attached && each.known)

  function take(next: DeskState): void {
    heardOf = new Map(next.outbox.entries.map(({ id }) => [id, heardOf.get(id) ?? performance.now()]))
    state = next
    problem = null
    for (const [screen, { picture }] of thumbnails)
      if (!mayShow(screen)) {
        thumbnails.delete(screen)
        picture.close()
      }
  }

  const stops = [
    bridge.desk.stateChanged(take),
    bridge.desk.thumbnail(({ screen, jpeg, marking }) => void show(screen, jpeg, marking)),
  ]
  void bridge.desk.state().then((answer) => {
    if (!answer.ok) problem = answer.error
    else if (state === null) take(answer.value)
  })

  return {
    get state() {
      return state
    },
    get problem() {
      return problem
    },
    get marking() {
      return Math.max(0, ...[...thumbnails.values()].map(({ marking }) => marking))
    },
    thumbnail: (screen) => thumbnails.get(screen),
    since: (entry) => heardOf.get(entry) ?? performance.now(),
    dispose() {
      disposed = true
      for (const stop of stops) stop()
      for (const { picture } of thumbnails.values()) picture.close()
      thumbnails.clear()
    },
  }
}
