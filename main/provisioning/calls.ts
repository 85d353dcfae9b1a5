/** What main does for the provisioning window. Who may ask what was checked before. */
import { fail, ok } from '../../preload/contract/result.ts'
import type { Handlers } from '../../preload/contract/schema.ts'
import { Secret } from '../identity/secret.ts'
import { tellProvisioning, type ProvisionedNode } from './told.ts'
import type { TrailDesk } from './trail.ts'
import { importList, tellTrust } from './trust.ts'

/** The groups of the contract that are the provisioning window's. */
export type ProvisioningHandlers = Pick<
  Handlers,
  'provisioning' | 'identities' | 'policies' | 'health' | 'trust' | 'trail'
>

/** @param changed what the window was told is another now */
export function answerProvisioning(
  node: ProvisionedNode,
  own: Pick<ProvisioningHandlers, 'identities' | 'policies'>,
  trail: TrailDesk,
  changed: () => void,
): ProvisioningHandlers {
  return {
    ...own,
    provisioning: {
      state: () => ok(tellProvisioning(node)),
      speak({ language }) {
        node.speak(language)
        changed()
        return ok(undefined)
      },
    },
    health: {
      facts: async () => ok(await node.health()),
      copy({ text }) {
        if (!node.policy.now().copy) return fail('policy.copy-forbidden', 'the policy lets nothing be copied')
        node.copy(text)
        return ok(undefined)
      },
    },
    trust: {
      facts: async () => ok(await tellTrust(node.profile, node.trust, Date.now())),
      async refresh() {
        await node.trust.trust()?.refresh()
        return ok(undefined)
      },
      importList: ({ source }) => importList(source, node.trust, node.choose),
    },
    trail: {
      standing: async () => ok(await trail.standing()),
      chooseIdentity: async () => ok(await trail.chooseIdentity()),
      unlock: ({ passphrase }) => trail.unlock(passphrase === null ? null : new Secret(passphrase)),
      find: (question) => trail.find(question),
      verify: () => trail.verify(),
      export: () => trail.export(),
      stop() {
        trail.stop()
        return ok(undefined)
      },
    },
  }
}
