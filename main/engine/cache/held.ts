/** What the cache holds of one product: which sequences, what is missing, and whether it may be shown. */
import type { Descriptor, ProductName } from '../../../preload/contract/product.ts'
import { addRange, holes, type Range } from './ranges.ts'

export interface Gap extends Range {
  /** when we found it, ms since 1970 */
  found: number
}

/** What is held of one product. The cache's owner changes it only with what it has committed. */
export interface Held {
  /** what it owns in the cache is under this number: another one once its stream was made anew */
  id: number
  readonly product: ProductName
  descriptor: Descriptor
  /** the intake by which it comes; null: none has listed it since the cache knows of them */
  intake: string | null
  /** the platform does not permit it; remembered until it says that it does */
  refused: boolean
  /** the catalog no longer lists it; remembered until it does */
  withdrawn: boolean
  /** follow the stream from the next sequence; null: never connected */
  live: number | null
  /** nothing before it is asked for */
  origin: number
  watermark: number
  /** when the stream was made that the sequences are of, ms since 1970; null: not known */
  created: number | null
  /** messages of it that were rejected */
  rejected: number
  /** what was wrong with the product itself, told since the start and kept from before */
  faults: number
  /** events in the log, and their bytes */
  events: number
  bytes: number
  /** settled sequences, committed */
  ranges: Range[]
  gaps: Gap[]
  /** segments that are small enough to be joined */
  small: number
}

/** Of one that nothing is held of yet. */
export const newHeld = (id: number, product: ProductName, descriptor: Descriptor): Held => ({
  ...{ id, product, descriptor, intake: null, refused: false, withdrawn: false },
  ...{ live: null, origin: 1, watermark: 0, created: null },
  ...{ rejected: 0, faults: 0, events: 0, bytes: 0, ranges: [], gaps: [], small: 0 },
})

/** The last sequence settled by following: held, or known to be lost. */
export const positionOf = (held: Held): number =>
  Math.max(held.live ?? 0, held.ranges.at(-1)?.last ?? 0, held.gaps.at(-1)?.last ?? 0)

/** No event of it is here: none came, or all have been let go. */
export const isEmpty = (held: Held): boolean => held.events === 0 && held.ranges.length === 0

const knownOf = ({ ranges, gaps }: Held): Range[] => {
  const known = ranges.map((range) => ({ ...range }))
  for (const gap of gaps) addRange(known, gap.first, gap.last)
  return known
}

/** What of the history is still to be filled in, oldest first. */
export const missing = (held: Held): Range[] =>
  held.live === null ? [] : holes(knownOf(held), held.origin, held.live)

/** Holes in what was followed, which is asked for only from its end on: there should be none. */
export const neverFollowed = (held: Held): Range[] =>
  held.live === null ? [] : holes(knownOf(held), Math.max(held.origin, held.live + 1), positionOf(held))
