import type { CatalogEntry } from '../../../preload/contract/picture.ts'

/**
 * Features that a map names or outlines one by one: incidents, zones, venues. Observations are too many for names;
 * their columns suffice.
 */
export const isNamedFeed = ({ product, descriptor }: CatalogEntry): boolean =>
  descriptor.kind === 'feature' && !product.endsWith('.observations')
