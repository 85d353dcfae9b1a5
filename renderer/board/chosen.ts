import type { SeriesRef } from '../../preload/contract/scene.ts'
import { isIncidentsFeed } from '../../preload/contract/incident.ts'
import { byReadingOrder, isWatched } from '../kit/domains.ts'
import type { Level } from '../kit/severity.ts'
import type { CatalogEntry } from '../../preload/contract/picture.ts'
import type { Picture } from '../link/picture.svelte.ts'
import { levelOfSeries } from './figure.ts'

/** What a figure is of: a series, or how many entities a product has (`series: null`). */
export type FigureRef = SeriesRef | { product: string; series: null }

export const keyOfFigure = ({ product, series }: FigureRef): string => `${product} ${series ?? ''}`

type Read = Pick<Picture, 'series' | 'trend'>

/** So many products of a domain are asked for their series: a screen has room for fewer figures than that. */
const mostProducts = 6

const byName = (a: CatalogEntry, b: CatalogEntry): number => (a.product < b.product ? -1 : 1)
const seriesDescribed = ({ descriptor }: CatalogEntry): string[] => Object.keys(descriptor.series ?? {})

/** Domains of which this window may see anything, as a staff reads them. */
export const domainsOf = (catalog: readonly CatalogEntry[]): string[] =>
  [
    ...new Set(
      catalog
        .filter(({ access, descriptor }) => access !== 'refused' && isWatched(descriptor))
        .map(({ descriptor }) => descriptor.domain),
    ),
  ].sort(byReadingOrder)

/** Those whose series a domain is told by: first the ones whose owner says what each series is. */
export function figureFeeds(catalog: readonly CatalogEntry[], domain: string): CatalogEntry[] {
  const metrics = catalog.filter(
    ({ descriptor, access }) =>
      descriptor.domain === domain && descriptor.kind === 'metric' && access !== 'refused',
  )
  const described = metrics.filter((entry) => seriesDescribed(entry).length > 0).sort(byName)
  const others = metrics.filter((entry) => !described.includes(entry)).sort(byName)
  return [...described, ...others].slice(0, mostProducts)
}

/** The first of each, then the second of each, and so on. */
function inTurn<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length))
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat()
}

/** A product's series in its owner's order; what came and is not described follows by name. */
function seriesOf(entry: CatalogEntry, read: Read): SeriesRef[] {
  const described = seriesDescribed(entry)
  const others = read.series(entry.product).filter((series) => !described.includes(series))
  return [...described, ...others.sort()].map((series) => ({ product: entry.product, series }))
}

/** What of a domain can be counted: tracks, then features. */
const countedFeeds = (catalog: readonly CatalogEntry[], domain: string): CatalogEntry[] =>
  (['track', 'feature'] as const).flatMap((kind) =>
    catalog
      .filter(
        (entry) =>
          entry.descriptor.domain === domain &&
          entry.descriptor.kind === kind &&
          entry.access !== 'refused' &&
          !isIncidentsFeed(entry),
      )
      .sort(byName),
  )

/** Where figures that nobody named come from: the domains' metrics; what is counted, of a domain that has none. */
export const figureProducts = (
  catalog: readonly CatalogEntry[],
  domains: readonly string[],
): CatalogEntry[] =>
  domains.flatMap((domain) => {
    const metrics = figureFeeds(catalog, domain)
    return metrics.length > 0 ? metrics : countedFeeds(catalog, domain)
  })

/** All that a domain could be told by: series first, then how many entities of it there are. */
function figuresOf(catalog: readonly CatalogEntry[], domain: string, read: Read): FigureRef[] {
  const counted = countedFeeds(catalog, domain).map(({ product }) => ({ product, series: null }))
  const metrics = figureFeeds(catalog, domain).map((entry) => seriesOf(entry, read))
  return [...inTurn(metrics), ...counted]
}

/** Whether there is anything to choose among; follows no value. */
export const hasFigures = (catalog: readonly CatalogEntry[], read: Read): boolean =>
  domainsOf(catalog).some((domain) => figuresOf(catalog, domain, read).length > 0)

const order: { [L in Level]: number } = { extreme: 3, severe: 2, moderate: 1, minor: 0 }

function levelOf(figure: FigureRef, catalog: readonly CatalogEntry[], read: Read): number {
  if (figure.series === null) return 0
  const entry = catalog.find(({ product }) => product === figure.product)
  const descriptor = entry?.descriptor.series?.[figure.series]
  // nothing follows a series that can't be abnormal
  if (descriptor?.threshold === undefined && descriptor?.range === undefined) return 0
  const value = read.trend(figure.product, figure.series)?.values.at(-1)
  return value === undefined ? 0 : order[levelOfSeries(value, descriptor)]
}

/**
 * The figures that stand where nobody named any: the domains' first ones in turn, in their owners' order. What is beyond
 * its bounds takes the place of what is not, and then stands where it stands among the others.
 */
export function chooseFigures(
  catalog: readonly CatalogEntry[],
  domains: readonly string[],
  read: Read,
  most: number,
): FigureRef[] {
  const all = inTurn(domains.map((domain) => figuresOf(catalog, domain, read)))
  const chosen = all
    .map((figure, place) => ({ figure, place, level: levelOf(figure, catalog, read) }))
    .sort((a, b) => b.level - a.level || a.place - b.place)
    .slice(0, most)
  return chosen.sort((a, b) => a.place - b.place).map(({ figure }) => figure)
}
