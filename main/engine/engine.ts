/**
 * The engine: stream → cache → picture → ports. Plain Node; `index.ts` is its Electron process, tests start it as
 * it is. It owns the picture and knows nothing of windows but their ports, roles and ceilings.
 */
import type { MarkingScheme, Rank } from '../../preload/contract/marking.ts'
import type { Connection } from '../../preload/contract/picture.ts'
import type { ReadDescriptor } from '../../preload/contract/descriptor.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import { ok, type Problem, type Result } from '../../preload/contract/result.ts'
import type { Role } from '../../preload/contract/schema.ts'
import { openCache, type Held } from './cache/cache.ts'
import { compact, manySmall } from './cache/compact.ts'
import { cutOff, purge } from './cache/retention.ts'
import { createCommitter, type Committed } from './cache/commit.ts'
import { createCheck } from './check/check.ts'
import type { Sink } from './intake/follow.ts'
import { startIntake, type Intake } from './intake/nats.ts'
import type { Keys, Platform, Report } from './orders.ts'
import { createPicture } from './picture/picture.ts'
import { createRecords } from './picture/record.ts'
import { createProduct, type Product } from './product.ts'
import type { Port } from './window/port.ts'
import { createAnswers } from './window/questions.ts'
import { createSight } from './window/sight.ts'
import { createWindow, type Window } from './window/window.ts'

/** ms since 1970 UTC */
export interface Clock {
  now(): number
}

export interface EngineOptions {
  /** the folder of this node's data; made if it is not there */
  profile: string
  keys: Keys
  scheme: MarkingScheme
  clock: Clock
  random?: () => number
  connection?: (connection: Connection) => void
  /** something keeps the engine from its work, though it goes on; null: no longer */
  problem?: (problem: Problem | null) => void
  log?: (line: string) => void
}

export interface Engine {
  /** reads from this platform from now on, instead of another */
  connect(platform: Platform): Promise<void>
  /** @returns how to let the window go; a port that closes does it too */
  addWindow(port: Port, window: { role: Role; ceiling: Rank }): () => void
  connection(): Connection
  report(): Report
  /** commits what waits and closes everything */
  dispose(): Promise<void>
}

/** ms between messages to a window at most; the commits' own interval is longer while nothing piles up */
const pumpInterval = 30
const healthInterval = 1000
/** changes gather so long: a catalog that is read anew tells thousands of products at once */
const gatherInterval = 200
/** a catalog is told whole, so no more often than this while it keeps changing */
const catalogInterval = 1000
const tendInterval = 5000
const purgeInterval = 60_000
/** What a node follows; each costs some kilobytes before its first message. */
const mostProducts = 5000

/** The cache is opened and its picture rebuilt before this resolves; the network is not needed for it. */
export async function createEngine(options: EngineOptions): Promise<Result<Engine>> {
  const { scheme, clock } = options
  const now = (): number => clock.now()
  const opened = await openCache(options.profile, options.keys)
  if (!opened.ok) return opened
  const cache = opened.value
  const problem = options.problem ?? (() => undefined)
  const log = options.log ?? (() => undefined)

  const picture = createPicture(cache, scheme, now)
  for (const held of cache.held.values()) await picture.load(held)

  const counts = { received: 0, rejected: 0 }
  let persisted = 0
  let disconnects = 0
  let connection: Connection = { state: 'offline', since: now() }
  let intake: Intake | null = null
  let disposed = false
  /** what an earlier start read of the catalog is in the cache */
  let listed = cache.held.size > 0
  const products = new Map<ProductName, Product>()
  /** of the cache and the catalog, those being written into the cache too */
  const named = new Set<ProductName>(cache.held.keys())
  let tooMany = false
  const windows = new Set<Window>()

  const records = createRecords(scheme)
  const sight = createSight({
    cache,
    picture,
    scheme,
    access: (product) => products.get(product)?.accessNow ?? 'pending',
  })

  let pumped = 0
  let pumpTimer: NodeJS.Timeout | null = null
  const pump = (): void => {
    if (pumpTimer || disposed) return
    const wait = Math.max(0, pumped + pumpInterval - performance.now())
    const go = (): void => {
      pumpTimer = null
      pumped = performance.now()
      for (const window of windows) window.pump()
    }
    if (wait === 0) go()
    else pumpTimer = setTimeout(go, wait)
  }

  /** The picture's changes to all windows, as marks. */
  const spread = (): void => {
    for (const table of picture.tables.values()) {
      if (table.changes.count === 0 && table.changes.series.size === 0) continue
      for (const window of windows) window.mark(table)
      table.clearChanges()
    }
    pump()
  }

  const applied = (committed: readonly Committed[]): void => {
    for (const { lane, batch } of committed) {
      persisted += batch.count
      const { held } = lane
      const since = products.get(held.product)?.followedSince ?? Infinity
      if (lane.kind === 'live') picture.applied(held, batch, batch.firstPublished >= since)
      else picture.table(held).applyHistory(batch)
    }
    spread()
  }

  let failing = false
  const committer = createCommitter({
    database: cache.database,
    dueState: () => picture.dueState(),
    applied(committed) {
      if (failing) problem(null)
      failing = false
      applied(committed)
    },
    failing(code, message) {
      if (!failing) problem({ code, message, subject: options.profile })
      failing = true
    },
  })

  const health = (): void => {
    for (const window of windows) window.health()
  }
  let healthTimer: NodeJS.Timeout | null = null
  /** Several changes of one moment are one message. */
  const healthSoon = (): void => {
    healthTimer ??= setTimeout(() => {
      healthTimer = null
      health()
    }, gatherInterval)
  }

  /** Series that have another past, or another marking, are told anew. */
  const rewrite = (): void => {
    for (const table of picture.tables.values())
      if (table.takeSeriesRewritten()) for (const window of windows) window.rewritten(table)
  }

  /** Windows have views of what there is now, and of nothing else. */
  const retable = (): void => {
    for (const window of windows) window.retable()
    spread()
  }
  let listedAt = -Infinity
  let listTimer: NodeJS.Timeout | null = null
  let listAtOnce: NodeJS.Immediate | null = null
  const list = (): void => {
    if (listTimer) clearTimeout(listTimer)
    if (listAtOnce) clearImmediate(listAtOnce)
    listTimer = listAtOnce = null
    listedAt = performance.now()
    for (const window of windows) window.catalog()
    retable()
    healthSoon()
  }
  const listSoon = (): void => {
    const wait = Math.max(gatherInterval, listedAt + catalogInterval - performance.now())
    listTimer ??= setTimeout(list, wait)
  }
  /** What windows may see is less than it was: with this turn of the loop it leaves them. */
  const listNow = (): void => {
    listAtOnce ??= setImmediate(() => {
      rewrite()
      list()
      health()
    })
  }

  let withheld: Promise<unknown> = Promise.resolve()
  const withhold = (held: Held, why: { refused?: boolean; withdrawn?: boolean }): void => {
    const before = held.refused || held.withdrawn
    // nobody waits for the disk: it holds already
    const written = cache
      .withhold(held, why)
      .catch((error: unknown) =>
        problem({ code: 'cache.unwritable', message: String(error), subject: options.profile }),
      )
    withheld = Promise.all([withheld, written])
    if (before !== (held.refused || held.withdrawn)) listNow()
  }

  const setConnection = (next: Connection): void => {
    connection = next
    options.connection?.(next)
    healthSoon()
  }

  const check = createCheck(now)
  const productOf = async (name: ProductName, read: ReadDescriptor): Promise<Sink | null> => {
    const { descriptor, leftOut } = read
    if (!named.has(name) && named.size >= mostProducts) {
      const message = `more than ${mostProducts} products; those that come later are not read`
      if (!tooMany) problem({ code: 'product.too-many', message, subject: name })
      tooMany = true
      return null
    }
    named.add(name)
    const before = cache.held.get(name)
    const was = before?.descriptor
    const naming = cache.name(name, descriptor)
    if (before) {
      // it may be marked higher now: that holds before anything is written or read
      picture.described(before)
      if (was?.marking !== descriptor.marking || was.kind !== descriptor.kind) listNow()
      products.get(name)?.describe(descriptor)
      withhold(before, { withdrawn: false })
    }
    const held = await naming
    const known = products.get(name)
    if (known) {
      known.warn(leftOut)
      return known
    }
    // one that the last start could not read has its state still to be loaded
    if (held.live !== null && !picture.tables.has(name)) await picture.load(held)
    picture.table(held)
    const made = createProduct({
      held,
      cache,
      committer,
      picture,
      check,
      scheme,
      now,
      counts,
      changed: listSoon,
      judged: (permitted) => withhold(held, { refused: !permitted }),
      pictured: retable,
    })
    products.set(name, made)
    made.warn(leftOut)
    listSoon()
    return made
  }

  const tick = setInterval(() => {
    picture.expire(now())
    rewrite()
    spread()
    health()
  }, healthInterval)

  // in turn, and never two at once: it shares the disk with the commits
  let tending = false
  const tend = async (): Promise<void> => {
    if (tending || disposed) return
    tending = true
    try {
      for (const held of cache.held.values()) {
        if (disposed) return
        if (held.small >= manySmall) await compact(cache.database, held)
        if (now() - (purged.get(held) ?? 0) < purgeInterval) continue
        purged.set(held, now())
        await purge(cache.database, held, now())
        picture.tables.get(held.product)?.purge(cutOff(held, now()))
      }
    } catch (error) {
      problem({ code: 'cache.unwritable', message: String(error), subject: options.profile })
    } finally {
      tending = false
    }
  }
  const purged = new Map<Held, number>()
  let tended: Promise<void> = Promise.resolve()
  const tender = setInterval(() => {
    tended = tend()
  }, tendInterval)

  const source = {
    sight,
    records,
    listed: () => listed,
    connection: () => connection,
    answers: createAnswers({ reader: cache.reader, sight, records, scheme }),
  }

  return ok({
    async connect(platform) {
      await intake?.dispose()
      if (disposed) return
      intake = startIntake({
        platform,
        now,
        random: options.random ?? Math.random,
        connection: setConnection,
        disconnected() {
          disconnects++
        },
        product: productOf,
        withdrawn(name) {
          const held = cache.held.get(name)
          if (held) withhold(held, { withdrawn: true })
        },
        listed(all) {
          for (const held of cache.held.values())
            if (all?.has(held.product) === false) withhold(held, { withdrawn: true })
          listed = true
          listSoon()
        },
        problem,
      })
    },
    addWindow(port, { role, ceiling }) {
      const window = createWindow(port, { role, ceiling, source, log, closed: () => windows.delete(window) })
      windows.add(window)
      return () => window.dispose()
    },
    connection: () => connection,
    report: () => ({
      received: counts.received,
      rejected: counts.rejected,
      persisted,
      gaps: [...cache.held.values()].reduce((sum, { gaps }) => sum + gaps.length, 0),
      products: [...products.values()].filter(({ accessNow }) => accessNow === 'permitted').length,
      disconnects,
    }),
    async dispose() {
      if (disposed) return
      disposed = true
      clearInterval(tick)
      clearInterval(tender)
      await intake?.dispose()
      await tended
      await committer.dispose()
      await withheld
      if (pumpTimer) clearTimeout(pumpTimer)
      if (healthTimer) clearTimeout(healthTimer)
      if (listTimer) clearTimeout(listTimer)
      if (listAtOnce) clearImmediate(listAtOnce)
      for (const window of [...windows]) window.dispose()
      await cache.close()
    },
  })
}
