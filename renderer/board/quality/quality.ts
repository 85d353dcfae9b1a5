/** How products do, for whoever owns them: kept promises, rejected messages and why, delays, gaps; the worst first. */
import type { CatalogEntry, Quality } from '../../../preload/contract/picture.ts'
import type { ProductName } from '../../../preload/contract/product.ts'
import type { Widget } from '../../../preload/contract/scene.ts'
import { folded } from '../../../preload/contract/text.ts'
import type { Words } from '../../../preload/contract/words.ts'
import { freshnessOfFeed } from '../../kit/feeds.ts'
import type { Feed } from '../../link/feeds.ts'
import type { Standing } from '../foot.ts'

export interface QualityRow {
  product: ProductName
  title: Words
  standing: Standing
  /** ms since 1970; null: nothing came */
  newest: number | null
  /** what its owner promises, ISO 8601; null: nobody says */
  promise: string | null
  rejected: number
  faults: number
  /** messages that were gone before they could be had */
  missing: number
  /** null: not told, as this window may not see all of it */
  counted: boolean
  quality: Quality | null
}

const order: readonly Standing[] = ['lost', 'absent', 'refused', 'late', 'waiting', 'fresh']

const isOwned = (owner: Words, wanted: string): boolean =>
  (typeof owner === 'string' ? [owner] : [owner.fr, owner.en]).some((name) => folded(name) === folded(wanted))

type Of = Pick<Extract<Widget, { widget: 'quality' }>, 'products' | 'owner'>

/** The products that it judges, each once: those that it names, else all of the owner, or of the platform. */
export const judgedBy = ({ products, owner }: Of, catalog: readonly CatalogEntry[]): ProductName[] => [
  ...new Set(
    products ??
      catalog
        .filter(({ descriptor }) => owner === undefined || isOwned(descriptor.owner, owner))
        .map(({ product }) => product),
  ),
]

export function qualityRows({ products, owner }: Of, feeds: readonly Feed[], now: number): QualityRow[] {
  const byName = new Map(feeds.map((feed) => [feed.product, feed]))
  const rows = judgedBy({ products, owner }, feeds).map((product): QualityRow => {
    const feed = byName.get(product)
    if (feed === undefined)
      return {
        ...{ product, title: product, standing: 'absent', newest: null, promise: null },
        ...{ rejected: 0, faults: 0, missing: 0, counted: false, quality: null },
      }
    const { descriptor, stream, newest } = feed
    return {
      ...{ product, title: descriptor.title, newest, promise: descriptor.freshness },
      standing: feed.access === 'refused' ? 'refused' : freshnessOfFeed(feed, now),
      rejected: stream?.rejected ?? 0,
      faults: stream?.faults ?? 0,
      missing: (stream?.gaps ?? []).reduce((sum, { first, last }) => sum + last - first + 1, 0),
      counted: stream !== null,
      quality: stream?.quality ?? null,
    }
  })
  const wrong = ({ rejected, faults, missing }: QualityRow): number => rejected + faults + missing
  return rows.sort(
    (a, b) =>
      order.indexOf(a.standing) - order.indexOf(b.standing) ||
      wrong(b) - wrong(a) ||
      a.product.localeCompare(b.product),
  )
}
