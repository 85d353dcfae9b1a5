import type { Rank } from '../../preload/contract/marking.ts'
import { rankOf, type MarkingScheme } from '../../preload/contract/marking.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import type { Words } from '../../preload/contract/words.ts'
import { freshnessOfFeed, type FeedCell } from '../kit/feeds.ts'
import type { Feed } from '../link/feeds.ts'

/** absent: not in this window's catalog; the platform has none, or it is above the window's ceiling */
export type Standing = FeedCell['freshness'] | 'absent'

/** What stands at a widget's foot. */
export interface Foot {
  titles: Words[]
  /** the worst of its sources */
  standing: Standing
  /** those that are as bad, the one that `newest` is of first */
  worst: Words[]
  /** how many may not be read here, beside others of their kind that may: they are none of its sources */
  refused: number
  /** ms since 1970, of that one; null: nothing came */
  newest: number | null
  /** of the highest source; null: none of them is seen */
  marking: Rank | null
}

/** What a widget shows that comes of no product: people wrote it, and whoever reads it asks whose it is and since when. */
export interface Written {
  /** the organisation, function or person whose it is */
  by: Words
  /** null: it has no versions */
  version: number | null
  /** when it was saved or asked, ms since 1970 */
  at: number
  marking: Rank
}

const order: readonly Standing[] = ['fresh', 'waiting', 'late', 'refused', 'absent', 'lost']
/**
 * Of a kind of products, as those of incidents: one that this window may not read is none of what it shows, and one of
 * which nothing ever came is no trouble.
 */
const orderOfKind: readonly Standing[] = ['refused', 'waiting', 'fresh', 'late', 'absent', 'lost']

/**
 * @param products as the widget names them; the same one twice is one
 * @param listed the catalog was read to its end: what is not in it is absent
 * @param isKind they are all that there are of a kind, and nobody named them
 */
export function footOf(
  products: readonly ProductName[],
  feeds: readonly Feed[],
  scheme: MarkingScheme,
  now: number,
  listed = true,
  isKind = false,
): Foot {
  const foot: Foot = { titles: [], standing: 'fresh', worst: [], refused: 0, newest: null, marking: null }
  const places = isKind ? orderOfKind : order
  let worst = -1
  let refused = 0
  for (const product of new Set(products)) {
    const feed = feeds.find((each) => each.product === product)
    const standing: Standing =
      feed === undefined
        ? listed
          ? 'absent'
          : 'waiting'
        : feed.access === 'refused'
          ? 'refused'
          : freshnessOfFeed(feed, now)
    const title = feed?.descriptor.title ?? product
    foot.titles.push(title)
    if (standing === 'refused') refused++
    // of what nothing came of nothing is shown: the banner says no more
    if (feed !== undefined && feed.access !== 'refused' && feed.newest !== null)
      foot.marking = Math.max(foot.marking ?? 0, rankOf(scheme, feed.descriptor.marking))
    const place = places.indexOf(standing)
    const newest = feed?.newest ?? null
    if (place < worst) continue
    // of two that do alike, the older one is what must be known; of a kind that is fresh, when anything came last
    const isNewer = isKind && standing === 'fresh'
    const isSaid =
      place > worst ||
      foot.newest === null ||
      (newest !== null && (isNewer ? newest > foot.newest : newest < foot.newest))
    if (isSaid) foot.newest = newest
    const alike = place > worst ? [] : foot.worst
    foot.worst = isSaid ? [title, ...alike] : [...alike, title]
    foot.standing = standing
    worst = place
  }
  if (isKind && foot.standing !== 'refused') foot.refused = refused
  return foot
}
