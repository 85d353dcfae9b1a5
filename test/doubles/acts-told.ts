/** Whoever is told of acts, and is not interested. */
import type { EngineEvents } from '../../main/engine-process.ts'

export const nobodyTold: Pick<EngineEvents, 'kept' | 'notKept' | 'outbox' | 'acts' | 'together'> = {
  kept: () => undefined,
  notKept: () => undefined,
  outbox: () => undefined,
  acts: () => undefined,
  together: () => undefined,
}
