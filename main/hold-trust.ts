/** Whether the platform and we can be trusted: the desk shows it, the engine goes by it, and who is revoked is out. */
import { join } from 'node:path'
import type { EngineProcess } from './engine-process.ts'
import { keepTrust, type Trust } from './identity/trust/trust.ts'
import { log, type Begun } from './life.ts'
import type { OpenedNode } from './open-node.ts'

export interface HoldingTrust {
  /** ms since 1970 */
  now(): number
  /** what is wrong with who signs in may be another */
  tell(): void
  /** what runs does so for somebody who is revoked now, or is not any more */
  restart(): void
}

export function holdTrust(
  { profile, parts }: Pick<Begun, 'profile' | 'parts'>,
  node: OpenedNode,
  engine: Pick<EngineProcess, 'trust'>,
  { now, tell, restart }: HoldingTrust,
): Trust {
  let revoked = false
  const told = new Map<string, string>()
  const trust = parts.add(
    keepTrust({
      policy: node.about.policy.trust,
      folder: join(profile, 'trust'),
      now,
      changed() {
        const facts = trust.facts()
        node.state.found({ trust: facts })
        for (const { source, problem } of facts.crls) {
          const line = problem === null ? '' : node.say(problem)
          if (line !== '' && line !== told.get(source)) log(line)
          told.set(source, line)
        }
        tell()
        // a certificate that is revoked signs in nowhere; nor does it wait for the platform to say so
        if (facts.revoked === revoked) return engine.trust(trust.terms())
        revoked = facts.revoked
        restart()
      },
    }),
  )
  const held: Trust = {
    ...trust,
    async pin(pinned) {
      await trust.pin(pinned)
      // whoever pins starts with it
      revoked = trust.facts().revoked
    },
  }
  node.trust = held
  return held
}
