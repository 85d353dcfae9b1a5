import type { Rank } from '../../../../preload/contract/marking.ts'
import type {
  CatalogEntry,
  CatalogMessage,
  FromEngine,
  HealthMessage,
  Question,
  Questions,
  Record,
  Subscription,
} from '../../../../preload/contract/picture.ts'
import type { ProductName } from '../../../../preload/contract/product.ts'
import type { Result } from '../../../../preload/contract/result.ts'
import type { Role } from '../../../../preload/contract/schema.ts'
import type { Engine } from '../../../../main/engine/engine.ts'
import type { Port } from '../../../../main/engine/window/port.ts'

/** What a map would hold of a row. */
export interface Row {
  lon: number
  lat: number
  time: number
  symbol: string
}

/** The renderer's end of a port: keeps what a window would show, and every message as it came. */
export interface AWindow {
  readonly messages: FromEngine[]
  readonly columns: Map<ProductName, Map<number, Row>>
  readonly records: Map<ProductName, Map<string, Record>>
  readonly series: Map<ProductName, Map<string, { times: number[]; values: number[] }>>
  readonly catalog: CatalogMessage | null
  readonly health: HealthMessage | null
  /** as the catalog has it */
  product(name: ProductName): CatalogEntry | undefined
  /** false: it no longer gives credits, as a renderer that hangs */
  crediting: boolean
  credit(): void
  subscribe(subscriptions: Subscription[]): void
  ask<Q extends Question>(question: Q, ask: Questions[Q]['ask']): Promise<Result<Questions[Q]['answer']>>
  raw(message: unknown): void
  close(): void
  /** all that ever came, as one text and as bytes */
  everything(): string
}

export function openWindow(engine: Engine, role: Role = 'wall', ceiling: Rank = 1): AWindow {
  const messages: FromEngine[] = []
  const columns = new Map<ProductName, Map<number, Row>>()
  const records = new Map<ProductName, Map<string, Record>>()
  const series = new Map<ProductName, Map<string, { times: number[]; values: number[] }>>()
  const symbols = new Map<ProductName, string[]>()
  const answers = new Map<number, (result: Result<unknown>) => void>()
  let catalog: CatalogMessage | null = null
  let health: HealthMessage | null = null
  let receive: (message: unknown) => void = () => undefined
  let told: () => void = () => undefined
  let closed = false
  let asked = 0

  const of = <K, V>(map: Map<K, V>, key: K, reset: boolean, make: () => V): V => {
    const known = reset ? undefined : map.get(key)
    if (known !== undefined) return known
    const made = make()
    map.set(key, made)
    return made
  }

  const apply = (message: FromEngine): void => {
    if (message.kind === 'catalog') catalog = message
    else if (message.kind === 'health') health = message
    else if (message.kind === 'answer') answers.get(message.id)?.(message.result)
    else if (message.kind === 'columns') {
      const rows = of(columns, message.product, message.reset, () => new Map<number, Row>())
      const names = of(symbols, message.product, message.reset, () => [] as string[])
      names.push(...message.symbols)
      message.rows.forEach((row, i) => {
        if (message.shown[i] === 0) rows.delete(row)
        else
          rows.set(row, {
            lon: message.lon[i] ?? NaN,
            lat: message.lat[i] ?? NaN,
            time: message.time[i] ?? NaN,
            symbol: names[message.symbol[i] ?? 0] ?? '?',
          })
      })
    } else if (message.kind === 'records') {
      const known = of(records, message.product, message.reset, () => new Map<string, Record>())
      for (const entity of message.gone) known.delete(entity)
      for (const record of message.records) known.set(record.entity, record)
    } else {
      const known = of(
        series,
        message.product,
        message.reset,
        () => new Map<string, { times: number[]; values: number[] }>(),
      )
      for (const one of message.series) {
        const points = of(known, one.series, false, () => ({ times: [] as number[], values: [] as number[] }))
        points.times.push(...one.times)
        points.values.push(...one.values)
      }
    }
  }

  const port: Port = {
    send(message) {
      if (closed) return
      // as Electron does: a copy, and what can't be cloned throws
      const copy = structuredClone(message)
      messages.push(copy)
      apply(copy)
      if (window.crediting && ['columns', 'records', 'series'].includes(copy.kind))
        setImmediate(window.credit)
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
    columns,
    records,
    series,
    get catalog() {
      return catalog
    },
    get health() {
      return health
    },
    product: (name) => catalog?.products.find(({ product }) => product === name),
    crediting: true,
    credit: () => receive({ kind: 'credit' }),
    subscribe: (subscriptions) => receive({ kind: 'subscribe', subscriptions }),
    ask<Q extends Question>(question: Q, ask: Questions[Q]['ask']) {
      const id = ++asked
      return new Promise<Result<Questions[Q]['answer']>>((resolve) => {
        answers.set(id, resolve as (result: Result<unknown>) => void)
        receive({ kind: 'ask', id, question, ask })
      })
    },
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
  engine.addWindow(port, { role, ceiling })
  return window
}
