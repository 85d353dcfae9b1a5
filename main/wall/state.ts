import type { ProductName } from '../../preload/contract/product.ts'
import type { Problem } from '../../preload/contract/result.ts'
import type { Node } from '../../preload/contract/state.ts'
import type { Language } from '../../preload/contract/words.ts'

/** What the people here decided, and what main found: the one owner of all that windows are told. */
export interface Decided {
  language: Language
  blanked: boolean
  /** the numbers show on the screens */
  identify: boolean
  acknowledged: Node['acknowledged']
  focus: { product: ProductName; entity: string; at: number } | null
  /** scene per screen number, where somebody chose one */
  scenes: ReadonlyMap<number, string>
  problem: Problem | null
}

/** More than a night's alarms; the oldest go first. */
const mostAcknowledged = 500

export interface Decisions {
  now(): Decided
  /** @param change what is different; everybody who listens is told once */
  decide(change: Partial<Decided>): void
  listen(heard: (decided: Decided) => void): () => void
}

export function holdDecisions(first: Decided): Decisions {
  let decided = first
  const listeners = new Set<(decided: Decided) => void>()
  return {
    now: () => decided,
    decide(change) {
      decided = { ...decided, ...change }
      for (const heard of listeners) heard(decided)
    },
    listen(heard) {
      listeners.add(heard)
      return () => void listeners.delete(heard)
    },
  }
}

/** The list with this alarm taken on, or given back. */
export function acknowledge(
  list: Node['acknowledged'],
  alarm: { product: ProductName; entity: string; taken: boolean },
  by: string,
  at: number,
): Node['acknowledged'] {
  const others = list.filter(({ product, entity }) => product !== alarm.product || entity !== alarm.entity)
  if (!alarm.taken) return others
  return [...others, { product: alarm.product, entity: alarm.entity, at, by }].slice(-mostAcknowledged)
}
