/** How the node is whose wall runs: for its desk, and for the window in which it is set up. */
import { join } from 'node:path'
import type { HealthFacts } from '../preload/contract/health.ts'
import { databaseFile } from './engine/cache/database-file.ts'
import { gatherHealth } from './health/facts.ts'
import { vaultFile } from './identity/vault/vault-file.ts'
import type { OpenedNode } from './open-node.ts'

/** `skew` and `contact` are the engine's: whoever follows it adds them. */
export function healthOfWall({ about, signing, state }: OpenedNode, profile: string): Promise<HealthFacts> {
  const { identity = null, authority = null } = signing?.now() ?? {}
  const { outbox, trust } = state.now()
  const refused = outbox.entries.filter((entry) => entry.state === 'refused').length
  // an exercise keeps what it is told beside what a platform told
  const folder = about.exercise ? join(profile, 'exercise') : profile
  return gatherHealth({
    ...{ now: () => Date.now(), identity, authority, profile, trust },
    throwAway: about.exercise,
    outbox: { count: outbox.count, refused, full: outbox.full },
    versions: { vigie: about.version, runtime: `Electron ${process.versions.electron}` },
    ...{ vault: vaultFile(folder), database: databaseFile(folder), mayCopy: about.policy.copy },
  })
}
