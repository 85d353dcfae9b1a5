import type { SeriesRef } from '../../preload/contract/scene.ts'
import { surroundings } from '../kit/surroundings.ts'
import { measureOf } from './measure.ts'
import { freshnessOfSeries, seriesOf } from './series.ts'

/** One series as a figure shows it now: what it is, what it measured, and whether that is old. Call it while a component is made. */
export function readSeries(of: () => SeriesRef) {
  const { picture, clock } = surroundings()
  const entry = $derived(picture.catalog.find(({ product }) => product === of().product))
  const series = $derived(seriesOf(entry, of()))
  const measure = $derived(measureOf(picture.trend(of().product, of().series), series.descriptor))
  const level = $derived(measure?.level ?? 'minor')
  const freshness = $derived(freshnessOfSeries(entry, measure, clock.now))
  return {
    get series() {
      return series
    },
    /** null: nothing was measured yet */
    get measure() {
      return measure
    },
    get level() {
      return level
    },
    get stale() {
      return freshness === 'late' || freshness === 'lost'
    },
    get refused() {
      return entry?.access === 'refused'
    },
  }
}
