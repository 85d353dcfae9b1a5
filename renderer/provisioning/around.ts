import { createContext } from 'svelte'
import type { ProvisioningState } from '../../preload/contract/provisioning.ts'
import type { Bridge } from '../../preload/contract/schema.ts'
import type { Tab } from './tabs.ts'

/** What every part of this window finds around it, beside the surroundings of any. */
export interface Around {
  readonly state: ProvisioningState
  readonly bridge: Bridge<'provisioning'>
  tab: Tab
  /** the keys are shown */
  help: boolean
}

export const [around, setAround] = createContext<Around>()
