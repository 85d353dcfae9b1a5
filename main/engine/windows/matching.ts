/** Which tables a subscription is to: looked for once, until there are other tables. A page may have many open. */
import { isOf, type Subscription } from '../../../preload/contract/port.ts'
import type { Table } from '../picture/table.ts'

export interface Matching {
  /** what there is now */
  among(tables: readonly Table[]): void
  /** @returns places in what there is now */
  of(subscription: Subscription): Uint32Array
}

export function createMatching(): Matching {
  let tables: readonly Table[] = []
  let found = new WeakMap<Subscription, Uint32Array>()
  return {
    among(now) {
      // a table keeps its product and its kind
      if (now.length === tables.length && now.every((table, at) => table === tables[at])) return
      tables = now
      found = new WeakMap()
    },
    of(subscription) {
      const known = found.get(subscription)
      if (known) return known
      const places: number[] = []
      for (const [at, { product, kind }] of tables.entries())
        if (isOf(subscription, product, kind)) places.push(at)
      const made = Uint32Array.from(places)
      found.set(subscription, made)
      return made
    },
  }
}
