/** Whom a node trusts whose wall does not run: the lists that its policy names are read as its wall would read them. */
import { join } from 'node:path'
import { keepTrust, type Trust } from '../identity/trust/trust.ts'
import type { HeldPolicy } from '../policy/hold-policy.ts'
import { readProvisioned } from './provisioned.ts'
import type { PinnedNow } from './trust.ts'

export interface TrustOfProfile {
  /** looks at the profile: somebody may have set it up meanwhile */
  pinned(): Promise<PinnedNow>
  trust(): Trust
  dispose(): void
}

export function trustOfProfile(
  profile: string,
  policy: Pick<HeldPolicy, 'now' | 'listen'>,
  changed: () => void,
): TrustOfProfile {
  const begin = (): Trust =>
    keepTrust({
      policy: policy.now().trust,
      ...{ folder: join(profile, 'trust'), now: () => Date.now(), changed },
    })
  let trust = begin()
  const stop = policy.listen(() => {
    trust.dispose()
    trust = begin()
    changed()
  })
  return {
    async pinned() {
      const read = await readProvisioned(profile)
      if (!read.ok) return { authority: null, file: null, problem: read.error, certificate: null }
      const { node, identity, authority, authorityProblem: problem } = read.value
      const { certificate = '', chain = [] } = identity ?? {}
      // the same again changes nothing
      if (authority !== null)
        await trust.pin({ certificate, chain, authority, file: node?.identity ?? profile })
      return { authority, file: node?.authority ?? null, problem, certificate: identity?.certificate ?? null }
    },
    trust: () => trust,
    dispose() {
      stop()
      trust.dispose()
    },
  }
}
