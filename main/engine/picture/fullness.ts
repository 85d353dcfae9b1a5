/** A product that has more than the picture has room for: told once, when the first of it is left out. */
import type { ProductName } from '../../../preload/contract/product.ts'

export interface Fullness {
  /** the product's rows are other ones */
  look(product: ProductName): void
}

/** @param leftOut times that something of the product was left out */
export function createFullness(
  leftOut: (product: ProductName) => number,
  tell: (product: ProductName, message: string) => void,
): Fullness {
  const told = new Set<ProductName>()
  return {
    look(product) {
      if (told.has(product) || leftOut(product) === 0) return
      told.add(product)
      tell(product, 'its picture has no more room here; what is left out of it is in the log')
    },
  }
}
