import type { Rank } from '../../preload/contract/marking.ts'
import type { Record } from '../../preload/contract/picture.ts'
import type { RecordsMessage, SeriesMessage } from '../../preload/contract/port.ts'
import type { ProductName } from '../../preload/contract/product.ts'

/** A series as a window keeps it: equally long, oldest first, bounded. Times in ms since 1970. */
export interface Trend {
  unit: string | null
  marking: Rank
  times: number[]
  values: number[]
}

/** What a window was sent and still holds. Plain data: what of it is drawn is the board's affair. */
export interface View {
  /** @returns the keys (`keyOfProduct`, `keyOfTrend`) under which something changed */
  apply(message: RecordsMessage | SeriesMessage): string[]
  records(product: ProductName): ReadonlyMap<string, Record>
  trend(product: ProductName, series: string): Trend | undefined
  /** the names of the series that are held of it */
  series(product: ProductName): readonly string[]
  /** Lets go of the products for which it is true. @returns the keys that held something of them */
  forget(which: (product: ProductName) => boolean): string[]
}

/** Twelve hours on a wall must not cost twelve hours of memory. */
const mostPoints = 4096
const none: ReadonlyMap<string, Record> = new Map()

export const keyOfProduct = (product: ProductName): string => product
export const keyOfTrend = (product: ProductName, series: string): string => `${product} ${series}`

/** Changes when a series of the product comes or goes. */
export const keyOfSeries = (product: ProductName): string => `${product} `

const productOfKey = (key: string): ProductName => key.split(' ', 1)[0] ?? key

export function createView(): View {
  const records = new Map<ProductName, Map<string, Record>>()
  const trends = new Map<string, Trend>()

  function applyRecords(message: RecordsMessage): string[] {
    let held = records.get(message.product)
    if (held === undefined) {
      held = new Map()
      records.set(message.product, held)
    }
    if (message.reset) held.clear()
    for (const record of message.records) {
      const before = held.get(record.entity)
      // what fills in behind never overwrites what is newer
      if (before === undefined || record.sequence >= before.sequence) held.set(record.entity, record)
    }
    for (const entity of message.gone) held.delete(entity)
    // closed, or no longer permitted
    if (message.reset && held.size === 0) records.delete(message.product)
    return [keyOfProduct(message.product)]
  }

  function applySeries(message: SeriesMessage): string[] {
    const changed: string[] = []
    if (message.reset) {
      const own = `${message.product} `
      for (const key of trends.keys()) {
        if (key.startsWith(own)) {
          trends.delete(key)
          changed.push(key)
        }
      }
      changed.push(keyOfSeries(message.product))
    }
    for (const { series, unit, marking, times, values } of message.series) {
      const key = keyOfTrend(message.product, series)
      let trend = trends.get(key)
      if (trend === undefined) {
        trend = { unit, marking, times: [], values: [] }
        trends.set(key, trend)
        changed.push(keyOfSeries(message.product))
      }
      trend.unit = unit
      trend.marking = Math.max(trend.marking, marking)
      for (let i = 0; i < times.length; i++) append(trend, times[i] ?? 0, values[i] ?? 0)
      if (trend.times.length > mostPoints) thin(trend)
      changed.push(key)
    }
    return changed
  }

  return {
    apply: (message) => (message.kind === 'records' ? applyRecords(message) : applySeries(message)),
    records: (product) => records.get(product) ?? none,
    trend: (product, series) => trends.get(keyOfTrend(product, series)),
    series(product) {
      const own = keyOfSeries(product)
      return [...trends.keys()].filter((key) => key.startsWith(own)).map((key) => key.slice(own.length))
    },
    forget(which) {
      const forgotten: string[] = []
      for (const held of [records, trends]) {
        for (const key of held.keys()) {
          if (!which(productOfKey(key))) continue
          held.delete(key)
          forgotten.push(key)
          if (held === trends) forgotten.push(keyOfSeries(productOfKey(key)))
        }
      }
      return forgotten
    },
  }
}

/** Points come in order, nearly always; a late one is put in its place. */
function append(trend: Trend, time: number, value: number): void {
  let at = trend.times.length
  while (at > 0 && (trend.times[at - 1] ?? 0) > time) at--
  if (trend.times[at - 1] === time) {
    trend.values[at - 1] = value
  } else if (at === trend.times.length) {
    trend.times.push(time)
    trend.values.push(value)
  } else {
    trend.times.splice(at, 0, time)
    trend.values.splice(at, 0, value)
  }
}

/** Every second point of the older half goes: the span stays, what is recent stays exact. */
function thin(trend: Trend): void {
  const half = trend.times.length >> 1
  const kept = (_: number, i: number): boolean => i >= half || i % 2 === 0
  trend.times = trend.times.filter(kept)
  trend.values = trend.values.filter(kept)
}
