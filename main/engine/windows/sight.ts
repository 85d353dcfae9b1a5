/**
 * What a window may see at all, and the one place that says so: pictures, counts and answers all go through it. A
 * product is out of sight where it is marked above the window's ceiling, where the platform refuses it to this node,
 * and where its owner has withdrawn it.
 *
 * The product's marking is a ceiling for the window and not only a default for its events: one that is marked lower
 * itself would carry the product's name out with it.
 */
import { highestRank, rankOf, type MarkingScheme, type Rank } from '../../../preload/contract/marking.ts'
import type { CatalogEntry, ProductHealth, Quality } from '../../../preload/contract/picture.ts'
import type { ProductName } from '../../../preload/contract/product.ts'
import { styled, type Style } from '../../../preload/contract/style.ts'
import { missing, type Held } from '../cache/held.ts'
import type { Picture } from '../picture/picture.ts'
import type { Table } from '../picture/table.ts'

/** Style rules for a product, and whose they are. */
interface Styled {
  rules: readonly Style[]
  by: NonNullable<CatalogEntry['styled']>
}

export interface Sight {
  tables(ceiling: Rank): Table[]
  table(product: ProductName, ceiling: Rank): Table | undefined
  held(product: ProductName, ceiling: Rank): Held | undefined
  all(ceiling: Rank): Held[]
  /** those that the platform refuses, too: that they are refused is what people must know. The same objects while unchanged */
  catalog(ceiling: Rank): CatalogEntry[]
  health(ceiling: Rank): ProductHealth[]
}

export interface SightOptions {
  /** all products, seen or not */
  held: Pick<ReadonlyMap<ProductName, Held>, 'get' | 'values'>
  picture: Picture
  scheme: MarkingScheme
  /** what the platform said of it on this connection */
  access: (product: ProductName) => CatalogEntry['access']
  /** how its messages come; undefined: nobody counts */
  quality?: (product: ProductName) => Quality | undefined
  /** the style rules that hold for it; null: none */
  styles?: (product: ProductName, descriptor: Held['descriptor']) => Styled | null
}

export function createSight({
  held: products,
  picture,
  scheme,
  access,
  quality,
  styles,
}: SightOptions): Sight {
  const entries = new WeakMap<Held, { of: Held['descriptor']; styled: Styled | null; entry: CatalogEntry }>()

  const isListed = (held: Held, ceiling: Rank): boolean =>
    !held.withdrawn && rankOf(scheme, held.descriptor.marking) <= ceiling
  const isSeen = (held: Held, ceiling: Rank): boolean => !held.refused && isListed(held, ceiling)
  const all = (ceiling: Rank): Held[] => [...products.values()].filter((held) => isSeen(held, ceiling))
  const seen = (product: ProductName, ceiling: Rank): Held | undefined => {
    const held = products.get(product)
    return held && isSeen(held, ceiling) ? held : undefined
  }

  const entryOf = (held: Held): CatalogEntry => {
    const { product, descriptor } = held
    // what was left out might be what somebody looks for
    const known = held.live !== null && (picture.tables.get(held.product)?.leftOut ?? 0) === 0
    const style = styles?.(product, descriptor) ?? null
    const standing = held.refused ? 'refused' : access(product)
    const made = entries.get(held)
    if (
      made?.of === descriptor &&
      made.styled === style &&
      made.entry.known === known &&
      made.entry.access === standing &&
      made.entry.intake === held.intake
    )
      return made.entry
    const { dataschema: _, ...told } = descriptor
    const entry: CatalogEntry = {
      ...{ product, descriptor: styled(told, style?.rules ?? []), access: standing, known },
      intake: held.intake,
      ...(style === null ? {} : { styled: style.by }),
    }
    entries.set(held, { of: descriptor, styled: style, entry })
    return entry
  }

  const withQuality = (product: ProductName): { quality?: Quality } => {
    const told = quality?.(product)
    return told === undefined ? {} : { quality: told }
  }
  const healthOf = (held: Held, ceiling: Rank): ProductHealth => {
    const table = picture.tables.get(held.product)
    const newest = table?.newestUpTo(ceiling) ?? Number.NaN
    return {
      product: held.product,
      newest: Number.isNaN(newest) ? null : newest,
      entities: table?.ranks.upTo(ceiling) ?? 0,
      stream:
        ceiling < highestRank(scheme)
          ? null
          : {
              received: held.events + held.rejected,
              rejected: held.rejected,
              faults: held.faults,
              gaps: held.gaps.map((gap) => ({ ...gap })),
              ...withQuality(held.product),
              behind: missing(held).reduce((sum, { first, last }) => sum + last - first + 1, 0),
            },
    }
  }

  return {
    tables: (ceiling) => [...picture.tables.values()].filter((table) => seen(table.product, ceiling)),
    table: (product, ceiling) => (seen(product, ceiling) ? picture.tables.get(product) : undefined),
    held: seen,
    all,
    catalog: (ceiling) => [...products.values()].filter((held) => isListed(held, ceiling)).map(entryOf),
    health: (ceiling) => all(ceiling).map((held) => healthOf(held, ceiling)),
  }
}
