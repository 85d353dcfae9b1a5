import type { HealthFacts } from '../../../preload/contract/health.ts'
import type { Bridge } from '../../../preload/contract/schema.ts'

/** How this node is, as main said last. */
export interface Health {
  /** null: nobody has said yet */
  readonly facts: HealthFacts | null
  ask(): void
  dispose(): void
}

/** Certificates end by the day, disks fill by the hour. */
const askEvery = 300_000

export function createHealth(bridge: Pick<Bridge<'desk'>, 'desk'>): Health {
  let facts = $state.raw<HealthFacts | null>(null)
  let disposed = false
  function ask(): void {
    void bridge.desk.health().then((answer) => {
      if (!disposed && answer.ok) facts = answer.value ?? null
    })
  }
  const timer = setInterval(ask, askEvery)
  ask()
  return {
    get facts() {
      return facts
    },
    ask,
    dispose() {
      disposed = true
      clearInterval(timer)
    },
  }
}
