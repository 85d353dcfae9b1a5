import * as v from 'valibot'
import { ProductNameSchema, type ProductName } from './product.ts'

/** What events are about, named: an entity of a product. */
export const EntityRefSchema = v.strictObject({
  product: ProductNameSchema,
  entity: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
})
export type EntityRef = v.InferOutput<typeof EntityRefSchema>

export const isSame = (a: EntityRef | null, b: EntityRef | null): boolean =>
  a !== null && b !== null && a.product === b.product && a.entity === b.entity

/** What a product is called within its domain: `incidents` of `health.incidents`. */
export const nameInDomain = (product: ProductName): string => product.slice(product.indexOf('.') + 1)

export const domainOf = (product: ProductName): string => product.slice(0, product.indexOf('.'))
