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
import { missing, openCache, positionOf, type Held } from './cache/cache.ts'
import { compact, manySmall } from './cache/compact.ts'
import { writeState } from './cache/position.ts'
import { cutOff, purge, shrink } from './cache/retention.ts'
import { createCommitter, type Committed } from './cache/commit.ts'
import { createCheck } from './check/check.ts'
import type { Sink } from './intake/follow.ts'
import { startIntake, type Intake } from './intake/nats.ts'
import type { Keeping, Keys, Platform, Report } from './orders.ts'
import { createPicture } from './picture/picture.ts'
import { createRecords } from './picture/record.ts'
import { createPlatformClock, type Monotonic } from './platform-clock.ts'
import { createProduct, type Product } from './product.ts'
import type { Port } from './window/port.ts'
import { createAnswers } from './window/questions.ts'
import { createWindow, type Window } from './window/window.ts'

/** The machine's clocks. */
export interface Clock {
  /** ms since 1970 UTC; may be wrong, and stepped while we run */
  now(): number
  /** `performance.now`, where it is not given */
  monotonic?: Monotonic
}

export interface EngineOptions {
  /** the folder of this node's data; made if it is not there */
  profile: string
  keys: Keys
  scheme: MarkingScheme
  keeping: Keeping
  clock: Clock
  random?: () => number
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
/** ms that the platform's time must have gone on without a jump before anything is let go by it */
const steadyBeforePurge = 60_000
/** What a node follows; each costs some kilobytes before its first message. */
const mostProducts = 5000

/** The cache is opened and its picture rebuilt before this resolves; the network is not needed for it. */
export async function createEngine(options: EngineOptions): Promise<Result<Engine>> {
  const { scheme, clock, keeping } = options
  const monotonic = clock.monotonic ?? (() => performance.now())
  const time = createPlatformClock(() => clock.now(), monotonic)
  const opened = await openCache(options.profile, options.keys)
  if (!opened.ok) return opened
  const cache = opened.value
  const problem = options.problem ?? (() => undefined)

  if (cache.newest !== null) time.notBefore(cache.newest)
  const picture = createPicture(cache, scheme, time.atLeast, monotonic)
  for (const held of cache.held.values()) await picture.load(held)

  const counts = { received: 0, rejected: 0 }
  let persisted = 0
  let disconnects = 0
  /** its times are monotonic */
  let connection: Connection = { state: 'offline', since: monotonic() }
  let intake: Intake | null = null
  let disposed = false
  /** what an earlier start read of the catalog is in the cache */
  let listed = cache.held.size > 0
  const products = new Map<ProductName, Product>()
  const withdrawn = new Set<ProductName>()
  /** of the cache and the catalog, those being written into the cache too */
  const named = new Set<ProductName>(cache.held.keys())
  let tooMany = false
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
      known: held.live !== null,
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

  /** With its times as windows show time. */
  const connectionNow = (): Connection => {
    const at = (instant: number): number => time.now() - Math.round(monotonic() - instant)
    const since = at(connection.since)
    return connection.state === 'waiting'
      ? { ...connection, since, retryAt: at(connection.retryAt) }
      : { ...connection, since }
  }
  const setConnection = (next: Connection): void => {
    connection = next
    options.connection?.(connectionNow())
    feedsSoon()
  }

  const check = createCheck()
  const productOf = async (name: ProductName, read: ReadDescriptor): Promise<Sink | null> => {
    const { descriptor, leftOut } = read
    if (!named.has(name) && named.size >= mostProducts) {
      const message = `more than ${mostProducts} products; those that come later are not read`
      if (!tooMany) problem({ code: 'product.too-many', message, subject: name })
      tooMany = true
      return null
    }
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
      time,
      counts,
      changed: feedsSoon,
      pictured() {
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
    picture.expire(time.atLeast())
    for (const table of picture.tables.values())
      if (table.takeSeriesRewritten()) for (const window of windows) window.rewritten(table)
    spread()
    feeds()
  }, feedsInterval)

  const letGo = async (held: Held): Promise<void> => {
    const { mostBytes } = keeping
    if (held.bytes > mostBytes && (await shrink(cache.database, held, mostBytes)) > 0) {
      overwritten = true
      if (!shrunk.has(held)) {
        const megabytes = Math.round(mostBytes / 2 ** 20)
        products
          .get(held.product)
          ?.tell(
            'product.beyond-size',
            `more than ${megabytes} MB of events: the oldest go, as many as it needs`,
          )
      }
      shrunk.add(held)
    }
    if (time.steadyFor() < steadyBeforePurge || monotonic() - (purged.get(held) ?? -Infinity) < purgeInterval)
      return
    purged.set(held, monotonic())
    const before = cutOff(held, keeping, time.atLeast())
    const { events, refused } = await purge(cache.database, held, before)
    const rows = picture.tables.get(held.product)?.purge(before) ?? 0
    if (rows > 0 && held.live !== null) await writeState(cache, picture.wholeState(held, positionOf(held)))
    overwritten ||= events + refused + rows > 0
  }

  // in turn, and never two at once: it shares the disk with the commits
  let tending = false
  const tend = async (): Promise<void> => {
    if (tending || disposed) return
    tending = true
    try {
      for (const held of cache.held.values()) {
        if (disposed) return
        if (held.small >= manySmall) await compact(cache.database, held)
        await letGo(held)
      }
      if (overwritten) overwritten = !(await cache.database.emptyLog())
    } catch (error) {
      problem({ code: 'cache.unwritable', message: String(error), subject: options.profile })
    } finally {
      tending = false
    }
  }
  /** when each was last looked through for what may go; monotonic */
  const purged = new Map<Held, number>()
  /** those whose owner was told that they are too large */
  const shrunk = new Set<Held>()
  /** the log beside the database may still have what was let go */
  let overwritten = false
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
    connection: connectionNow,
    skew: time.skew,
    answers: createAnswers({ cache, tables: picture.tables, records, scheme }),
  }

  return ok({
    async connect(platform) {
      await intake?.dispose()
      if (disposed) return
      intake = startIntake({
        platform,
        time,
        random: options.random ?? Math.random,
        connection: setConnection,
        disconnected() {
          disconnects++
        },
        product: productOf,
        withdrawn(name) {
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
    connection: connectionNow,
    report: () => ({
      received: counts.received,
      rejected: counts.rejected,
      persisted,
      gaps: [...cache.held.values()].reduce((sum, { gaps }) => sum + gaps.length, 0),
      products: [...products.values()].filter(({ accessNow }) => accessNow === 'permitted').length,
      disconnects,
      clockSkewMs: time.skew(),
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
