import type { ActId } from '../../../preload/contract/act.ts'
import type { Clock } from '../../kit/clock.svelte.ts'
import type { NodeStore } from '../node.svelte.ts'
import { aboutOf, isAsked, isOnItsWay, type Entry } from './entries.ts'

/** What of the outbox matters to a person now. On a healthy link an act is gone before anybody could read of it. */
export interface Sending {
  /** what waits for so long that somebody may wonder, the oldest first */
  readonly late: readonly Entry[]
  /** what the platform will not take */
  readonly refused: readonly Entry[]
  /** how many of both there are, those too that main does not list */
  readonly count: number
  /** the last that is late about that entity */
  about(entity: string): Entry | undefined
  /** one of the same is late, and counts only once the platform has confirmed it */
  awaits(act: ActId): boolean
}

const patience = 1000

/** Made while Desk.svelte is: it follows the clock as the desk's other parts do. */
export function createSending(node: Pick<NodeStore, 'state' | 'since'>, clock: Pick<Clock, 'here'>): Sending {
  const outbox = $derived(node.state?.outbox ?? { entries: [], count: 0, full: false })
  const onTheirWay = $derived(outbox.entries.filter(isOnItsWay))
  const refused = $derived(outbox.entries.filter(({ state }) => state === 'refused'))
  const cut = $derived(node.state?.together === 'cut')
  const late = $derived.by(() => {
    if (cut || onTheirWay.length === 0) return onTheirWay
    // looked at again with every tick
    void clock.here
    return onTheirWay.filter(({ id }) => performance.now() - node.since(id) > patience)
  })
  const byEntity = $derived.by(() => {
    const { state } = node
    if (state === null) return new Map<string, Entry>()
    return new Map(late.map((entry) => [aboutOf(entry, state) ?? '', entry]))
  })
  return {
    get late() {
      return late
    },
    get refused() {
      return refused
    },
    get count() {
      const listed = late.length + refused.length
      return listed === 0 ? 0 : listed + outbox.count - outbox.entries.length
    },
    about: (entity) => byEntity.get(entity),
    awaits: (act) => isAsked(act, late),
  }
}
