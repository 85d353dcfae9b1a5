import type { Freshness } from '../../../preload/contract/freshness.ts'
import { kinds, type ProductName } from '../../../preload/contract/product.ts'
import { inLanguage, type Language } from '../../../preload/contract/words.ts'
import { byReadingOrder } from '../../kit/domains.ts'
import { freshnessOfFeed } from '../../kit/feeds.ts'
import type { Feed } from '../../link/feeds.ts'

/** What is to be said of a product at a glance. */
export type Standing = Freshness | 'refused' | 'pending'

export interface CatalogLine {
  product: ProductName
  title: string
  feed: Feed
  standing: Standing
  /** messages that retention took before we had them */
  missing: number
}

export interface CatalogDomain {
  domain: string
  lines: CatalogLine[]
}

export function standingOf(feed: Feed, now: number): Standing {
  if (feed.access !== 'permitted') return feed.access
  return freshnessOfFeed(feed, now)
}

export const missingIn = (feed: Feed): number =>
  (feed.stream?.gaps ?? []).reduce((total, gap) => total + gap.last - gap.first + 1, 0)

/** The catalog as people read it: by domain, what happens before what is counted, refused products last. */
export function catalogOf(feeds: readonly Feed[], language: Language, now: number): CatalogDomain[] {
  const byDomain = new Map<string, CatalogLine[]>()
  for (const feed of feeds) {
    const { domain, title } = feed.descriptor
    const lines = byDomain.get(domain) ?? []
    lines.push({
      product: feed.product,
      title: inLanguage(title, language),
      feed,
      standing: standingOf(feed, now),
      missing: missingIn(feed),
    })
    byDomain.set(domain, lines)
  }
  const refusedLast = (line: CatalogLine): number => (line.standing === 'refused' ? 1 : 0)
  const byReading = (a: CatalogLine, b: CatalogLine): number =>
    refusedLast(a) - refusedLast(b) ||
    kinds.indexOf(a.feed.descriptor.kind) - kinds.indexOf(b.feed.descriptor.kind) ||
    a.title.localeCompare(b.title, language) ||
    a.product.localeCompare(b.product)
  return [...byDomain]
    .map(([domain, lines]) => ({ domain, lines: lines.sort(byReading) }))
    .sort((a, b) => byReadingOrder(a.domain, b.domain))
}

export const rejectedOf = (feed: Feed): number => feed.stream?.rejected ?? 0
/** What is wrong with the product itself and with none of its messages. */
export const faultsOf = (feed: Feed): number => feed.stream?.faults ?? 0
export const behindOf = (feed: Feed): number => feed.stream?.behind ?? 0

export const rejectedIn = (feeds: readonly Feed[]): number =>
  feeds.reduce((total, feed) => total + rejectedOf(feed), 0)
export const faultsIn = (feeds: readonly Feed[]): number =>
  feeds.reduce((total, feed) => total + faultsOf(feed), 0)
