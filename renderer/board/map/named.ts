import type { CatalogEntry } from '../../../preload/contract/picture.ts'
import type { Drawn } from '../../link/picture.svelte.ts'

/** What a map draws of the given domains; left out: of all. */
export const mapped = (domains?: readonly string[]): Drawn => ({
  kinds: ['feature', 'track'],
  ...(domains === undefined ? {} : { domains: [...domains] }),
})

/**
 * Features that a map names or outlines one by one: incidents, zones, venues. Observations are too many for names;
 * their columns suffice.
 */
export const isNamedFeed = ({ product, descriptor }: CatalogEntry): boolean =>
  descriptor.kind === 'feature' && !product.endsWith('.observations')
