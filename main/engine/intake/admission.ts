/** How many products a node follows, and how much they may say of themselves: a catalog may list anything. */
import type { Descriptor, ProductName } from '../../../preload/contract/product.ts'

/** Each costs some kilobytes before its first message. */
const mostProducts = 5000
/** Of all descriptors together, as JSON: in memory they take up to ten times that. */
const mostDescribed = 32 * 1024 * 1024

export interface Admission {
  /** @returns why it is not read; null: it is, and counts from now on */
  refusal(product: ProductName, descriptor: Descriptor): string | null
}

/** @param known what the cache has already, whatever that is */
export function createAdmission(
  known: Iterable<{ product: ProductName; descriptor: Descriptor }>,
): Admission {
  const described = new Map<ProductName, number>()
  let bytes = 0
  const count = (product: ProductName, length: number): void => {
    bytes += length - (described.get(product) ?? 0)
    described.set(product, length)
  }
  for (const { product, descriptor } of known) count(product, JSON.stringify(descriptor).length)

  return {
    refusal(product, descriptor) {
      const { length } = JSON.stringify(descriptor)
      const more = length - (described.get(product) ?? 0)
      if (more > 0 && bytes + more > mostDescribed)
        return `descriptors of more than ${mostDescribed / 2 ** 20} MiB; those that come later are not read`
      if (!described.has(product) && described.size >= mostProducts)
        return `more than ${mostProducts} products; those that come later are not read`
      count(product, length)
      return null
    },
  }
}
