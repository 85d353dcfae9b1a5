/** A cache of its own for a test, open for whoever has just been given a certificate. */
import { expect } from 'vitest'
import type { Cache } from '../../../../../main/engine/cache/cache.ts'
import { createCommitter, type Committer } from '../../../../../main/engine/cache/commit.ts'
import { createAuthority } from '../../../../../main/exercise/authority.ts'
import { profileFolder, remove } from '../an-engine.ts'
import { nothingSent } from '../../../../doubles/outbox.ts'
import { openCacheAs } from '../../../../platform/unlocked.ts'

export interface ACache {
  cache: Cache
  /** closes it, and nothing of it is left */
  dispose(): Promise<void>
}

export async function openACache(): Promise<ACache> {
  const profile = await profileFolder()
  const { certificate, key } = await (await createAuthority('Test', Date.now())).issueClient([['CN', 'w']])
  const opened = await openCacheAs({ certificate, key }, profile)
  if (!opened.ok) throw new Error(opened.error.message)
  const cache = opened.value
  return {
    cache,
    async dispose() {
      await cache.close()
      await remove(profile)
    },
  }
}

/** A committer that nothing hangs on: no picture is written, and the disk must take what comes. */
export const plainCommitter = ({ database }: Cache): Committer =>
  createCommitter({
    outbox: nothingSent,
    database,
    dueState: () => [],
    applied: () => undefined,
    failing: (_, why) => expect.unreachable(why),
  })
