import { SvelteMap } from 'svelte/reactivity'
import { bucketOf, latencyBuckets } from '../../preload/contract/latency.ts'
import type { Rank } from '../../preload/contract/marking.ts'
import type {
  ColumnsMessage,
  Connection,
  Feed,
  FromEngine,
  Question,
  Questions,
  Record,
  Subscription,
  ToEngine,
} from '../../preload/contract/picture.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import { fail, type Result } from '../../preload/contract/result.ts'
import { createView, keyOfProduct, keyOfTrend, type Trend } from './view.ts'

/** A product as the catalog has it, without its ages: for what must not be made again every second. */
export type CatalogEntry = Pick<Feed, 'product' | 'descriptor' | 'access'>

/** What happened since the last time it was asked; goes to main as it is, with the marking. */
export interface Measured {
  frames: number
  drawn: number
  latency: number[]
}

/**
 * The window's side of its engine port. Reading a property or calling `records` or `trend` in a template or a
 * `$derived` follows it; changes arrive once per animation frame, however many messages came.
 */
export interface Picture {
  readonly feeds: readonly Feed[]
  /** the same products, another array only when a product comes, goes, or is described or permitted otherwise */
  readonly catalog: readonly CatalogEntry[]
  /** null until the engine has spoken */
  readonly connection: Connection | null
  /** the highest rank in what this window is shown now */
  readonly marking: Rank
  /** when the engine last spoke by this window's clock, ms since 1970; null before */
  readonly heard: number | null
  /** true from the moment the engine's end of the port is gone until the next port */
  readonly cut: boolean
  /**
   * Both give the same object every time, changed in place: read from it inside the template or `$derived` that
   * calls them; a `$derived` that only passes the object on would seem never to change.
   */
  records(product: ProductName): ReadonlyMap<string, Record>
  trend(product: ProductName, series: string): Trend | undefined
  /** Columns go straight to who draws them, never through state. Register before `subscribe`. */
  onColumns(listen: (message: ColumnsMessage) => void): () => void
  /** Replaces all that was subscribed. What is no longer asked for is forgotten. */
  subscribe(subscriptions: Subscription[]): void
  ask<Q extends Question>(question: Q, ask: Questions[Q]['ask']): Promise<Result<Questions[Q]['answer']>>
  /** The engine's end of the port, again after each of its restarts. */
  take(port: MessagePort): void
  /** A map tells that it drew what it was last given. */
  drew(): void
  measure(): Measured
  dispose(): void
}

interface Given {
  now?: () => number
  /** runs once at the next frame; returns how to call it off */
  frame?: (run: () => void) => () => void
}

/** A window that is hidden gets no frames; the picture must not pile up in it. */
function nextFrame(run: () => void): () => void {
  const cancel = (): void => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
  }
  const once = (): void => {
    cancel()
    run()
  }
  const frame = requestAnimationFrame(once)
  const timer = setTimeout(once, 250)
  return cancel
}

const covers = ({ form, kinds, domains, products }: Subscription, entry: CatalogEntry): boolean =>
  form !== 'columns' &&
  (kinds?.includes(entry.descriptor.kind) ?? true) &&
  (domains?.includes(entry.descriptor.domain) ?? true) &&
  (products?.includes(entry.product) ?? true)

type Answer = (result: Result<Questions[Question]['answer']>) => void

export function createPicture({ now = Date.now, frame = nextFrame }: Given = {}): Picture {
  let feeds = $state.raw<readonly Feed[]>([])
  let catalog = $state.raw<readonly CatalogEntry[]>([])
  let catalogText = '[]'
  let connection = $state.raw<Connection | null>(null)
  let marking = $state(0)
  let heard = $state<number | null>(null)
  let cut = $state(false)
  /** counts changes per key of the view: what templates follow instead of the data itself */
  const versions = new SvelteMap<string, number>()

  const view = createView()
  const listeners = new Set<(message: ColumnsMessage) => void>()
  const answers = new Map<number, Answer>()
  const changed = new Set<string>()
  let asked = 0
  let port: MessagePort | null = null
  let subscriptions: Subscription[] | null = null
  let callOff: (() => void) | null = null
  let latency = new Array<number>(latencyBuckets).fill(0)
  let frames = 0
  let drawn = 0

  const send = (message: ToEngine): void => port?.postMessage(message)

  function flush(): void {
    callOff = null
    frames++
    if (changed.size > 0) drawn++
    for (const key of changed) versions.set(key, (versions.get(key) ?? 0) + 1)
    changed.clear()
  }
  function soon(keys: Iterable<string>): void {
    for (const key of keys) changed.add(key)
    callOff ??= frame(flush)
  }
  function measureLatency(published: ArrayLike<number>): void {
    const at = now()
    for (let i = 0; i < published.length; i++) {
      const bucket = bucketOf(at - (published[i] ?? at))
      latency[bucket] = (latency[bucket] ?? 0) + 1
    }
  }

  function listCatalog(from: readonly Feed[]): void {
    const entries = from.map(({ product, descriptor, access }) => ({ product, descriptor, access }))
    const text = JSON.stringify(entries)
    if (text === catalogText) return
    catalogText = text
    catalog = entries
  }

  function receive(message: FromEngine): void {
    switch (message.kind) {
      case 'columns':
        for (const listen of listeners) listen(message)
        measureLatency(message.published)
        send({ kind: 'credit' })
        soon([])
        break
      case 'records':
        soon(view.apply(message))
        // a snapshot tells what was; only what is live has a latency
        if (!message.reset) measureLatency(message.records.map((record) => record.published))
        send({ kind: 'credit' })
        break
      case 'series':
        soon(view.apply(message))
        if (!message.reset) measureLatency(message.published)
        send({ kind: 'credit' })
        break
      case 'feeds':
        feeds = message.feeds
        listCatalog(message.feeds)
        connection = message.connection
        marking = message.marking
        heard = now()
        cut = false
        break
      case 'answer':
        answers.get(message.id)?.(message.result)
        answers.delete(message.id)
        break
    }
  }

  function letGo(): void {
    for (const answer of answers.values()) answer(fail('engine.stopped', 'the engine went away'))
    answers.clear()
    if (port === null) return
    port.onmessage = null
    port.close()
    port = null
  }

  return {
    get feeds() {
      return feeds
    },
    get catalog() {
      return catalog
    },
    get connection() {
      return connection
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
    onColumns(listen) {
      listeners.add(listen)
      return () => void listeners.delete(listen)
    },
    subscribe(wanted) {
      const asked = (product: ProductName): boolean => {
        const entry = catalog.find((known) => known.product === product)
        return entry !== undefined && wanted.some((subscription) => covers(subscription, entry))
      }
      soon(view.forget((product) => !asked(product)))
      subscriptions = wanted
      send({ kind: 'subscribe', subscriptions: wanted })
    },
    ask(question, ask) {
      if (port === null) return Promise.resolve(fail('engine.stopped', 'no engine to ask'))
      const id = ++asked
      send({ kind: 'ask', id, question, ask } as ToEngine)
      // the engine answers a question with that question's answer; the port can't tell types
      return new Promise((resolve) => answers.set(id, resolve as Answer))
    },
    take(next) {
      letGo()
      port = next
      next.onmessage = ({ data }: MessageEvent<FromEngine>) => receive(data)
      next.addEventListener('close', () => {
        if (port === next) cut = true
      })
      next.start()
      if (subscriptions !== null) send({ kind: 'subscribe', subscriptions })
    },
    drew() {
      frames++
      drawn++
    },
    measure() {
      const measured = { frames, drawn, latency }
      frames = 0
      drawn = 0
      latency = new Array<number>(latencyBuckets).fill(0)
      return measured
    },
    dispose() {
      callOff?.()
      letGo()
      listeners.clear()
    },
  }
}
