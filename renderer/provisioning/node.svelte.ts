import type { ProvisioningState } from '../../preload/contract/provisioning.ts'
import type { Problem } from '../../preload/contract/result.ts'
import type { Bridge } from '../../preload/contract/schema.ts'

/** What main last told this window of the node that it sets up. */
export interface NodeStore {
  /** null until main has answered */
  readonly state: ProvisioningState | null
  /** why there is no state */
  readonly problem: Problem | null
  dispose(): void
}

export function createNode(bridge: Bridge<'provisioning'>): NodeStore {
  let state = $state.raw<ProvisioningState | null>(null)
  let problem = $state.raw<Problem | null>(null)
  const stop = bridge.provisioning.stateChanged((next) => {
    state = next
    problem = null
  })
  void bridge.provisioning.state().then((answer) => {
    if (!answer.ok) problem = answer.error
    else state ??= answer.value
  })
  return {
    get state() {
      return state
    },
    get problem() {
      return problem
    },
    dispose: stop,
  }
}
