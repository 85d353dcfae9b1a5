/**
 * Which formulas are computed where there are more than there is room for. Whoever shares hundreds takes no place of
 * anybody else: this node's own organisation comes first, and the others have a share each.
 */
import type { ProductName } from '../../../preload/contract/product.ts'
import { partsOf, type SharedKey } from '../../../preload/contract/shared.ts'

/** @returns those of the organisation first, then the first of each other owner, the second of each … */
export function inShares<T>(
  all: Iterable<T>,
  keyOf: (each: T) => SharedKey,
  organisation: string | null,
): T[] {
  const owners = new Map<string, T[]>()
  for (const each of all) {
    const { owner } = partsOf(keyOf(each))
    const others = owners.get(owner)
    if (others) others.push(each)
    else owners.set(owner, [each])
  }
  const own = organisation === null ? [] : (owners.get(organisation) ?? [])
  if (organisation !== null) owners.delete(organisation)
  const longest = [...owners.values()].reduce((most, { length }) => Math.max(most, length), 0)
  const shares = Array.from({ length: longest }, (_, at) =>
    [...owners.values()].flatMap((list) => list.slice(at, at + 1)),
  )
  return [...own, ...shares.flat()]
}

export interface Candidate {
  key: SharedKey
  product: ProductName
}

/**
 * @param computed those that are, who stay before another of their owner
 * @param organisation as it stands in keys; a name that two have is its own
 * @returns the keys of those that are to be computed
 */
export function computedOf(
  computed: readonly Candidate[],
  waiting: readonly Candidate[],
  organisation: string | null,
  most: number,
): ReadonlySet<SharedKey> {
  const holders = new Map(computed.map(({ product, key }) => [product, key]))
  const keys = new Set<SharedKey>()
  const names = new Set<ProductName>()
  for (const { key, product } of inShares([...computed, ...waiting], (each) => each.key, organisation)) {
    if (keys.size >= most) break
    const isOwn = partsOf(key).owner === organisation
    const holder = holders.get(product) ?? key
    if (names.has(product) || (holder !== key && !isOwn)) continue
    // of this organisation's own two of one name the first stays
    if (holder !== key && partsOf(holder).owner === organisation) continue
    keys.add(key)
    names.add(product)
  }
  return keys
}
