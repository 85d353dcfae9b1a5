import type { Rank } from '../../../../preload/contract/marking.ts'
import type { CatalogEntry } from '../../../../preload/contract/picture.ts'
import {
  isData,
  type CatalogMessage,
  type FromEngine,
  type HealthMessage,
  type Subscription,
} from '../../../../preload/contract/port.ts'
import type { ProductName } from '../../../../preload/contract/product.ts'
import type { PictureRole } from '../../../../preload/contract/role.ts'
import type { Engine } from '../../../../main/engine/engine.ts'
import type { Port } from '../../../../main/engine/windows/port.ts'
import { createPicture, type Picture, type Read } from '../../../../renderer/link/picture.svelte.ts'
import type { Trend } from '../../../../renderer/link/view.ts'
import { createColumns, type Columns } from '../../../../renderer/map/columns.ts'
import { createDirty } from '../../../../renderer/map/dirty.ts'

/** What a map holds of a row. */
export interface Row {
  lon: number
  lat: number
  time: number
  symbol: string
}

/** A window with the real end of its port: what it would show, and every message as it came. */
export interface AWindow {
  readonly messages: FromEngine[]
  readonly columns: { get(product: ProductName): ReadonlyMap<number, Row> | undefined }
  readonly records: { get(product: ProductName): ReturnType<Picture['records']> | undefined }
  /** by product; `size`: how many products have any */
  readonly series: {
    readonly size: number
    get(product: ProductName): ReadonlyMap<string, Trend> | undefined
  }
  readonly catalog: CatalogMessage | null
  readonly health: HealthMessage | null
  /** what it was told that fits no row of the contract */
  readonly odd: string[]
  /** as the catalog has it */
  product(name: ProductName): CatalogEntry | undefined
  /** false: it no longer gives credits, as a renderer that hangs */
  crediting: boolean
  credit(): void
  /** @returns how to close it */
  open(subscription: Subscription): () => void
  /** opens these, and closes what this opened before */
  subscribe(subscriptions: readonly Subscription[]): void
  readonly ask: Picture<'desk'>['ask']
  raw(message: unknown): void
  close(): void
  /** all that ever came, as one text and as bytes */
  everything(): string
}

export function openWindow(engine: Engine, role: PictureRole = 'wall', ceiling: Rank = 1): AWindow {
  const messages: FromEngine[] = []
  const odd: string[] = []
  const drawn = new Map<ProductName, Columns>()
  let receive: (message: unknown) => void = () => undefined
  let told: () => void = () => undefined
  let closed = false
  let open: (() => void)[] = []

  const picture = createPicture<'desk'>({
    clock: { read: () => Date.now(), follow: () => undefined },
    report: (message) => odd.push(message),
    frame: (run) => {
      const next = setImmediate(run)
      return () => clearImmediate(next)
    },
  })
  const changes = { moved: createDirty(), looks: createDirty() }
  const draw = (subscription: Subscription): (() => void) =>
    picture.draw(subscription, (message) => {
      const columns = drawn.get(message.product) ?? createColumns()
      drawn.set(message.product, columns)
      columns.apply(message, changes)
    })
  const last = <K extends FromEngine['kind']>(kind: K): Extract<FromEngine, { kind: K }> | null =>
    (messages.findLast((message) => message.kind === kind) as Extract<FromEngine, { kind: K }> | undefined) ??
    null

  const page = {
    onmessage: null as ((event: { data: unknown }) => void) | null,
    postMessage(message: { kind: string }) {
      if (message.kind !== 'credit') receive(message)
      else if (window.crediting) setImmediate(window.credit)
    },
    addEventListener: () => undefined,
    start: () => undefined,
    close: () => undefined,
  }
  const port: Port = {
    send(message) {
      if (closed) return
      // as Electron does: a copy, and what can't be cloned throws
      const copy = structuredClone(message)
      messages.push(copy)
      page.onmessage?.({ data: copy })
    },
    listen(listener) {
      receive = listener
    },
    closed(listener) {
      told = listener
    },
    close() {
      closed = true
    },
  }

  const window: AWindow = {
    messages,
    odd,
    columns: {
      get(product) {
        const held = drawn.get(product)
        if (held === undefined) return undefined
        const rows = new Map<number, Row>()
        for (let row = 0; row < held.length; row++)
          if (held.shown[row] === 1)
            rows.set(row, {
              lon: held.motion[row * 3] ?? NaN,
              lat: held.motion[row * 3 + 1] ?? NaN,
              time: held.time[row] ?? NaN,
              symbol: held.symbols[held.symbol[row] ?? 0] ?? '?',
            })
        return rows
      },
    },
    records: { get: picture.records },
    series: {
      get size() {
        return picture.catalog.filter(({ product }) => picture.series(product).length > 0).length
      },
      get(product) {
        const names = picture.series(product)
        if (names.length === 0) return undefined
        return new Map(names.map((name) => [name, picture.trend(product, name)!]))
      },
    },
    get catalog() {
      return last('catalog')
    },
    get health() {
      return last('health')
    },
    product: (name) => picture.catalog.find(({ product }) => product === name),
    crediting: true,
    credit: () => receive({ kind: 'credit' }),
    open: (subscription) =>
      subscription.form === 'columns' ? draw(subscription) : picture.open(subscription as Read),
    subscribe(subscriptions) {
      const before = open
      open = subscriptions.map(window.open)
      for (const close of before) close()
    },
    ask: picture.ask,
    raw: (message) => receive(message),
    close: () => told(),
    everything: () =>
      messages
        .map((message) =>
          JSON.stringify(message, (_, value: unknown) =>
            ArrayBuffer.isView(value) ? [...(value as Float64Array)] : value,
          ),
        )
        .join('\n'),
  }
  picture.take(page as unknown as MessagePort)
  engine.addWindow(port, { role, ceiling })
  return window
}

/** Messages of data: those that cost a credit. */
export const dataIn = (window: Pick<AWindow, 'messages'>): FromEngine[] =>
  window.messages.filter(({ kind }) => isData(kind))
