import { SvelteMap } from 'svelte/reactivity'
import type { Rank } from '../../preload/contract/marking.ts'
import type { CatalogEntry, Connection, Link, ProductHealth, Record } from '../../preload/contract/picture.ts'
import {
  isOf,
  type ColumnsMessage,
  type Form,
  type Subscription,
  type Told,
} from '../../preload/contract/port.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import type { PictureRole } from '../../preload/contract/role.ts'
import { feedsOf, type Feed } from './feeds.ts'
import { createGathering, nextFrame, type NextFrame } from './gathering.ts'
import { createLine, type Ask } from './line.ts'
import { createListeners } from './listeners.ts'
import { createOpenings } from './openings.ts'
import { keepTelemetry, type PictureTelemetry } from './telemetry.ts'
import { createView, keyOfProduct, keyOfSeries, keyOfTrend, type Trend } from './view.ts'

/** What is read of the picture. */
export interface Read extends Subscription {
  form: 'records' | 'series'
}
/** What is drawn: columns, so their form need not be said. */
export type Drawn = Omit<Subscription, 'form' | 'limit'>
export type Draw = (message: ColumnsMessage) => void

/**
 * The window's side of its engine port. Reading a property or calling `records` or `trend` in a template or a
 * `$derived` follows it; changes arrive once per animation frame, however many messages came.
 */
export interface Picture<R extends PictureRole = PictureRole> {
  /** made anew every second: with counts and ages */
  readonly feeds: readonly Feed[]
  /** the same products without them, another array only when the engine tells another catalog */
  readonly catalog: readonly CatalogEntry[]
  /** the catalog was read to its end: what is not among the feeds is not there */
  readonly listed: boolean
  /** null until the engine has spoken */
  readonly connection: Connection | null
  /** each of its intakes' own */
  readonly links: readonly Link[]
  /** how far the platform's clock is ahead of this machine's, ms; null: not known */
  readonly skew: number | null
  /** the highest rank in what this window is shown now */
  readonly marking: Rank
  /** when the engine last spoke by this window's clock, ms since 1970; null before */
  readonly heard: number | null
  /** true from the moment the engine's end of the port is gone until the next engine speaks */
  readonly cut: boolean
  /**
   * Both give the same object every time, changed in place: read from it inside the template or `$derived` that
   * calls them; a `$derived` that only passes the object on would seem never to change.
   */
  readonly records: (product: ProductName) => ReadonlyMap<string, Record>
  readonly trend: (product: ProductName, series: string) => Trend | undefined
  /** the names of the series that came of it */
  readonly series: (product: ProductName) => readonly string[]
  /** @returns how to close it. See `opens`, for components */
  readonly open: (read: Read) => () => void
  /** Columns go straight to who draws them, never through state. @returns how to close it */
  readonly draw: (drawn: Drawn, apply: Draw) => () => void
  /**
   * A part of this window has asked for the product, and the engine refuses to give so much. In that form; in any where
   * none is named
   */
  readonly withheld: (product: ProductName, form?: Form) => boolean
  readonly ask: Ask<R>
  /** The engine's end of the port, again after each of its restarts. */
  readonly take: (port: MessagePort) => void
  /** A map tells that it drew what it was last given. */
  readonly drew: () => void
  /** what Vigie measured of this window since the last time it was asked */
  readonly telemetry: () => PictureTelemetry
  readonly dispose: () => void
}

/** changes when the engine refuses to open something, or is asked anew; no product is called so */
const keyOfRefusals = ' '

interface Given {
  /** the window's clock, told what the engine knows of the platform's time */
  clock: {
    /** ms since 1970 */
    read: () => number
    /** @param skew how far the platform's clock is ahead of this machine's, ms; null: not known */
    follow: (skew: number | null) => void
  }
  /** what came of the engine and was not used, for the log */
  report: (message: string) => void
  frame?: NextFrame
}

export function createPicture<R extends PictureRole = PictureRole>({
  clock,
  report,
  frame = nextFrame,
}: Given): Picture<R> {
  const now = clock.read
  let feeds = $state.raw<readonly Feed[]>([])
  let catalog = $state.raw<readonly CatalogEntry[]>([])
  let health: readonly ProductHealth[] = []
  let listed = $state(false)
  let connection = $state.raw<Connection | null>(null)
  let links = $state.raw<readonly Link[]>([])
  let skew = $state<number | null>(null)
  let marking = $state(0)
  let heard = $state<number | null>(null)
  let cut = $state(false)
  /** when this window last opened anything; ms since 1970 */
  let asked = Infinity
  /** counts changes per key of the view: what templates follow instead of the data itself */
  const versions = new SvelteMap<string, number>()

  /** a map has something to draw */
  let mapped = false
  const view = createView()
  const columns = createListeners<ColumnsMessage>()
  const telemetry = keepTelemetry(now)
  const gathering = createGathering(frame, (keys) => {
    for (const key of keys) versions.set(key, (versions.get(key) ?? 0) + 1)
    telemetry.frame(keys.size > 0)
  })
  const line = createLine<R>({ hear, onCut: () => (cut = true), report })
  const openings = createOpenings({ send: line.send, onOpen: () => (asked = now()) })

  function hear(message: Told): void {
    switch (message.kind) {
      case 'columns':
        mapped ||= columns.count > 0 && message.rows.length > 0
        columns.tell(message)
        telemetry.applied(message.published)
        break
      case 'records':
        gathering.add(view.apply(message))
        // what was published before this window asked is told late for another reason
        telemetry.applied(
          message.records.map(({ published }) => published).filter((published) => published >= asked),
        )
        break
      case 'series':
        gathering.add(view.apply(message))
        telemetry.applied(message.published)
        break
      case 'catalog':
        catalog = message.products
        listed = message.listed
        feeds = feedsOf(catalog, health)
        forgetUnseen()
        break
      case 'refused':
        openings.refuse(message.id)
        gathering.add([keyOfRefusals])
        break
      case 'health':
        health = message.products
        feeds = feedsOf(catalog, health)
        connection = message.connection
        links = message.links
        skew = message.skew
        clock.follow(message.skew)
        marking = message.marking
        if (message.whole) {
          telemetry.whole(mapped)
          // where nothing is to be shown, that is what the next frame shows
          gathering.add([''])
        }
        heard = now()
        cut = false
        break
    }
  }

  const kindOf = (product: ProductName) =>
    catalog.find((entry) => entry.product === product)?.descriptor.kind ?? null

  /** What this window may no longer see is not kept, whether or not a widget would still show it. */
  function forgetUnseen(): void {
    const seen = new Set(catalog.filter(({ access }) => access !== 'refused').map(({ product }) => product))
    gathering.add(view.forget((product) => !seen.has(product)))
  }

  return {
    get feeds() {
      return feeds
    },
    get catalog() {
      return catalog
    },
    get listed() {
      return listed
    },
    get connection() {
      return connection
    },
    get links() {
      return links
    },
    get skew() {
      return skew
    },
    get marking() {
      return marking
    },
    get heard() {
      return heard
    },
    get cut() {
      return cut
    },
    records(product) {
      versions.get(keyOfProduct(product))
      return view.records(product)
    },
    trend(product, series) {
      versions.get(keyOfTrend(product, series))
      return view.trend(product, series)
    },
    series(product) {
      versions.get(keyOfSeries(product))
      return view.series(product)
    },
    open: openings.open,
    draw(drawn, apply) {
      const subscription: Subscription = { form: 'columns', ...drawn }
      const deaf = columns.add((message) => {
        if (isOf(subscription, message.product, kindOf(message.product))) apply(message)
      })
      const close = openings.open(subscription)
      return () => {
        deaf()
        close()
      }
    },
    withheld(product, form) {
      versions.get(keyOfRefusals)
      return openings.withheld(product, kindOf(product), form)
    },
    ask: line.ask,
    take(port) {
      // the last picture stays while a new engine starts; what was closed meanwhile nobody tells to be forgotten
      gathering.add(view.forget((product) => !openings.isRead(product, kindOf(product))))
      line.take(port)
      openings.again()
      gathering.add([keyOfRefusals])
    },
    drew: () => telemetry.frame(true, true),
    telemetry: telemetry.take,
    dispose() {
      gathering.dispose()
      line.dispose()
    },
  }
}
