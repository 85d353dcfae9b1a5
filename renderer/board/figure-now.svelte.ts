import { deviationInWords } from '../kit/deviation.ts'
import { surroundings } from '../kit/surroundings.ts'
import type { Picture } from '../link/picture.svelte.ts'
import type { Key } from '../speech/words.ts'
import type { FigureRef } from './chosen.ts'
import { figureOf, type Figure } from './figure.ts'
import { freshnessOfSeries, seriesOf } from './series.ts'

/** A figure now: of its series, or how many entities its product has. Follows the picture; null: there is none yet. */
export function figureNow(
  { product, series }: FigureRef,
  picture: Pick<Picture, 'catalog' | 'feeds' | 'trend'>,
): Figure | null {
  if (series !== null) {
    const entry = picture.catalog.find((each) => each.product === product)
    return figureOf(picture.trend(product, series), entry?.descriptor.series?.[series])
  }
  const feed = picture.feeds.find((each) => each.product === product)
  if (feed === undefined || feed.newest === null) return null
  return { value: feed.entities, time: feed.newest, level: 'minor', change: null, times: [], values: [] }
}

/** A figure as a component shows it. Call it while the component is made. */
export function followFigure(of: () => FigureRef) {
  const { picture, clock, speech } = surroundings()
  const entry = $derived(picture.catalog.find(({ product }) => product === of().product))
  const series = $derived(seriesOf(entry, of()))
  const figure = $derived(figureNow(of(), picture))
  const level = $derived(figure?.level ?? 'minor')
  const freshness = $derived(freshnessOfSeries(entry, figure, clock.now))
  const stale = $derived(freshness === 'late' || freshness === 'lost')
  const whyNone = $derived.by((): Key => {
    if (entry?.access === 'refused') return 'feed.refused'
    return picture.withheld(of().product, 'series') ? 'figure.withheld' : 'figure.none'
  })
  const trouble = $derived.by(() => {
    if (figure === null) return speech.say(whyNone)
    return stale ? speech.say('figure.asOf', { time: speech.when(figure.time, clock.now) }) : ''
  })
  /** … and, of what is a comparison, why it is as it is; '': it is none, or there is trouble */
  const explained = $derived.by(() => {
    const deviation = series.descriptor?.deviation
    if (figure === null || trouble !== '' || deviation === undefined) return ''
    return deviationInWords(figure.value, deviation, speech)
  })
  return {
    get explained() {
      return explained
    },
    get series() {
      return series
    },
    /** null: there is none yet */
    get figure() {
      return figure
    },
    get level() {
      return level
    },
    get stale() {
      return stale
    },
    /** what is said before anything else: why there is none, or from when it is; empty: nothing of the kind */
    get trouble() {
      return trouble
    },
  }
}
export type FollowedFigure = ReturnType<typeof followFigure>
