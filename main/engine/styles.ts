/**
 * Which style rules hold for a product. Its owner's, over its descriptor; and those of this node's own organisation over
 * both, for its own walls and nobody else's. Anybody else's do not hold here, nor does one that is marked above the product:
 * what it says would show in windows that may not have it.
 */
import * as v from 'valibot'
import { rankOf, type MarkingScheme } from '../../preload/contract/marking.ts'
import { tokenOf } from '../../preload/contract/place.ts'
import type { Descriptor, ProductName } from '../../preload/contract/product.ts'
import { partsOf, type SharedThing, type SharedTold } from '../../preload/contract/shared.ts'
import { StyleSchema, type Style } from '../../preload/contract/style.ts'

export interface Styled {
  rules: Style[]
  /** whose, for whoever asks why */
  by: { key: string; owner: string; version: number }[]
}

interface Ruled {
  thing: SharedThing
  style: Style
}

export interface Styles {
  told(told: SharedTold): void
  /** the same object while no rule changed; null: none holds */
  of(product: ProductName, descriptor: Descriptor): Styled | null
}

const mostRules = 200
const isStyle = (key: string): boolean => partsOf(key).kind === 'style'

/** @param changed rules for products are others than before */
export function createStyles({
  scheme,
  organisation,
  changed,
}: {
  scheme: MarkingScheme
  organisation: string | null
  changed: () => void
}): Styles {
  const things = new Map<string, Ruled>()
  /** the same by the product that they are for: what one stranger shares costs the others nothing */
  const byProduct = new Map<string, Map<string, Ruled>>()
  const made = new Map<string, { for: string; styled: Styled | null }>()
  const own = organisation === null ? null : tokenOf(organisation)

  /** @returns whether it was there */
  function drop(key: string): boolean {
    const known = things.get(key)
    if (known === undefined) return false
    const { product } = known.style
    things.delete(key)
    byProduct.get(product)?.delete(key)
    if (byProduct.get(product)?.size === 0) byProduct.delete(product)
    made.delete(product)
    return true
  }
  /** @returns whether it was another, or may hold */
  function take(thing: SharedThing): boolean {
    const read = v.safeParse(StyleSchema, thing.document?.content)
    const isAsked = read.success && made.has(read.output.product)
    const was = drop(thing.key)
    if (!read.success) return was
    const one = { thing, style: read.output }
    const { product } = one.style
    things.set(thing.key, one)
    byProduct.set(product, (byProduct.get(product) ?? new Map<string, Ruled>()).set(thing.key, one))
    made.delete(product)
    // a product that was never asked for is none of ours
    return was || isAsked
  }

  return {
    told({ anew, things: some, gone }) {
      let isOther = false
      const keys = anew ? [...things.keys()] : gone
      for (const key of keys) isOther = drop(key) || isOther
      for (const thing of some) if (isStyle(thing.key)) isOther = take(thing) || isOther
      if (isOther) changed()
    },
    of(product, { owner, marking }) {
      const names = typeof owner === 'string' ? [owner] : [owner.fr, owner.en]
      const asked = `${names.join('\n')}\n${marking}`
      const known = made.get(product)
      if (known?.for === asked) return known.styled
      const owners = new Set(names.map(tokenOf))
      const rank = rankOf(scheme, marking)
      const holding = [...(byProduct.get(product)?.values() ?? [])]
        .filter(({ thing }) => {
          const by = partsOf(thing.key).owner
          return thing.rank <= rank && (by === own || owners.has(by))
        })
        // its owner's first, so that this organisation's own are over them; then by name, everywhere alike
        .sort((a, b) => {
          const [first, second] = [a, b].map(({ thing }) => (partsOf(thing.key).owner === own ? 1 : 0))
          return first! - second! || (a.thing.key < b.thing.key ? -1 : 1)
        })
        .slice(-mostRules)
      const styled =
        holding.length === 0
          ? null
          : {
              rules: holding.map(({ style }) => style),
              by: holding.map(({ thing: { key, document } }) => ({
                ...{ key, owner: document?.owner ?? '', version: document?.version ?? 0 },
              })),
            }
      made.set(product, { for: asked, styled })
      return styled
    },
  }
}
