import type { CatalogEntry, ProductHealth } from '../../preload/contract/picture.ts'

/** A product as the catalog has it, and as it does now. */
export type Feed = CatalogEntry & ProductHealth

/** Of what is refused nothing is told; of what was listed just now, not yet. */
const unheard = { newest: null, entities: 0, stream: null }

export function feedsOf(catalog: readonly CatalogEntry[], health: readonly ProductHealth[]): Feed[] {
  const byProduct = new Map(health.map((one) => [one.product, one]))
  return catalog.map((entry) => ({ ...unheard, ...byProduct.get(entry.product), ...entry }))
}
