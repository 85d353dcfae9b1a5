import { identifyFor } from '../../preload/contract/act.ts'
import { automationOf } from '../../preload/contract/author.ts'
import type { Acting } from './acting.ts'
import type { HeldState } from './hold-state.ts'

/** The node's own acts, by what nobody has to do: the numbers on the screens go after a while. */
export function automate(
  wall: Pick<HeldState, 'listen'>,
  { perform }: Pick<Acting, 'perform'>,
  node: string,
): { dispose(): void } {
  let timer: NodeJS.Timeout | undefined
  const end = (): void => void perform({ act: 'end-identify' }, automationOf(node, 'identify'))
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
