/** Series for trends: the past once, then what is added. Points above the ceiling are left out. */
import type { Rank } from '../../../preload/contract/marking.ts'
import type { SeriesMessage } from '../../../preload/contract/port.ts'
import { unmarked } from '../event/batch.ts'
import type { Series } from '../picture/series.ts'
import type { Table } from '../picture/table.ts'
import type { View } from './view.ts'

const perMessage = 500

export function createSeriesView(table: Table, ceiling: Rank): View {
  /** what the window was told, by `appended` */
  const sent = new Map<Series, number>()
  const dirty = new Set<Series>()
  let published: number[] = []
  let resetting = true
  /** the highest that was told */
  let shown: Rank | null = null

  const reset = (): void => {
    sent.clear()
    dirty.clear()
    published = []
    resetting = true
    for (const series of table.metrics?.series.values() ?? []) dirty.add(series)
  }
  reset()

  const pointsFrom = (series: Series, first: number): SeriesMessage['series'][number] | null => {
    const times: number[] = []
    const values: number[] = []
    let marking = 0
    let unit: string | null = null
    for (let i = first; i < series.count; i++) {
      const mark = series.marks[i] === unmarked ? table.own : series.marks[i]!
      if (mark > ceiling) continue
      times.push(series.times[i]!)
      values.push(series.values[i]!)
      if (mark > marking) marking = mark
      unit = series.units.get(series.marks[i]!) ?? null
    }
    if (times.length === 0) return null
    if (shown === null || marking > shown) shown = marking
    return {
      series: series.series,
      unit,
      marking,
      times: Float64Array.from(times),
      values: Float64Array.from(values),
    }
  }

  return {
    table,
    form: 'series',
    mark() {
      const { rows, kinds, count } = table.changes
      for (const one of table.metrics?.added ?? []) dirty.add(one)
      const { marking, used, published: stamps } = table.columns
      for (let i = 0; i < count && published.length < 1000; i++) {
        const row = rows[i]!
        if (kinds[i] === 2 && used[row] === 1 && marking[row]! <= ceiling) published.push(stamps[row]!)
      }
    },
    reset,
    widen: () => undefined,
    get waiting() {
      return dirty.size > 0 || resetting
    },
    take() {
      const message: SeriesMessage = {
        kind: 'series',
        product: table.product,
        reset: resetting,
        series: [],
        published: Float64Array.from(resetting ? [] : published),
      }
      published = []
      if (resetting) shown = null
      for (const series of dirty) {
        dirty.delete(series)
        const known = sent.get(series)
        // what was thinned out meanwhile is gone; the newest are all still there
        const added = known === undefined ? series.count : Math.min(series.count, series.appended - known)
        sent.set(series, series.appended)
        const points = added > 0 ? pointsFrom(series, series.count - added) : null
        if (points) message.series.push(points)
        if (message.series.length >= perMessage) break
      }
      if (!resetting && message.series.length === 0) return null
      resetting = false
      return message
    },
    forgetting: () => ({
      kind: 'series',
      product: table.product,
      reset: true,
      series: [],
      published: new Float64Array(0),
    }),
    marking() {
      // until the window has everything anew it may still show the old points, and they may be marked higher by now
      if (!resetting || shown === null || table.own > ceiling) return shown
      return Math.max(shown, table.own)
    },
  }
}
