/** Series beside the limit that they must keep. */
import type { CatalogEntry } from '../../../preload/contract/picture.ts'
import type { SeriesDescriptor } from '../../../preload/contract/product.ts'
import type { SeriesRef } from '../../../preload/contract/scene.ts'
import type { Picture } from '../../link/picture.svelte.ts'

/** Where the limit stands on each bar, of 1: what is beyond still has room. */
export const limitAt = 0.86
/** of so many products */
const mostProducts = 6
/** … and so many series in all: each is read */
const mostSeries = 1000

export interface Limit {
  value: number
  /** beyond it is above it; else below */
  above: boolean
}

/** The last of its bounds: what is beyond that stops the work. null: it has none */
export function limitOf(threshold: SeriesDescriptor['threshold']): Limit | null {
  const value = threshold?.extreme ?? threshold?.severe ?? threshold?.moderate
  return threshold === undefined || value === undefined ? null : { value, above: threshold.above }
}

/** How much of the limit is used up: 1 is at it. What must stay above it uses it up by coming down. */
export function loadOf(value: number, { value: limit, above }: Limit): number {
  const [part, whole] = above ? [value, limit] : [limit, value]
  if (whole === 0) return part > 0 ? Infinity : 0
  const load = part / whole
  // on the other side of nothing it has all of it before it, or nothing
  return load < 0 ? (above ? 0 : Infinity) : load
}

/** How long a bar is, of 1. */
export const lengthOf = (load: number): number => Math.min(1, Math.max(0, load * limitAt))

/** Where a scene names none: those that have a limit, as their owners order them. */
export const limitedOf = (catalog: readonly CatalogEntry[], domains?: readonly string[]): SeriesRef[] =>
  catalog
    .filter(
      ({ access, descriptor: { kind, domain } }) =>
        kind === 'metric' && access !== 'refused' && (domains === undefined || domains.includes(domain)),
    )
    .map(({ product, descriptor }) =>
      Object.entries(descriptor.series ?? {})
        .filter(([, { threshold }]) => limitOf(threshold) !== null)
        .map(([series]) => ({ product, series })),
    )
    .filter((series) => series.length > 0)
    .slice(0, mostProducts)
    .flat()
    .slice(0, mostSeries)

/**
 * Those that have room, where not all have: what is beyond its limit takes the place of what is not, the furthest
 * first, and then stands where it stands among the others.
 * @returns `beyond`: so many that are beyond their limit have no room
 */
export function chooseLimited(
  all: readonly SeriesRef[],
  catalog: readonly CatalogEntry[],
  { trend }: Pick<Picture, 'trend'>,
  most: number,
): { shown: readonly SeriesRef[]; beyond: number } {
  if (all.length <= most) return { shown: all, beyond: 0 }
  const load = ({ product, series }: SeriesRef): number => {
    const entry = catalog.find((each) => each.product === product)
    const limit = limitOf(entry?.descriptor.series?.[series]?.threshold)
    const value = limit === null ? undefined : trend(product, series)?.values.at(-1)
    return limit === null || value === undefined ? 0 : loadOf(value, limit)
  }
  const beyond = all
    .map((ref) => ({ ref, load: load(ref) }))
    .filter((each) => each.load >= 1)
    .sort((one, other) => other.load - one.load)
    .map(({ ref }) => ref)
  const first = new Set(beyond.slice(0, most))
  const others = new Set(all.filter((ref) => !first.has(ref)).slice(0, most - first.size))
  return {
    shown: all.filter((ref) => first.has(ref) || others.has(ref)),
    beyond: Math.max(0, beyond.length - most),
  }
}
