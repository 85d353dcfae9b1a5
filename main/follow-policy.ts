import { app } from 'electron'
import { automationOf } from '../preload/contract/author.ts'
import { log, type Begun } from './life.ts'
import type { OpenedNode } from './open-node.ts'
import { placeOf, type Policy } from './policy/policy.ts'

/** Who and where this node is, and whom it trusts: everything in it stands on that. */
const standingOf = (policy: Policy): string => {
  const { acts, log, platform, enrol, trust, card } = policy
  return JSON.stringify([placeOf(policy), acts, log, platform, enrol, trust, card])
}

/**
 * Another policy while the node runs: what nobody reads anew by themselves. A node that is another one, or elsewhere, is
 * started again.
 */
export function followPolicy({ options, parts, end }: Begun, { policy, acting }: OpenedNode): void {
  const stop = policy.listen((next, before) => {
    const { version, from } = { version: next.version, from: policy.standing().from }
    log(from === 'closed' ? 'policy: none is in force' : `policy: ${version ?? 'unsigned'} is in force`)
    if (standingOf(next) !== standingOf(before)) {
      log('the policy gives this node another name, wall, platform or trust: it starts again')
      if (options.headless === null) app.relaunch()
      return end(options.headless === null ? 0 : 1)
    }
    if (next.language !== null && next.language !== before.language)
      acting.perform({ act: 'set-language', language: next.language }, automationOf(next.node, 'policy'))
  })
  parts.add({ dispose: stop })
}
