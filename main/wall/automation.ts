import { identifyFor } from '../../preload/contract/act.ts'
import { proposedFor } from '../../preload/contract/person.ts'
import { automationOf } from '../../preload/contract/author.ts'
import type { Acting } from './acting.ts'
import type { HeldState } from './hold-state.ts'
import type { Policy } from '../policy/policy.ts'
import type { State } from './state.ts'
import { undelivered } from './told-lines.ts'

/** Said at once; what is left follows with what becomes of these. */
const mostAtOnce = 20

interface Delivering {
  wall: Pick<HeldState, 'listen' | 'now'>
  acting: Pick<Acting, 'perform'>
  policy(): Policy
}

/** Says that this desk has the lines that are for whoever sits here, as soon as it has heard what was said of them before. */
export function deliverLines({ wall, acting, policy }: Delivering): { dispose(): void } {
  let delivering = false
  const look = (): void => {
    const { node, deskCeiling } = policy()
    const { together } = wall.now()
    if (delivering || (together !== 'together' && together !== 'alone')) return
    // each is shown at once, and so tells all who listen
    delivering = true
    const due = undelivered(wall.now(), policy(), node, deskCeiling)
    for (const each of together === 'alone' ? due : due.slice(0, mostAtOnce))
      acting.perform({ act: 'deliver-line', ...each }, automationOf(node, 'delivery'))
    delivering = false
  }
  const stop = wall.listen((state, before) => {
    if (
      state.addressed !== before.addressed ||
      state.receipts !== before.receipts ||
      state.functions !== before.functions ||
      state.person !== before.person ||
      state.together !== before.together
    )
      look()
  })
  return { dispose: stop }
}

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
