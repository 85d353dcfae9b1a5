/**
 * The engine: stream → cache → picture → ports. Plain Node; `index.ts` is its Electron process, tests start it as
 * it is. It owns the picture and knows nothing of windows but their ports, roles and ceilings.
 */
import type { MarkingScheme, Rank } from '../../preload/contract/marking.ts'
import type { AskedLook, Look } from '../../preload/contract/look.ts'
import type { Connection, Link } from '../../preload/contract/picture.ts'
import type { Outgoing } from '../../preload/contract/outbox.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import { fail, ok, type Problem, type Result } from '../../preload/contract/result.ts'
import type { PictureRole } from '../../preload/contract/role.ts'
import type { ServerFacts } from '../../preload/contract/trust.ts'
import type { TrustTerms } from '../identity/trust/terms.ts'
import { createActProduct, type ActProduct } from './act-product.ts'
import { createAddressed } from './addressed.ts'
import type { Told } from './acts/acts.ts'
import {
  deliveryTypes,
  mostWaitingBytes,
  type DeliveriesTold,
  type Delivery,
  type DeliveryType,
} from '../../preload/contract/document.ts'
import type { LogTold } from '../../preload/contract/line.ts'
import type { AddressedTold } from '../../preload/contract/told.ts'
import type { SharedTold, WaitingSave } from '../../preload/contract/shared.ts'
import { openCache } from './cache/cache.ts'
import { createCommitter, type Committed } from './cache/commit.ts'
import { readCourse } from './cache/course.ts'
import { readHistory } from './cache/history.ts'
import { openDocuments } from './cache/documents.ts'
import { openDeliveredFiles } from './cache/delivered-files.ts'
import { allOf, openOutbox } from './cache/outbox.ts'
import { readQuarantine } from './cache/quarantine.ts'
import type { Keeping } from './cache/retention.ts'
import { startTending } from './cache/tending.ts'
import type { Unlocked } from './cache/vault-mark.ts'
import { compileDataSchema } from './check/dataschema.ts'
import type { Address } from './intake/addresses.ts'
import type { Looks } from './intake/intake.ts'
import type { CardLine } from './intake/nats/card-line.ts'
import { protocolOf } from './intake/intakes.ts'
import { createLinks, type Links } from './links.ts'
import { createFiles } from './files.ts'
import { createDerived } from './derived.ts'
import { createDeliveries, kindOf, type Deliveries } from './deliveries.ts'
import { observationsProduct } from '../../preload/contract/form.ts'
import { createLines, type Lines } from './lines.ts'
import type { Report } from './orders.ts'
import type { Budget } from './picture/budget.ts'
import { createFullness } from './picture/fullness.ts'
import { createPicture } from './picture/picture.ts'
import { createRecords } from './picture/record.ts'
import { createProducts, type Products } from './products.ts'
import { openShared, type Shared } from './shared/shared.ts'
import { createMonotonic } from './time/monotonic.ts'
import { createPlatformClock, type Monotonic } from './time/platform-clock.ts'
import type { Port } from './windows/port.ts'
import { createAnswers } from './windows/questions.ts'
import { createSight } from './windows/sight.ts'
import { someRows, type SomeRows } from './windows/some-rows.ts'
import { createStyles } from './styles.ts'
import { createWindows } from './windows/windows.ts'
import { createTrailWay, type TrailWay } from './trail.ts'

/** The machine's clocks. */
export interface Clock {
  /** ms since 1970 UTC; may be wrong, and stepped while we run */
  now(): number
  /** the machine's own, its sleep with it, where it is not given */
  monotonic?: Monotonic
}

export interface EngineOptions extends Unlocked {
  /** the folder of this node's data; made if it is not there */
  profile: string
  scheme: MarkingScheme
  keeping: Keeping
  /** the product that acts are events of, and who is told of them */
  acts?: { product: ProductName; nodes?: readonly string[] | null; told: Told }
  clock: Clock
  random?: () => number
  /** memory for the picture, bytes; what a node has unless a test says otherwise */
  picture?: Budget
  /** a server was taken: what it proved of itself */
  secured?: (server: ServerFacts) => void
  /** one of its links is in another state */
  linked?: (link: Link) => void
  /** something keeps the engine from its work, though it goes on; null: no longer */
  problem?: (problem: Problem | null) => void
  /** what people share has changed, and what of this node's own is on its way: first all that is kept of it */
  shared?: { told: (told: SharedTold) => void; saves: (saves: WaitingSave[]) => void }
  /** the product that lines of the log are entered into, and who is told of those that wait */
  lines?: { product: ProductName; told: (told: LogTold) => void }
  /** the products that files leave for, and who is told of those that wait */
  deliveries?: { products: Record<DeliveryType, ProductName>; told: (told: DeliveriesTold) => void }
  /** lines that are addressed to somebody: first all that are followed, then with every change */
  addressed?: (told: AddressedTold) => void
  /** somebody at the desk searches for this */
  searched?: (text: string) => void
  log?: (line: string) => void
  /** the card's line, where somebody signs in with one */
  line?: CardLine
  /** the other nodes of the wall ask for pictures of this one's screens */
  looks?: Looks
}

export interface Engine {
  /** reads from these from now on, side by side, instead of from others; each has a name of its own */
  connect(...addresses: Address[]): Promise<void>
  /** how the platform is judged from now on */
  trust(terms: TrustTerms): void
  /** somebody did this here: it is kept once, however often it is said, and told to the others */
  act(outgoing: Outgoing): void
  /** it is not to be sent any more, if it was not; or its author has read why it was refused */
  withdraw(id: string): void
  /** @returns how to let the window go; a port that closes does it too */
  addWindow(port: Port, window: { role: PictureRole; ceiling: Rank }): () => void
  report(): Report
  readonly shared: Shared
  readonly lines: Pick<Lines, 'enter' | 'withdraw'>
  readonly deliveries: Pick<Deliveries, 'deliver' | 'withdraw'>
  /** rows of a product for a file that leaves, some from one on */
  rows(product: ProductName, ceiling: Rank, from: number): Result<SomeRows>
  readonly trail: TrailWay
  /** asks another node of the wall for a picture of one of its screens */
  look(node: string, asked: AskedLook): Promise<Result<Look>>
  /** commits what waits and closes everything */
  dispose(): Promise<void>
}

const tickInterval = 1000
/** Of files that were read here. */
const mostKeptBytes = 512 * 1024 * 1024

const untold: Told = {
  kept: () => undefined,
  notKept: () => undefined,
  outbox: () => undefined,
  acts: () => undefined,
  together: () => undefined,
}

/** The cache is opened and its picture rebuilt before this resolves; the network is not needed for it. */
export async function createEngine(options: EngineOptions): Promise<Result<Engine>> {
  const { scheme, clock, keeping } = options
  const { product: actsProduct, told } = options.acts ?? { product: 'ops.acts', told: untold }
  const logProduct = options.lines?.product ?? 'ops.log'
  const deliveryProducts = options.deliveries?.products ?? {
    'vigie.document.v1': 'ops.documents',
    'vigie.report.v1': 'command.reports',
    'vigie.feature.v1': observationsProduct,
  }
  const random = options.random ?? Math.random
  const monotonic = clock.monotonic ?? createMonotonic()
  const time = createPlatformClock(() => clock.now(), monotonic)
  const problem = options.problem ?? (() => undefined)
  const unwritable = (error: unknown): void =>
    problem({ code: 'cache.unwritable', message: String(error), subject: options.profile })
  const counts = { received: 0, rejected: 0 }
  let persisted = 0
  let disconnects = 0
  let disposed = false

  // the cache, and what the picture was
  const opened = await openCache(options.profile, options)
  if (!opened.ok) return opened
  const cache = opened.value
  if (cache.newest !== null) time.notBefore(cache.newest)
  const outbox = await openOutbox(cache.database, actsProduct)
  const linesKept = await openOutbox(cache.database, logProduct, 'note')
  const deliveredFiles = await openDeliveredFiles(cache.database, mostWaitingBytes)
  const deliveriesKept = await Promise.all(
    deliveryTypes.map(async (type) => ({
      type,
      kept: await openOutbox(cache.database, deliveryProducts[type], kindOf[type]),
    })),
  )
  const picture = createPicture(cache, scheme, time.atLeast, monotonic, options.picture)
  for (const held of cache.held.values()) await picture.load(held)

  // the windows, and what they may see
  const since = monotonic()
  const offline = (): Connection => ({
    state: 'offline',
    since: time.now() - Math.round(monotonic() - since),
  })
  const records = createRecords(scheme)
  const styles = createStyles({
    scheme,
    organisation: options.looks?.place.organisation ?? null,
    changed: () => windows.listSoon(),
  })
  const derived = createDerived({
    ...{ cache, picture, scheme, time },
    organisation: options.looks?.place.organisation ?? null,
    monotonic: () => performance.now(),
    windows: { listSoon: () => windows.listSoon(), listNow: () => windows.listNow() },
  })
  const sight = createSight({
    held: derived.held,
    picture,
    scheme,
    access: (product) =>
      derived.has(product) ? 'permitted' : (products.get(product)?.accessNow ?? 'pending'),
    styles: (product, descriptor) => styles.of(product, descriptor),
    quality: (product) => products.get(product)?.quality(),
  })
  const past = {
    history: readHistory.bind(null, cache.reader),
    course: readCourse.bind(null, cache.reader),
    rejected: readQuarantine.bind(null, cache.reader),
  }
  const files = createFiles({
    documents: await openDocuments(cache.database, mostKeptBytes),
    links: () => links,
    time,
    fault: (held, code, text, rank) => committer.fault(held, time.now(), code, text, rank),
    unwritable,
  })
  const answers = createAnswers({ past, files, sight, records, scheme, derived })
  const windows = createWindows({
    picture,
    source: {
      sight,
      records,
      listed: () => products.listed,
      follows: (product) =>
        derived.has(product) || (products.get(product)?.followedSince ?? Infinity) !== Infinity,
      links: () => links.all(),
      connection: () => links.worst(),
      skew: time.skew,
      answers: {
        answer(asked, ceiling) {
          if (asked.question === 'search') options.searched?.(asked.ask.text)
          return answers.answer(asked, ceiling)
        },
      },
    },
    log: options.log ?? (() => undefined),
  })

  const shared = await openShared({
    ...{ cache, scheme, unwritable },
    saves: (saves) => options.shared?.saves(saves),
    told(told) {
      styles.told(told)
      derived.told(told)
      options.shared?.told(told)
    },
    publish: (intake, publication) => links.publish(intake, publication),
  })

  // commits, and what becomes of them
  let failing = false
  const committer = createCommitter({
    database: cache.database,
    outbox: allOf([outbox, linesKept, ...deliveriesKept.map(({ kept }) => kept)]),
    dueState: () => picture.dueState(),
    applied(committed) {
      for (const one of committed) apply(one)
      windows.spread()
    },
    failing(code, message) {
      if (!failing) problem({ code, message, subject: options.profile })
      failing = true
    },
    recovered() {
      failing = false
      problem(null)
    },
  })
  const fullness = createFullness(picture.leftOut, (product, message) => {
    problem({ code: 'product.picture-full', message, subject: product })
    const held = cache.held.get(product)
    if (held) committer.fault(held, time.now(), 'product.picture-full', message)
    windows.listSoon()
  })
  const apply = (committed: Committed): void => {
    const { lane, batch } = committed
    const { held, kind } = lane
    persisted += batch.count
    const since = products.get(held.product)?.followedSince ?? Infinity
    if (kind === 'live') picture.applied(held, batch, batch.firstPublished >= since)
    else picture.table(held).applyHistory(batch)
    derived.committed(committed)
    acts.committed(committed)
    for (const one of written) one.committed(committed)
    addressed.committed(committed)
    fullness.look(held.product)
  }

  // what is done here, and what was done anywhere
  const acts: ActProduct = createActProduct({
    ...{ product: actsProduct, kept: outbox, cache, picture, time, random, told, unwritable },
    here: { place: options.looks?.place ?? null, nodes: options.acts?.nodes ?? null },
    products: () => products,
    links: () => links,
  })

  const lines = createLines({
    ...{ product: logProduct, kept: linesKept, cache, scheme, time, random, unwritable },
    place: options.looks?.place ?? null,
    products: () => products,
    links: () => links,
    told: options.lines?.told ?? (() => undefined),
  })

  const deliveries = deliveriesKept.map(({ type, kept }) => ({
    type,
    ...createDeliveries({
      ...{ type, product: deliveryProducts[type], kept, files: deliveredFiles },
      ...{ cache, scheme, time, random, unwritable },
      place: options.looks?.place ?? null,
      products: () => products,
      links: () => links,
      told: options.deliveries?.told ?? (() => undefined),
    }),
  }))
  const written = [lines, ...deliveries]
  const addressed = createAddressed({
    ...{ held: cache.held, picture, scheme, time },
    organisation: options.looks?.place.organisation ?? null,
    told: options.addressed ?? (() => undefined),
  })

  const products: Products = createProducts({
    ...{ cache, committer, picture, fullness, scheme, time, counts, windows, problem, unwritable },
    followed(product, follows) {
      acts.followed(product, follows)
      for (const one of written) one.followed(product, follows)
    },
    remade(held) {
      acts.remade(held)
      for (const one of written) one.remade(held)
      addressed.remade(held)
    },
  })
  for (const product of cache.held.keys()) fullness.look(product)

  const links: Links = createLinks({
    expected(names) {
      products.expect(names)
      shared.expect(names)
    },
    offline,
    start(address) {
      const { upstream, start } = protocolOf(address)
      return start({
        address,
        line: options.line ?? null,
        looks: options.looks ?? null,
        time,
        random,
        linked(connection) {
          options.linked?.({ intake: address.intake, connection })
          if (connection.state === 'waiting' || connection.state === 'refused')
            products.unreachable(address.intake)
          windows.healthSoon()
          acts.changed()
          for (const one of written) one.changed()
        },
        ...(options.secured && { secured: options.secured }),
        disconnected() {
          disconnects++
          products.cut(address.intake)
        },
        ...products.of({ name: address.intake, upstream }),
        schemaFault(dataschema) {
          const compiled = compileDataSchema(dataschema)
          return compiled.ok ? null : compiled.error.message
        },
        problem,
        shared: shared.of(address.intake),
      })
    },
  })

  // what happens by itself
  const tick = setInterval(() => {
    picture.expire(time.atLeast())
    derived.tick()
    windows.rewrite()
    windows.spread()
    windows.health()
    acts.changed()
    for (const one of written) one.changed()
    addressed.look()
  }, tickInterval)
  const tending = startTending({
    ...{ cache, keeping, time, picture },
    beyondSize(held, mostBytes) {
      const text = `more than ${Math.round(mostBytes / 2 ** 20)} MB of events: the oldest go, as many as it needs`
      committer.fault(held, time.now(), 'product.beyond-size', text)
    },
    emptied: products.release,
    failed: unwritable,
  })

  acts.begin()
  for (const one of written) one.begin()
  addressed.begin()
  return ok({
    lines,
    deliveries: {
      deliver: (delivery: Delivery) =>
        deliveries.find(({ type }) => type === delivery.type)?.deliver(delivery) ??
        Promise.resolve(fail('delivery.absent', 'nothing of this type leaves here', delivery.type)),
      async withdraw(id) {
        for (const one of deliveries) if (await one.withdraw(id)) return true
        return false
      },
    },
    act: acts.act,
    withdraw: acts.withdraw,
    connect: (...addresses) => links.connect(addresses),
    trust: (terms) => links.trust(terms),
    addWindow: windows.add,
    shared,
    rows: (product, ceiling, from) => someRows({ sight, records }, product, ceiling, from),
    trail: createTrailWay(links),
    look: (node, asked) => links.look(node, asked),
    report: () => ({
      ...counts,
      persisted,
      gaps: [...cache.held.values()].reduce((sum, { gaps }) => sum + gaps.length, 0),
      products: products.permitted,
      disconnects,
      clockSkewMs: time.skew(),
    }),
    async dispose() {
      if (disposed) return
      disposed = true
      clearInterval(tick)
      await links.dispose()
      await files.dispose()
      await tending.dispose()
      await derived.dispose()
      await acts.dispose()
      for (const one of written) await one.dispose()
      await committer.dispose()
      await products.dispose()
      await shared.dispose()
      windows.dispose()
      await cache.close()
    },
  })
}
