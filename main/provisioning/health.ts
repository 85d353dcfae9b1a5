/** How a node is whose wall does not run: as `vigie health` says it, and the window. */
import type { HealthFacts } from '../../preload/contract/health.ts'
import { databaseFile } from '../engine/cache/database-file.ts'
import { gatherHealth, type HealthParts } from '../health/facts.ts'
import { vaultFile } from '../identity/vault/vault-file.ts'
import { readProvisioned } from './provisioned.ts'

/** @param said who signs in and whom it trusts, where somebody says so; else as the profile was provisioned */
export async function healthOfProfile(
  profile: string,
  said: Pick<HealthParts, 'versions' | 'mayCopy'> &
    Partial<Pick<HealthParts, 'identity' | 'authority' | 'trust'>>,
): Promise<HealthFacts> {
  const { identity = null, authority = null, trust = null, versions, mayCopy } = said
  const found = identity !== null && authority !== null ? null : await readProvisioned(profile)
  // what can't be read is not known, and is told where it is read to start with
  const own = found?.ok === true ? found.value : null
  return gatherHealth({
    now: () => Date.now(),
    identity: identity ?? own?.identity ?? null,
    authority: authority ?? own?.authority ?? null,
    throwAway: false,
    ...{ trust, outbox: null, versions, mayCopy, profile },
    ...{ vault: vaultFile(profile), database: databaseFile(profile) },
  })
}
