import type { IdentitiesState } from '../../../preload/contract/identities.ts'
import type { Problem } from '../../../preload/contract/result.ts'
import type { Bridge } from '../../../preload/contract/schema.ts'

/** What main last told this window of the node's identities. */
export interface IdentitiesStore {
  /** null until main has answered */
  readonly state: IdentitiesState | null
  readonly problem: Problem | null
  /** others may have changed the store meanwhile: a command, or a renewal */
  look(): void
  dispose(): void
}

export function createIdentities({
  identities,
}: Pick<Bridge<'provisioning'>, 'identities'>): IdentitiesStore {
  let state = $state.raw<IdentitiesState | null>(null)
  let problem = $state.raw<Problem | null>(null)
  const take = (next: IdentitiesState): void => {
    state = next
    problem = null
  }
  const look = (): void => {
    void identities.state().then((answer) => {
      if (answer.ok) take(answer.value)
      else problem = answer.error
    })
  }
  const stop = identities.stateChanged(take)
  look()
  return {
    get state() {
      return state
    },
    get problem() {
      return problem
    },
    look,
    dispose: stop,
  }
}
