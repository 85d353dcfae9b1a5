/**
 * How many products a node follows, and how much they may say of themselves: a catalog may list anything. No domain
 * takes more than half of what the others leave, so whoever fills theirs keeps nobody out.
 */
import { domainOf } from '../../preload/contract/entity.ts'
import type { Descriptor, ProductName } from '../../preload/contract/product.ts'

/** Each costs some kilobytes before its first message. */
const mostProducts = 5000
/** Of all descriptors together, as JSON: in memory they take up to ten times that. */
const mostDescribed = 32 * 1024 * 1024

export interface Admission {
  /** @returns of what there is no room for it; null: there is, and it counts from now on */
  lacking(product: ProductName, descriptor: Descriptor): string | null
  /** it counts so, whether there is room or not */
  keep(product: ProductName, descriptor: Descriptor): void
  /** nothing of it is kept any more: it counts no longer */
  forget(product: ProductName): void
}

interface Taken {
  products: number
  bytes: number
}

const lengthOf = (descriptor: Descriptor): number => JSON.stringify(descriptor).length

/** @param known what the cache has already, whatever that is */
export function createAdmission(
  known: Iterable<{ product: ProductName; descriptor: Descriptor }>,
): Admission {
  const described = new Map<ProductName, number>()
  const domains = new Map<string, Taken>()
  const all: Taken = { products: 0, bytes: 0 }
  const none: Taken = { products: 0, bytes: 0 }

  const count = (product: ProductName, products: number, bytes: number): void => {
    const domain = domainOf(product)
    const taken = domains.get(domain) ?? { ...none }
    for (const each of [taken, all]) {
      each.products += products
      each.bytes += bytes
    }
    if (taken.products === 0) domains.delete(domain)
    else domains.set(domain, taken)
  }
  const keep = (product: ProductName, length: number): void => {
    const before = described.get(product)
    described.set(product, length)
    count(product, before === undefined ? 1 : 0, length - (before ?? 0))
  }
  for (const { product, descriptor } of known) keep(product, lengthOf(descriptor))

  return {
    lacking(product, descriptor) {
      const length = lengthOf(descriptor)
      const before = described.get(product)
      const more = length - (before ?? 0)
      const own = domains.get(domainOf(product)) ?? none
      const isRoom = (of: keyof Taken, most: number, wanted: number): boolean =>
        own[of] + wanted <= (most - (all[of] - own[of])) / 2
      if (more > 0 && !isRoom('bytes', mostDescribed, more))
        return `its domain's part of ${mostDescribed / 2 ** 20} MiB of descriptors is used up`
      if (before === undefined && !isRoom('products', mostProducts, 1))
        return `its domain's part of ${mostProducts} products is used up`
      keep(product, length)
      return null
    },
    keep: (product, descriptor) => keep(product, lengthOf(descriptor)),
    forget(product) {
      const length = described.get(product)
      if (length === undefined) return
      described.delete(product)
      count(product, -1, -length)
    },
  }
}
