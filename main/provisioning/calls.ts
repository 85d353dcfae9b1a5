/** What main does for the provisioning window. Who may ask what was checked before. */
import { ok } from '../../preload/contract/result.ts'
import type { Handlers } from '../../preload/contract/schema.ts'
import { tellProvisioning, type ProvisionedNode } from './told.ts'

/** The groups of the contract that are the provisioning window's. */
export type ProvisioningHandlers = Pick<Handlers, 'provisioning' | 'identities' | 'policies'>

/** @param changed what the window was told is another now */
export function answerProvisioning(
  node: ProvisionedNode,
  parts: Omit<ProvisioningHandlers, 'provisioning'>,
  changed: () => void,
): ProvisioningHandlers {
  return {
    ...parts,
    provisioning: {
      state: () => ok(tellProvisioning(node)),
      speak({ language }) {
        node.speak(language)
        changed()
        return ok(undefined)
      },
    },
  }
}
