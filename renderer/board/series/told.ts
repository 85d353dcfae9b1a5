/** What a chart of several series says of each, derived from what the window has of them. */
import type { CatalogEntry } from '../../../preload/contract/picture.ts'
import { durationMs, type SeriesDescriptor } from '../../../preload/contract/product.ts'
import type { SeriesRef, Widget } from '../../../preload/contract/scene.ts'
import type { Picture } from '../../link/picture.svelte.ts'
import { chooseFigures, domainsOf } from '../chosen.ts'
import { levelOfSeries } from '../figure.ts'
import type { Bound } from './plot.ts'

type Of = Extract<Widget, { widget: 'series' }>

/** Lines that a chart still tells apart. */
const mostHighest = 4

/** The series of a chart: those that it names, else the product's highest, else the first that the platform has. */
export function chartedOf(
  { series, product, limit }: Of,
  picture: Pick<Picture, 'catalog' | 'series' | 'trend'>,
): SeriesRef[] {
  if (series !== undefined && series.length > 0) return series.slice(0, limit ?? series.length)
  if (product === undefined) {
    const { catalog } = picture
    const chosen = chooseFigures(catalog, domainsOf(catalog), picture, 1)
    return chosen.flatMap(({ product: of, series: name }) =>
      name === null ? [] : [{ product: of, series: name }],
    )
  }
  return picture
    .series(product)
    .map((name) => ({ name, last: picture.trend(product, name)?.values.at(-1) ?? -Infinity }))
    .sort((a, b) => b.last - a.last || (a.name < b.name ? -1 : 1))
    .slice(0, limit ?? mostHighest)
    .map(({ name }) => ({ product, series: name }))
}

const names = ['moderate', 'severe', 'extreme'] as const

/** From where on a line of this series is abnormal, and how much. */
export function boundsOf(descriptor: SeriesDescriptor | undefined): Bound[] {
  const { threshold, range } = descriptor ?? {}
  const bounds: Bound[] = names.flatMap((level) => {
    const value = threshold?.[level]
    return value === undefined || threshold === undefined ? [] : [{ value, level, above: threshold.above }]
  })
  if (range !== undefined)
    for (const above of [true, false]) {
      const value = above ? range.max : range.min
      if (!bounds.some((bound) => bound.value === value)) bounds.push({ value, level: 'moderate', above })
    }
  return bounds
}

/**
 * How far a value is beyond what it is expected to be at most or at least.
 * @returns signed, in the series' unit; null: it is not beyond
 */
export function beyondBy(value: number, descriptor: SeriesDescriptor | undefined): number | null {
  if (levelOfSeries(value, descriptor) === 'minor') return null
  const { threshold, range } = descriptor ?? {}
  if (range !== undefined && value > range.max) return value - range.max
  if (range !== undefined && value < range.min) return value - range.min
  const first = names.map((name) => threshold?.[name]).find((bound) => bound !== undefined)
  return first === undefined ? null : value - first
}

/** Beyond its promise by so much nothing came that was to come. */
const gapAfter = 4
/** ms between two points of a product from which there was nothing between them */
export const gapOf = (entry: CatalogEntry | undefined): number =>
  entry === undefined ? Infinity : Math.max(1000, gapAfter * durationMs(entry.descriptor.freshness))
