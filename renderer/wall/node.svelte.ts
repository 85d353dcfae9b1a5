import type { Bridge } from '../../preload/contract/schema.ts'
import type { WallState } from '../../preload/contract/state.ts'

/** What main last told this screen. */
export interface NodeStore {
  /** null until main has answered */
  readonly state: WallState | null
  dispose(): void
}

const askAgainAfter = 2000

/** A wall has nobody to press "again": it asks until it is answered. */
export function createNode(bridge: Bridge<'wall'>, report: (message: string) => void): NodeStore {
  let state = $state.raw<WallState | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = bridge.wall.stateChanged((next) => (state = next))

  async function ask(): Promise<void> {
    const answer = await bridge.wall.state()
    if (answer.ok) {
      state ??= answer.value
      return
    }
    report(`wall.state: ${answer.error.message}`)
    timer = setTimeout(() => void ask(), askAgainAfter)
  }
  void ask()

  return {
    get state() {
      return state
    },
    dispose() {
      stop()
      clearTimeout(timer)
    },
  }
}
