import { identifyFor } from '../../preload/contract/act.ts'
import { proposedFor } from '../../preload/contract/person.ts'
import { automationOf } from '../../preload/contract/author.ts'
import type { Acting } from './acting.ts'
import type { HeldState } from './hold-state.ts'
import type { State } from './state.ts'

/** The node's own acts, by what nobody has to do: the numbers on the screens go after a while, and what nobody agreed to. */
export function automate(
  wall: Pick<HeldState, 'listen'>,
  { perform }: Pick<Acting, 'perform'>,
  node: string,
): { dispose(): void } {
  let timer: NodeJS.Timeout | undefined
  const end = (): void => void perform({ act: 'end-identify' }, automationOf(node, 'identify'))
  const waiting = new Map<string, NodeJS.Timeout>()
  const watch = (proposals: State['proposals']): void => {
    for (const [id, until] of waiting)
      if (!proposals.some((each) => each.id === id)) {
        clearTimeout(until)
        waiting.delete(id)
      }
    for (const { id } of proposals) {
      // from when it was heard of here: whatever its author's clock is
      const over = (): void =>
        void perform({ act: 'end-proposal', proposal: id }, automationOf(node, 'four-eyes'))
      if (!waiting.has(id)) waiting.set(id, setTimeout(over, proposedFor))
    }
  }
  const stop = wall.listen(({ identifying, proposals }, before) => {
    if (proposals !== before.proposals) watch(proposals)
    if (identifying === before.identifying) return
    clearTimeout(timer)
    if (identifying !== null) timer = setTimeout(end, identifyFor)
  })
  return {
    dispose() {
      stop()
      clearTimeout(timer)
      for (const until of waiting.values()) clearTimeout(until)
    },
  }
}
