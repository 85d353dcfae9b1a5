import type { HealthFacts } from '../../preload/contract/health.ts'
import type { Result } from '../../preload/contract/result.ts'

/** How this node is, as main said last. */
export interface Health {
  /** null: nobody has said yet */
  readonly facts: HealthFacts | null
  ask(): void
  dispose(): void
}

/** Certificates end by the day, disks fill by the hour. */
const askEvery = 300_000

/** @param find as this window asks main; nothing while nobody can say */
export function createHealth(find: () => Promise<Result<HealthFacts | undefined>>): Health {
  let facts = $state.raw<HealthFacts | null>(null)
  let disposed = false
  function ask(): void {
    void find().then((answer) => {
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
