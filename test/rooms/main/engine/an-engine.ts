import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import type { Connection } from '../../../../preload/contract/picture.ts'
import type { ProductName } from '../../../../preload/contract/product.ts'
import type { Problem } from '../../../../preload/contract/result.ts'
import { cacheStats, type CacheStats } from '../../../../main/engine/cache/stats.ts'
import { type Clock, type Engine } from '../../../../main/engine/engine.ts'
import type { Keeping } from '../../../../main/engine/cache/retention.ts'
import type { NatsAddress } from '../../../../main/engine/intake/nats/address.ts'
import type { Budget } from '../../../../main/engine/picture/budget.ts'
import { inboxOf } from '../../../../main/identity/inbox.ts'
import type { Identity, Platform } from '../../../platform/platform.ts'
import { createEngineAs, openCacheAs, type Keys } from '../../../platform/unlocked.ts'

export const profileFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'vigie-engine-'))
export const remove = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true })

export const keysOf = ({ certificate, key }: Identity): Keys => ({ certificate, key })

export const addressOf = (platform: Platform, identity = platform.wall, host = 'localhost'): NatsAddress => ({
  protocol: 'nats',
  intake: 'platform',
  servers: platform.servers.map(({ port }) => `tls://${host}:${port}`),
  inbox: inboxOf(identity.certificate),
  tls: {
    certificate: identity.certificate,
    key: identity.key,
    authority: platform.authority.certificate,
  },
})

export interface AnEngine {
  engine: Engine
  connections: Connection[]
  problems: Problem[]
  /** what it wrote to its log */
  lines: string[]
  /** resolves when the last connection's state is this */
  state(state: Connection['state']): Promise<Connection>
}

/** Far more than it takes, ms: only what never comes about is to fail. */
const patience = 120_000

export async function until(condition: () => boolean, what: string): Promise<void> {
  const end = performance.now() + patience
  while (!condition()) {
    if (performance.now() > end) throw new Error(`still not: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** What a node's policy says where it says nothing. */
export const keeping: Keeping = {
  leastRetention: 3_600_000,
  mostRetention: 90 * 86_400_000,
  mostBytes: 2 ** 32,
}

export async function startEngine(
  profile: string,
  keys: Keys,
  clock: Clock = Date,
  kept: Keeping = keeping,
  picture?: Budget,
): Promise<AnEngine> {
  const connections: Connection[] = []
  const problems: Problem[] = []
  const lines: string[] = []
  const created = await createEngineAs(keys, {
    profile,
    scheme: defaultScheme,
    clock,
    keeping: kept,
    random: () => 0,
    ...(picture === undefined ? {} : { picture }),
    linked: ({ connection }) => connections.push(connection),
    problem: (problem) => problem && problems.push(problem),
    log: (line) => lines.push(line),
  })
  if (!created.ok) throw new Error(`${created.error.code}: ${created.error.message}`)
  return {
    engine: created.value,
    connections,
    problems,
    lines,
    async state(state) {
      await until(() => connections.at(-1)?.state === state, `the connection is ${state}`)
      return connections.at(-1)!
    },
  }
}

/** Resolves when so many messages of the streams are in the cache. */
export const persisted = (engine: Engine, count: number): Promise<void> =>
  until(() => engine.report().persisted >= count, `${count} events are persisted`)

export async function statsOf(profile: string, keys: Keys): Promise<Map<ProductName, CacheStats>> {
  const cache = await openCacheAs(keys, profile, { readOnly: true })
  if (!cache.ok) throw new Error(cache.error.message)
  try {
    return new Map((await cacheStats(cache.value)).map((stats) => [stats.product, stats]))
  } finally {
    await cache.value.close()
  }
}
