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
  /** ms since 1970, of that one; null: nothing came */
  newest: number | null
  /** of the highest source; null: none of them is seen */
  marking: Rank | null
}

const order: readonly Standing[] = ['fresh', 'waiting', 'late', 'refused', 'absent', 'lost']

/** @param products as the widget names them; the same one twice is one */
export function footOf(
  products: readonly ProductName[],
  feeds: readonly Feed[],
  scheme: MarkingScheme,
  now: number,
): Foot {
  const foot: Foot = { titles: [], standing: 'fresh', newest: null, marking: null }
  let worst = -1
  for (const product of new Set(products)) {
    const feed = feeds.find((each) => each.product === product)
    const standing: Standing =
      feed === undefined ? 'absent' : feed.access === 'refused' ? 'refused' : freshnessOfFeed(feed, now)
    foot.titles.push(feed?.descriptor.title ?? product)
    if (feed !== undefined && feed.access !== 'refused')
      foot.marking = Math.max(foot.marking ?? 0, rankOf(scheme, feed.descriptor.marking))
    const place = order.indexOf(standing)
    const newest = feed?.newest ?? null
    if (place < worst) continue
    // of two that do alike, the older one is what must be known
    foot.newest =
      place > worst || foot.newest === null ? newest : Math.min(foot.newest, newest ?? foot.newest)
    foot.standing = standing
    worst = place
  }
  return foot
}
