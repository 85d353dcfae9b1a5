/**
 * One window's port: what it has open, filtered to its ceiling, with credits. A slow window costs nothing
 * more than marks on rows: it gets the newest state when it has room, never a queue of old ones.
 */
import type { Rank } from '../../../preload/contract/marking.ts'
import type { CatalogEntry, Connection, Link } from '../../../preload/contract/picture.ts'
import { forms, isData, type Form, type FromEngine, type Told } from '../../../preload/contract/port.ts'
import type { ProductName } from '../../../preload/contract/product.ts'
import { fail } from '../../../preload/contract/result.ts'
import type { PictureRole } from '../../../preload/contract/role.ts'
import type { Records } from '../picture/record.ts'
import type { Table } from '../picture/table.ts'
import { createColumnsView } from './columns.ts'
import { createGuard, type Opened } from './guard.ts'
import { createMatching } from './matching.ts'
import { writeAnswer, writeTold, type Port } from './port.ts'
import type { Answers } from './questions.ts'
import { createRecordsView } from './records.ts'
import { createSeriesView } from './series.ts'
import type { Sight } from './sight.ts'
import type { View } from './view.ts'

export interface WindowSource {
  sight: Sight
  records: Records
  listed(): boolean
  /** what the platform publishes of it is followed as it comes */
  follows(product: ProductName): boolean
  /** one state for all links */
  connection(): Connection
  links(): Link[]
  /** see `HealthMessage` */
  skew(): number | null
  answers: Answers
}

export interface WindowOptions {
  role: PictureRole
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

/** What all that is open wants of one table in one form; no limit: all of it. */
interface Want {
  limit: number | undefined
  drawnAnew: boolean
}

/** columns, records and series under way at most */
const credits = 4
/** ms that one pump takes, and what is under way: then others have their turn */
const turnTime = 8
const none: ReadonlySet<number> = new Set()

export function createWindow(
  port: Port,
  { role, ceiling, source, closed, unfinished, log }: WindowOptions,
): Window {
  let opened: Opened = new Map()
  const matching = createMatching()
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
  const tell = (message: Told): void => {
    // not only what the window has room for: what must not be seen any longer does not wait until it has
    if (isData(message.kind)) credit--
    const written = writeTold(message)
    if (written.ok) send(written.value)
    else log(`a ${role} window is not told ${written.error.message}`)
  }

  const open: { [F in Form]: (table: Table, limit: number | undefined) => View } = {
    columns: (table) => createColumnsView(table, ceiling),
    records: (table, limit) => createRecordsView(table, ceiling, source.records, limit),
    series: (table) => createSeriesView(table, ceiling),
  }

  /** What the window has of what it wants: views that go on are left as they are. */
  const rebuild = (fresh: ReadonlySet<number>): void => {
    const keyOf = (form: Form, { product }: Table): string => `${form} ${product}`
    const before = new Map(views.map((view) => [keyOf(view.form, view.table), view]))
    const tables = source.sight.tables(ceiling)
    matching.among(tables)
    const wants = new Map(forms.map((form) => [form, new Map<number, Want>()]))
    for (const [id, subscription] of opened) {
      const { form, limit } = subscription
      const ofForm = wants.get(form)!
      const drawnAnew = form === 'columns' && fresh.has(id)
      for (const at of matching.of(subscription)) {
        const want = ofForm.get(at)
        // several of one form are one view: what one of them wants, the window gets
        if (want === undefined) ofForm.set(at, { limit, drawnAnew })
        else {
          want.drawnAnew ||= drawnAnew
          want.limit = limit && want.limit && Math.max(limit, want.limit)
        }
      }
    }
    views = []
    for (const [at, table] of tables.entries())
      for (const form of forms) {
        const want = wants.get(form)!.get(at)
        if (!want) continue
        const { limit, drawnAnew } = want
        const key = keyOf(form, table)
        const known = before.get(key)
        before.delete(key)
        if (known?.table !== table) {
          views.push(open[form](table, limit))
          continue
        }
        views.push(known)
        known.widen(limit)
        if (drawnAnew) known.reset()
      }
    for (const view of before.values()) tell(view.forgetting())
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
    tell({ kind: 'catalog', ...told })
  }

  const marking = (): Rank => {
    let highest: Rank = 0
    for (const view of views) highest = Math.max(highest, view.marking() ?? 0)
    return highest
  }

  const health = (): void => {
    lastMarking = marking()
    tell({
      kind: 'health',
      products: source.sight.health(ceiling),
      connection: source.connection(),
      links: source.links(),
      skew: source.skew(),
      marking: lastMarking,
      whole:
        opened.size > 0 &&
        source.listed() &&
        views.every((view) => begun.has(view) && source.follows(view.table.product)),
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
        tried = -1
        tell(message)
      }
      if (performance.now() > end) break
    }
    if (credit > 0 && views.some((view) => view.waiting)) unfinished()
    // before, not after: the banner must not be lower than what is under it for a second
    if (marking() > lastMarking) health()
  }

  const guard = createGuard({
    role,
    credit() {
      // more than were given out is no room, and no reason to look
      if (credit >= credits) return
      credit++
      pump()
    },
    opened(now, fresh) {
      opened = now
      rebuild(fresh)
      health()
      pump()
    },
    ask: (asked) =>
      source.answers.answer(asked, ceiling).then(
        (result) => send({ kind: 'answer', id: asked.id, result: writeAnswer(asked.question, result) }),
        (error: unknown) => send({ kind: 'answer', id: asked.id, result: fail('internal', String(error)) }),
      ),
    refuse: (id, why) => send({ kind: 'answer', id, result: fail('ipc.refused', why) }),
    refuseOpen: (id) => tell({ kind: 'refused', id }),
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
  catalog()
  health()

  return {
    mark(table) {
      for (const view of views) if (view.table === table) view.mark()
    },
    rewritten(table) {
      for (const view of views) if (view.table === table && view.form === 'series') view.reset()
    },
    retable: () => rebuild(none),
    catalog,
    pump,
    health,
    dispose,
  }
}
