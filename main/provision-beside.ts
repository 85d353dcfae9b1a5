/** The window in which a node is set up, beside the wall that runs there. */
import { healthOfWall } from './health-of-wall.ts'
import type { Begun } from './life.ts'
import type { OpenedNode } from './open-node.ts'
import { copy, overWindow, seenBy, type OpenedOver } from './open-provisioning.ts'
import { authorOf } from './wall/author.ts'

/** The node whose wall runs. */
export function besideWall(node: OpenedNode, { options, profile }: Begun): OpenedOver {
  const { about, policy, state, acting } = node
  const { choose, over } = overWindow()
  const signedIn = () => node.signing?.now() ?? null
  const given = options.platform ?? options.card
  return {
    over,
    node: {
      ...{ profile, policy, version: about.version, exercise: about.exercise, running: true },
      language: () => state.now().language,
      speak: (language) =>
        void acting.perform(
          { act: 'set-language', language },
          authorOf(state.now(), policy.now(), policy.now().node, null),
        ),
      listen: (heard) =>
        state.listen((next, before) => {
          if (next.language !== before.language) heard()
        }),
      health: async () => ({ ...(await healthOfWall(node, profile)), ...(await node.platform?.()) }),
      trust: {
        policy: policy.now,
        policyAuthority: options.policy.authority,
        pinned: () =>
          Promise.resolve({
            authority: signedIn()?.authority ?? null,
            file: given?.authority ?? null,
            problem: null,
            certificate: signedIn()?.identity?.certificate ?? null,
          }),
        trust: () => node.trust,
        addresses: () =>
          state
            .now()
            .platform.split(', ')
            .filter((address) => address !== ''),
      },
      trail: {
        profile,
        wall: node.trail,
        seen: () => seenBy(policy.now()),
        authorities: () => Promise.resolve(signedIn()?.authority ?? null),
        stampAuthorities: () => policy.now().timestamp?.authorities ?? null,
        signedIn: () => signedIn()?.identity?.certificate ?? null,
        identity: () => Promise.resolve(null),
        ...{ choose, now: () => Date.now(), node: () => policy.now().node },
      },
      ...{ choose, copy },
    },
  }
}
