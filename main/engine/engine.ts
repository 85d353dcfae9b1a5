/**
 * The engine: stream → cache → picture → ports. Plain Node; `index.ts` is its Electron process, tests start it as
 * it is. It owns the picture and knows nothing of windows but their ports, roles and ceilings.
 */
import { rankOf, type MarkingScheme, type Rank } from '../../preload/contract/marking.ts'
import type { Connection } from '../../preload/contract/picture.ts'
import type { ReadDescriptor } from '../../preload/contract/descriptor.ts'
import type { Descriptor, ProductName } from '../../preload/contract/product.ts'
import { ok, type Problem, type Result } from '../../preload/contract/result.ts'
import type { Role } from '../../preload/contract/schema.ts'
import { unmarked } from './event/batch.ts'
import { openCache, positionOf, type Held } from './cache/cache.ts'
import { compact, manySmall } from './cache/compact.ts'
import { writeState } from './cache/position.ts'
import { cutOff, purge, shrink } from './cache/retention.ts'
import { createCommitter, type Committed } from './cache/commit.ts'
import { createCheck } from './check/check.ts'
import type { Sink } from './intake/nats/follow.ts'
import { startIntake, type Intake } from './intake/nats/intake.ts'
import type { Keeping, Keys, Platform, Report } from './orders.ts'
import type { Budget } from './picture/budget.ts'
import { createPicture } from './picture/picture.ts'
import { createRecords } from './picture/record.ts'
import { createPlatformClock, type Monotonic } from './platform-clock.ts'
import { createProduct, type Product } from './product.ts'
import type { Port } from './windows/port.ts'
import { createAnswers } from './windows/questions.ts'
import { createSight } from './windows/sight.ts'
import { createWindows } from './windows/windows.ts'

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
  /** memory for the picture, bytes; what a node has unless a test says otherwise */
  picture?: Budget
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

const tickInterval = 1000
const tendInterval = 5000
const purgeInterval = 60_000
/** ms that the platform's time must have gone on without a jump before anything is let go by it */
const steadyBeforePurge = 60_000
/** What a node follows; each costs some kilobytes before its first message. */
const mostProducts = 5000
/** Of all descriptors together, as JSON: in memory they take up to ten times that. */
const mostDescribed = 32 * 1024 * 1024

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
  const picture = createPicture(cache, scheme, time.atLeast, monotonic, options.picture)
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
  /** of the cache and the catalog, those being written into the cache too */
  const named = new Set<ProductName>(cache.held.keys())
  let tooMany = false
  const described = new Map<ProductName, number>()
  let describedBytes = 0
  const countDescribed = (product: ProductName, bytes: number): void => {
    describedBytes += bytes - (described.get(product) ?? 0)
    described.set(product, bytes)
  }
  for (const { product, descriptor } of cache.held.values())
    countDescribed(product, JSON.stringify(descriptor).length)

  const records = createRecords(scheme)
  const sight = createSight({
    cache,
    picture,
    scheme,
    access: (product) => products.get(product)?.accessNow ?? 'pending',
  })
  const windows = createWindows({
    picture,
    source: {
      sight,
      records,
      listed: () => listed,
      follows: (product) => products.get(product)?.followedSince !== Infinity,
      connection: () => connectionNow(),
      skew: time.skew,
      answers: createAnswers({ reader: cache.reader, sight, records, scheme }),
    },
    log: options.log ?? (() => undefined),
  })

  const applied = (committed: readonly Committed[]): void => {
    for (const { lane, batch } of committed) {
      persisted += batch.count
      const { held } = lane
      const since = products.get(held.product)?.followedSince ?? Infinity
      if (lane.kind === 'live') picture.applied(held, batch, batch.firstPublished >= since)
      else picture.table(held).applyHistory(batch)
      tellFull(held)
    }
    windows.spread()
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
      received: time.now(),
      code: 'product.picture-full',
      message,
      event: null,
      excerpt: '',
      rank: unmarked,
    })
    void committer.flush()
    windows.listSoon()
  }
  for (const held of cache.held.values()) tellFull(held)

  const unwritable = (error: unknown): void =>
    problem({ code: 'cache.unwritable', message: String(error), subject: options.profile })
  let withheld: Promise<unknown> = Promise.resolve()
  const withhold = (held: Held, why: { refused?: boolean; withdrawn?: boolean }): void => {
    const before = held.refused || held.withdrawn
    // nobody waits for the disk: it holds already
    const written = cache.withhold(held, why).catch(unwritable)
    withheld = Promise.all([withheld, written])
    if (before !== (held.refused || held.withdrawn)) windows.listNow()
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
    windows.healthSoon()
  }

  /** What of the product is shown may be meant for fewer people now; and nobody untrusted lowers it. */
  const distrust = (name: ProductName, marking: string): void => {
    const held = cache.held.get(name)
    if (!held || rankOf(scheme, marking) <= rankOf(scheme, held.descriptor.marking)) return
    describe(held, { ...held.descriptor, marking }).catch(unwritable)
  }

  const describe = (held: Held, descriptor: Descriptor): Promise<Held> => {
    const was = held.descriptor
    const written = cache.name(held.product, descriptor)
    // it may be marked higher now: that holds before anything is written or read
    picture.described(held)
    if (was.marking !== descriptor.marking || was.kind !== descriptor.kind) windows.listNow()
    products.get(held.product)?.describe(descriptor)
    return written
  }

  const check = createCheck()
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
      const held = cache.held.get(name)
      if (held) withhold(held, { withdrawn: true })
      return null
    }
    countDescribed(name, bytes)
    named.add(name)
    const before = cache.held.get(name)
    if (before) withhold(before, { withdrawn: false })
    const held = await (before ? describe(before, descriptor) : cache.name(name, descriptor))
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
      time,
      counts,
      changed: windows.listSoon,
      judged: (permitted) => withhold(held, { refused: !permitted }),
      pictured() {
        tellFull(held)
        windows.retable()
      },
    })
    products.set(name, made)
    made.warn(leftOut)
    windows.listSoon()
    return made
  }

  const tick = setInterval(() => {
    picture.expire(time.atLeast())
    windows.rewrite()
    windows.spread()
    windows.health()
  }, tickInterval)

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
        distrusted: distrust,
        withdrawn(name) {
          const held = cache.held.get(name)
          if (held) withhold(held, { withdrawn: true })
        },
        listed(all) {
          for (const held of cache.held.values())
            if (all?.has(held.product) === false) withhold(held, { withdrawn: true })
          listed = true
          windows.listSoon()
        },
        problem,
      })
    },
    addWindow: windows.add,
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
      await withheld
      windows.dispose()
      await cache.close()
    },
  })
}
