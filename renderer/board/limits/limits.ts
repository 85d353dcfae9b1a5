/** Series beside the limit that they must keep. */
import type { CatalogEntry } from '../../../preload/contract/picture.ts'
import type { SeriesDescriptor } from '../../../preload/contract/product.ts'
import type { SeriesRef } from '../../../preload/contract/scene.ts'
import type { Picture } from '../../link/picture.svelte.ts'

/** Where the limit stands on each bar, of 1: what is beyond still has room. */
export const limitAt = 0.86
/** so many products are asked for their series */
const mostProducts = 6

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

/**
 * Those that have room, where not all have: what is beyond its limit takes the place of what is not, and then stands
 * where it stands among the others.
 */
export function chooseLimited(
  all: readonly SeriesRef[],
  catalog: readonly CatalogEntry[],
  { trend }: Pick<Picture, 'trend'>,
  most: number,
): readonly SeriesRef[] {
  if (all.length <= most) return all
  const isBeyond = ({ product, series }: SeriesRef): boolean => {
    const entry = catalog.find((each) => each.product === product)
    const limit = limitOf(entry?.descriptor.series?.[series]?.threshold)
    const value = limit === null ? undefined : trend(product, series)?.values.at(-1)
    return limit !== null && value !== undefined && loadOf(value, limit) >= 1
  }
  const beyond = new Set(all.filter(isBeyond).slice(0, most))
  const others = all.filter((ref) => !beyond.has(ref)).slice(0, most - beyond.size)
  return all.filter((ref) => beyond.has(ref) || others.includes(ref))
}
