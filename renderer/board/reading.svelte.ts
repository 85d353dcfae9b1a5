import { surroundings } from '../kit/surroundings.ts'
import type { Picture } from '../link/picture.svelte.ts'
import type { FigureRef } from './chosen.ts'
import { measureOf, type Measure } from './measure.ts'
import { freshnessOfSeries, seriesOf } from './series.ts'

/** What a figure measures now: its series, or how many things its product has. Follows the picture. */
export function measureOfFigure(
  { product, series }: FigureRef,
  picture: Pick<Picture, 'catalog' | 'feeds' | 'trend'>,
): Measure | null {
  if (series !== null) {
    const entry = picture.catalog.find((each) => each.product === product)
    return measureOf(picture.trend(product, series), entry?.descriptor.series?.[series])
  }
  const feed = picture.feeds.find((each) => each.product === product)
  if (feed === undefined || feed.newest === null) return null
  return { value: feed.entities, time: feed.newest, level: 'minor', change: null, times: [], values: [] }
}

/** One figure as it is shown now: what it is, what it measured, and whether that is old. Call it while a component is made. */
export function readFigure(of: () => FigureRef) {
  const { picture, clock } = surroundings()
  const entry = $derived(picture.catalog.find(({ product }) => product === of().product))
  const series = $derived(seriesOf(entry, of()))
  const measure = $derived(measureOfFigure(of(), picture))
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
