/**
 * One window's port: what it subscribed to, filtered to its ceiling, with credits. A slow window costs nothing
 * more than marks on rows: it gets the newest state when it has room, never a queue of old ones.
 */
import type { Rank } from '../../../preload/contract/marking.ts'
import type { CatalogEntry, Connection, FromEngine, Subscription } from '../../../preload/contract/picture.ts'
import type { Kind, ProductName } from '../../../preload/contract/product.ts'
import { fail } from '../../../preload/contract/result.ts'
import type { Role } from '../../../preload/contract/schema.ts'
import type { Records } from '../picture/record.ts'
import type { Table } from '../picture/table.ts'
import { createColumnsView } from './columns.ts'
import type { Port } from './port.ts'
import { createGuard } from './guard.ts'
import type { Answers } from './questions.ts'
import { createRecordsView } from './records.ts'
import { createSeriesView } from './series.ts'
import type { Sight } from './sight.ts'
import { forgetting, type View } from './view.ts'

export interface WindowSource {
  sight: Sight
  records: Records
  listed(): boolean
  /** what the platform publishes of it is followed as it comes */
  follows(product: ProductName): boolean
  connection(): Connection
  /** see `FeedsMessage` */
  skew(): number | null
  answers: Answers
}

export interface WindowOptions {
  role: Role
  ceiling: Rank
  source: WindowSource
  closed: () => void
  /** there is more to send than one turn had time for, and room for it: pump again */
  unfinished: () => void
  /** what its page does that no page of ours does */
  log: (line: string) => void
}

export interface Window {
  /** the table has changes that are not cleared yet */
  mark(table: Table): void
  /** series have another past */
  rewritten(table: Table): void
  /** tells the catalog, if it is another one for this window */
  catalog(): void
  /** tables came or went: what is out of sight leaves the window with this */
  retable(): void
  /** sends what waits, as far as credits go */
  pump(): void
  health(): void
  dispose(): void
}

/** columns, records and series under way at most */
const credits = 4
/** ms that one pump takes, and what is under way: then others have their turn */
const turnTime = 8

const fits: { [F in Subscription['form']]: (kind: Kind) => boolean } = {
  columns: (kind) => kind === 'track' || kind === 'feature',
  records: (kind) => kind !== 'metric',
  series: (kind) => kind === 'metric',
}

const wants = (subscription: Subscription, table: Table): boolean =>
  fits[subscription.form](table.kind) &&
  (subscription.kinds?.includes(table.kind) ?? true) &&
  (subscription.domains?.includes(table.product.split('.')[0] ?? '') ?? true) &&
  (subscription.products?.includes(table.product) ?? true)

export function createWindow(
  port: Port,
  { role, ceiling, source, closed, unfinished, log }: WindowOptions,
): Window {
  let subscriptions: Subscription[] | null = null
  let views: View[] = []
  let credit = credits
  let turn = 0
  /** those whose first message is sent */
  const begun = new WeakSet<View>()
  let disposed = false
  let told: { products: CatalogEntry[]; listed: boolean } | null = null
  /** something was there for a moment that a first look would miss: the banner follows at once */
  let lastMarking: Rank = -1

  const send = (message: FromEngine): void => {
    if (!disposed) port.send(message)
  }

  const open = (subscription: Subscription, table: Table): View => {
    if (subscription.form === 'columns') return createColumnsView(table, ceiling)
    if (subscription.form === 'series') return createSeriesView(table, ceiling)
    return createRecordsView(table, ceiling, source.records, subscription.limit)
  }

  const rebuild = (): void => {
    const old = new Map<Table, View[]>()
    for (const view of views) old.set(view.table, [...(old.get(view.table) ?? []), view])
    views = []
    for (const table of source.sight.tables(ceiling))
      for (const form of ['columns', 'records', 'series'] as const) {
        const matching = (subscriptions ?? []).filter((one) => one.form === form && wants(one, table))
        const [first] = matching
        if (!first) continue
        // several of one form are one view: what one of them wants, the window gets
        const limits = matching.map(({ limit }) => limit)
        const { limit: _, ...rest } = first
        const widest = limits.includes(undefined) ? undefined : Math.max(...limits.map((limit) => limit ?? 0))
        const known = old.get(table)?.find((view) => view.form === form)
        views.push(known ?? open(widest === undefined ? rest : { ...rest, limit: widest }, table))
      }
    const kept = new Set(views.map(({ table, form }) => `${form} ${table.product}`))
    for (const view of [...old.values()].flat())
      if (!kept.has(`${view.form} ${view.table.product}`)) {
        // not for credit: what must not be seen does not wait until the window has room
        credit--
        send(forgetting(view))
      }
  }

  const catalog = (): void => {
    const listed = source.listed()
    const products = source.sight.catalog(ceiling)
    const same =
      told?.listed === listed &&
      told.products.length === products.length &&
      told.products.every((entry, i) => entry === products[i])
    if (same) return
    told = { products, listed }
    send({ kind: 'catalog', ...told })
  }

  const marking = (): Rank => {
    let highest: Rank = 0
    for (const view of views) highest = Math.max(highest, view.marking() ?? 0)
    return highest
  }

  const health = (): void => {
    if (subscriptions === null) return
    lastMarking = marking()
    send({
      kind: 'health',
      products: source.sight.health(ceiling),
      connection: source.connection(),
      skew: source.skew(),
      marking: lastMarking,
      whole: source.listed() && views.every((view) => begun.has(view) && source.follows(view.table.product)),
    })
  }

  const pump = (): void => {
    const end = performance.now() + turnTime
    // each view in turn: a busy product must not keep the others waiting
    for (let tried = 0; tried < views.length && credit > 0; tried++) {
      const view = views[turn++ % views.length]
      if (!view?.waiting) continue
      const message = view.take()
      if (message) {
        begun.add(view)
        credit--
        tried = -1
        send(message)
      }
      if (performance.now() > end) break
    }
    if (credit > 0 && views.some((view) => view.waiting)) unfinished()
    // before, not after: the banner must not be lower than what is under it for a second
    if (subscriptions !== null && marking() > lastMarking) health()
  }

  const guard = createGuard({
    credit() {
      // more than were given out is no room, and no reason to look
      if (credit >= credits) return
      credit++
      pump()
    },
    subscribe(wanted) {
      subscriptions = wanted
      views = []
      catalog()
      rebuild()
      health()
      pump()
    },
    ask: (asked) =>
      source.answers.answer(asked, role, ceiling).then(
        (result) => send({ kind: 'answer', id: asked.id, result }),
        (error: unknown) => send({ kind: 'answer', id: asked.id, result: fail('internal', String(error)) }),
      ),
    refuse: (id, why) => send({ kind: 'answer', id, result: fail('ipc.refused', why) }),
    log: (line) => log(`a ${role} window sent the engine ${line}`),
  })
  port.listen((raw) => guard.receive(raw))

  const dispose = (): void => {
    if (disposed) return
    disposed = true
    guard.dispose()
    views = []
    port.close()
    closed()
  }
  port.closed(dispose)

  return {
    mark(table) {
      for (const view of views) if (view.table === table) view.mark()
    },
    rewritten(table) {
      for (const view of views) if (view.table === table && view.form === 'series') view.reset()
    },
    retable() {
      if (subscriptions !== null) rebuild()
    },
    catalog() {
      if (subscriptions !== null) catalog()
    },
    pump,
    health,
    dispose,
  }
}
