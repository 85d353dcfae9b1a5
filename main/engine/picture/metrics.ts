/** The series of a product of metrics, and which of them were added to since somebody looked. */
import type { Batch } from '../event/batch.ts'
import { eventTypes } from '../event/record.ts'
import { textBytes, type Account } from './budget.ts'
import { addPoint, createSeries, seriesBytes, type Series } from './series.ts'

export interface Metrics {
  readonly series: ReadonlyMap<string, Series>
  /** those with more points than when `clear` was called */
  readonly added: ReadonlySet<Series>
  /** takes the point of a batch's event, if it is one */
  take(batch: Batch, i: number): void
  /** their past is another one: windows need them whole */
  rewrite(): void
  /** whether it was since the last look */
  takeRewritten(): boolean
  clear(): void
}

const metricType = eventTypes.indexOf('vigie.metric.v1')

/** @param most series */
export function createMetrics(account: Account, most: number): Metrics {
  const series = new Map<string, Series>()
  const added = new Set<Series>()
  let rewritten = false
  const mayGrow = (bytes: number): boolean => account.take(bytes, true)

  return {
    series,
    added,
    take(batch, i) {
      if (batch.ended[i] === 1 || batch.type[i] !== metricType) return
      const name = batch.series[i]!
      let known = series.get(name)
      if (!known) {
        if (series.size >= most || !account.take(seriesBytes + textBytes(name), true)) return
        known = createSeries(name)
        series.set(name, known)
      }
      const mark = batch.marking[i]!
      const place = addPoint(known, batch.time[i]!, batch.value[i]!, mark, mayGrow)
      if (place === 'none') return
      known.units.set(mark, batch.unit[i]!)
      if (place === 'end') added.add(known)
      else rewritten = true
    },
    rewrite() {
      rewritten = true
    },
    takeRewritten() {
      const was = rewritten
      rewritten = false
      return was
    },
    clear() {
      added.clear()
    },
  }
}
