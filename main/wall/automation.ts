import type { Act } from '../../preload/contract/act.ts'
import type { HeldState } from './hold-state.ts'

/** How long the numbers stand on the screens, ms. */
const identifyFor = 6_000

/** The node's own acts, by what nobody has to do: the numbers on the screens go after a while. */
export function automate(wall: HeldState, node: string, now: () => number): { dispose(): void } {
  let timer: NodeJS.Timeout | undefined
  const end = (): void => {
    const author: Act['author'] = { person: null, function: null, node, automation: 'identify' }
    wall.take({ input: { act: 'end-identify' }, author, at: now() })
  }
  const stop = wall.listen(({ identifying }, before) => {
    if (identifying === before.identifying) return
    clearTimeout(timer)
    if (identifying !== null) timer = setTimeout(end, identifyFor)
  })
  return {
    dispose() {
      stop()
      clearTimeout(timer)
    },
  }
}
