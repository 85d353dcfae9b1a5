/** What main tells the provisioning window of its node. */
import { live } from '../../preload/contract/moment.ts'
import type { ProvisioningState } from '../../preload/contract/provisioning.ts'
import type { Language } from '../../preload/contract/words.ts'
import type { HealthFacts } from '../../preload/contract/health.ts'
import type { HeldPolicy } from '../policy/hold-policy.ts'
import type { Choose } from './choose.ts'
import type { ProvisionedTrail } from './trail.ts'
import type { ProvisionedTrust } from './trust.ts'

/** The node that is set up: one whose wall runs, or one that is only a profile yet. */
export interface ProvisionedNode {
  /** the folder in which it keeps its data */
  profile: string
  policy: HeldPolicy
  version: string
  exercise: boolean
  /** a wall runs beside the window */
  running: boolean
  language(): Language
  speak(language: Language): void
  /** hears where the language is changed elsewhere */
  listen(heard: () => void): () => void
  /** how it is */
  health(): Promise<HealthFacts>
  trust: ProvisionedTrust
  trail: ProvisionedTrail
  choose: Choose
  /** a text, to other programs of this machine */
  copy(text: string): void
}

export function tellProvisioning(node: ProvisionedNode): ProvisioningState {
  const policy = node.policy.now()
  return {
    node: {
      ...{ name: policy.node, organisation: policy.organisation, exercise: node.exercise },
      ...{ language: node.language(), timeZone: policy.timeZone, scheme: policy.scheme },
      ...{
        ceiling: policy.deskCeiling,
        moment: live,
        blanked: false,
        acknowledged: [],
        polls: null,
        rosters: null,
      },
      problem: null,
    },
    ...{ version: node.version, profile: node.profile, running: node.running },
  }
}
