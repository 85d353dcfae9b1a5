/**
 * The engine: stream → cache → picture → ports. Plain Node; `index.ts` is its Electron process, tests start it as
 * it is. It owns the picture and knows nothing of windows but their ports, roles and ceilings.
 */
import { highestRank, type MarkingScheme, type Rank } from '../../preload/contract/marking.ts'
import type { Connection, Feed } from '../../preload/contract/picture.ts'
import type { ReadDescriptor } from '../../preload/contract/descriptor.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import { ok, type Problem, type Result } from '../../preload/contract/result.ts'
import type { Role } from '../../preload/contract/schema.ts'
import { rankOf } from '../../preload/contract/marking.ts'
import { missing, openCache, type Held } from './cache/cache.ts'
import { compact, manySmall } from './cache/compact.ts'
import { cutOff, purge } from './cache/retention.ts'
import { createCommitter, type Committed } from './cache/commit.ts'
import { createCheck } from './check/check.ts'
import type { Sink } from './intake/follow.ts'
import { startIntake, type Intake } from './intake/nats.ts'
import type { Keys, Platform, Report } from './orders.ts'
import type { Budget } from './picture/budget.ts'
import { createPicture } from './picture/picture.ts'
import { createRecords } from './picture/record.ts'
import { createProduct, type Product } from './product.ts'
import type { Port } from './window/port.ts'
import { createAnswers } from './window/questions.ts'
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
  /** memory for the picture, bytes; what a node has unless a test says otherwise */
  picture?: Budget
  connection?: (connection: Connection) => void
  /** something keeps the engine from its work, though it goes on; null: no longer */
  problem?: (problem: Problem | null) => void
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
const feedsInterval = 1000
/** changes of the feeds gather so long */
const gatherInterval = 200
const tendInterval = 5000
const purgeInterval = 60_000
/** What a node follows; each costs some kilobytes before its first message. */
const mostProducts = 5000
/** Of all descriptors together, as JSON: in memory they take up to ten times that. */
const mostDescribed = 32 * 1024 * 1024

/** The cache is opened and its picture rebuilt before this resolves; the network is not needed for it. */
export async function createEngine(options: EngineOptions): Promise<Result<Engine>> {
  const { scheme, clock } = options
  const now = (): number => clock.now()
  const opened = await openCache(options.profile, options.keys)
  if (!opened.ok) return opened
  const cache = opened.value
  const problem = options.problem ?? (() => undefined)

  const picture = createPicture(cache, scheme, now, options.picture)
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
  const withdrawn = new Set<ProductName>()
  /** of the cache and the catalog, those being written into the cache too */
  const named = new Set<ProductName>(cache.held.keys())
  let tooMany = false
  const described = new Map<ProductName, number>()
  let describedBytes = 0
  const describe = (product: ProductName, bytes: number): void => {
    describedBytes += bytes - (described.get(product) ?? 0)
    described.set(product, bytes)
  }
  for (const { product, descriptor } of cache.held.values())
    describe(product, JSON.stringify(descriptor).length)
  const windows = new Set<Window>()

  const ownRank = (product: ProductName): Rank => {
    const held = cache.held.get(product)
    return held ? rankOf(scheme, held.descriptor.marking) : highestRank(scheme)
  }
  const records = createRecords(scheme, ownRank)

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
      tellFull(held)
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

  const full = new Set<ProductName>()
  /** A product that has more than there is room for: told once, when the first of it is left out. */
  const tellFull = (held: Held): void => {
    if (full.has(held.product) || (picture.tables.get(held.product)?.leftOut ?? 0) === 0) return
    full.add(held.product)
    const message = 'its picture has no more room here; what is left out of it is in the log'
    problem({ code: 'product.picture-full', message, subject: held.product })
    committer.refuse(held, {
      product: held.id,
      sequence: 0,
      received: now(),
      code: 'product.picture-full',
      message,
      event: null,
      excerpt: '',
      rank: 0,
    })
    void committer.flush()
  }
  for (const held of cache.held.values()) tellFull(held)

  const feedOf = (held: Held, ceiling: Rank): Feed => {
    const table = picture.tables.get(held.product)
    const newest = table?.newestUpTo(ceiling) ?? Number.NaN
    let entities = 0
    for (let rank = 0; table && rank <= ceiling && rank < table.ranks.length; rank++)
      entities += table.ranks[rank]!
    return {
      product: held.product,
      descriptor: held.descriptor,
      access: products.get(held.product)?.accessNow ?? 'pending',
      newest: Number.isNaN(newest) ? null : newest,
      entities,
      // what was left out might be what somebody looks for
      known: held.live !== null && (table?.leftOut ?? 0) === 0,
      received: held.events + held.rejected,
      rejected: held.rejected,
      gaps: held.gaps.map((gap) => ({ ...gap })),
      behind: missing(held).reduce((sum, { first, last }) => sum + last - first + 1, 0),
    }
  }

  const feeds = (): void => {
    for (const window of windows) window.feeds()
  }
  let feedsTimer: NodeJS.Timeout | null = null
  /** Several changes of one moment are one message. */
  const feedsSoon = (): void => {
    feedsTimer ??= setTimeout(() => {
      feedsTimer = null
      feeds()
    }, gatherInterval)
  }

  let retableTimer: NodeJS.Timeout | null = null
  /** A catalog that is read anew tells thousands of products at once. */
  const retableSoon = (): void => {
    retableTimer ??= setTimeout(() => {
      retableTimer = null
      for (const window of windows) window.retable()
      pump()
    }, gatherInterval)
  }

  const setConnection = (next: Connection): void => {
    connection = next
    options.connection?.(next)
    feedsSoon()
  }

  const check = createCheck(now)
  const productOf = async (name: ProductName, read: ReadDescriptor): Promise<Sink | null> => {
    const { descriptor, leftOut } = read
    const bytes = JSON.stringify(descriptor).length
    const more = bytes - (described.get(name) ?? 0)
    const beyond = more > 0 && describedBytes + more > mostDescribed
    if (beyond || (!named.has(name) && named.size >= mostProducts)) {
      const message = beyond
        ? `descriptors of more than ${mostDescribed / 2 ** 20} MiB; those that come later are not read`
        : `more than ${mostProducts} products; those that come later are not read`
      if (!tooMany) problem({ code: 'product.too-many', message, subject: name })
      tooMany = true
      // by its old descriptor it might be shown to whom it no longer may
      if (named.has(name)) {
        withdrawn.add(name)
        retableSoon()
      }
      return null
    }
    describe(name, bytes)
    named.add(name)
    withdrawn.delete(name)
    const held = await cache.name(name, descriptor)
    const known = products.get(name)
    if (known) {
      known.describe(descriptor)
      known.warn(leftOut)
      if (picture.table(held).kind !== descriptor.kind) picture.forget(held)
      for (const window of windows) window.retable()
      return known
    }
    // one that the last start could not read has its state still to be loaded
    if (held.live !== null && !picture.tables.has(name)) await picture.load(held)
    picture.table(held)
    retableSoon()
    const made = createProduct({
      held,
      cache,
      committer,
      picture,
      check,
      scheme,
      now,
      counts,
      changed: feedsSoon,
      pictured() {
        tellFull(held)
        for (const window of windows) window.retable()
        spread()
      },
    })
    products.set(name, made)
    made.warn(leftOut)
    feedsSoon()
    pump()
    return made
  }

  const tick = setInterval(() => {
    picture.expire(now())
    for (const table of picture.tables.values())
      if (table.takeSeriesRewritten()) for (const window of windows) window.rewritten(table)
    spread()
    feeds()
  }, feedsInterval)

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
    tables: () => [...picture.tables.values()].filter((table) => !withdrawn.has(table.product)),
    records,
    feeds: (ceiling: Rank) =>
      [...cache.held.values()]
        .filter(({ product }) => !withdrawn.has(product))
        .map((held) => feedOf(held, ceiling)),
    listed: () => listed,
    connection: () => connection,
    answers: createAnswers({ cache, tables: picture.tables, records, scheme }),
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
          if (!named.has(name)) return
          withdrawn.add(name)
          for (const window of windows) window.retable()
          feedsSoon()
        },
        listed() {
          listed = true
          feedsSoon()
        },
        problem,
      })
    },
    addWindow(port, { role, ceiling }) {
      const window = createWindow(port, { role, ceiling, source, closed: () => windows.delete(window) })
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
      if (pumpTimer) clearTimeout(pumpTimer)
      if (feedsTimer) clearTimeout(feedsTimer)
      if (retableTimer) clearTimeout(retableTimer)
      for (const window of [...windows]) window.dispose()
      await cache.close()
    },
  })
}
