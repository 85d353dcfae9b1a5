import { freshnessOf, type Freshness } from '../../preload/contract/freshness.ts'
import type { Connection } from '../../preload/contract/picture.ts'
import { durationMs } from '../../preload/contract/product.ts'
import type { Words } from '../../preload/contract/words.ts'
import type { Feed } from '../link/feeds.ts'
import { byReadingOrder, isWatched } from './domains.ts'
import type { Speech } from '../speech/speech.ts'
import { stopwatch } from '../speech/time.ts'

export const freshnessOfFeed = (feed: Feed, now: number): Freshness =>
  freshnessOf(feed.newest, durationMs(feed.descriptor.freshness), now)

/** One cell of the strip: a domain, or a feed of it that is worse off than the rest of its domain. */
export interface FeedCell {
  key: string
  domain: string
  /** the feed's title; null: the cell speaks for the domain */
  title: Words | null
  freshness: Freshness | 'refused'
  /** ms since 1970, null where nothing came */
  newest: number | null
}

const concern: Record<FeedCell['freshness'], number> = { refused: 0, waiting: 1, fresh: 2, late: 3, lost: 4 }
const troubled = (freshness: FeedCell['freshness']): boolean => freshness === 'late' || freshness === 'lost'

/**
 * A cell per domain, as a staff reads them. A live feed must never hide a dead one beside it: where a single feed
 * of a domain is late or lost it has a cell of its own after the domains, the worst first; where several are, the
 * domain itself is as bad as the worst of them.
 * @param room how many cells there is place for; what has none makes its domain's cell as bad as it is
 */
export function feedCells(feeds: readonly Feed[], now: number, room = 8): FeedCell[] {
  const domains = new Map<string, { feed: Feed; freshness: FeedCell['freshness'] }[]>()
  for (const feed of feeds) {
    if (!isWatched(feed.descriptor)) continue
    const freshness = feed.access === 'refused' ? 'refused' : freshnessOfFeed(feed, now)
    const own = domains.get(feed.descriptor.domain) ?? []
    own.push({ feed, freshness })
    domains.set(feed.descriptor.domain, own)
  }
  const cells: FeedCell[] = []
  const apart: FeedCell[] = []
  for (const [domain, own] of [...domains].sort(([a], [b]) => byReadingOrder(a, b))) {
    const fresh = own.filter(({ freshness }) => freshness === 'fresh')
    const worse = own.filter(({ freshness }) => troubled(freshness))
    const [single] = worse
    if (fresh.length > 0 && worse.length <= 1) {
      cells.push({ key: domain, domain, title: null, freshness: 'fresh', newest: newestOf(fresh) })
      if (single === undefined) continue
      const { product, descriptor, newest } = single.feed
      apart.push({ key: product, domain, title: descriptor.title, freshness: single.freshness, newest })
      continue
    }
    const state = own.reduce<FeedCell['freshness']>(
      (most, { freshness }) => (concern[freshness] > concern[most] ? freshness : most),
      'refused',
    )
    const like = own.filter(({ freshness }) => freshness === state)
    cells.push({ key: domain, domain, title: null, freshness: state, newest: newestOf(like) })
  }
  apart.sort((a, b) => concern[b.freshness] - concern[a.freshness] || (a.newest ?? 0) - (b.newest ?? 0))
  const shown = apart.slice(0, Math.max(0, room - cells.length))
  for (const cell of apart.slice(shown.length)) {
    const own = cells.find(({ title, domain }) => title === null && domain === cell.domain)
    if (own === undefined || concern[own.freshness] >= concern[cell.freshness]) continue
    own.freshness = cell.freshness
    own.newest = cell.newest
  }
  return [...cells, ...shown]
}

const newestOf = (own: { feed: Feed }[]): number | null =>
  own.reduce<number | null>(
    (newest, { feed }) =>
      feed.newest !== null && feed.newest > (newest ?? -Infinity) ? feed.newest : newest,
    null,
  )

/** How the link to the platform stands, for people. */
export interface Link {
  state: 'live' | 'starting' | 'trouble' | 'down'
  text: string
  /** the cause or what happens next; empty when nothing is to be said */
  detail: string
}

/** How feeds do is told every second: an engine that says nothing for this long is dead or stuck. */
const silentAfter = 5000

/**
 * @param heard when the engine last spoke, by the window's clock
 * @param cut the engine's end of the port is gone
 */
export function linkOf(
  connection: Connection | null,
  heard: number | null,
  cut: boolean,
  now: number,
  speech: Speech,
): Link {
  if (heard === null || connection === null)
    return { state: 'starting', text: speech.say('connection.starting'), detail: '' }
  if (cut || now - heard > silentAfter)
    return {
      state: 'down',
      text: speech.say('connection.frozen', { age: stopwatch(now - heard) }),
      detail: speech.say('problem.engine.stopped.cause'),
    }
  const age = stopwatch(now - connection.since)
  switch (connection.state) {
    case 'live':
      return { state: 'live', text: speech.say('connection.live'), detail: '' }
    case 'connecting':
      return {
        state: connection.attempt > 1 ? 'trouble' : 'starting',
        text: speech.say('connection.connecting', { age }),
        detail: '',
      }
    case 'offline':
      return { state: 'trouble', text: speech.say('connection.offline', { age }), detail: '' }
    case 'waiting': {
      const seconds = Math.ceil((connection.retryAt - now) / 1000)
      return {
        state: 'down',
        text: speech.say('connection.waiting', { age }),
        detail: seconds > 0 ? speech.say('connection.retry', { seconds }) : speech.say('connection.retrying'),
      }
    }
    case 'refused':
      return {
        state: 'down',
        text: speech.say('connection.refused', { age }),
        detail: speech.say(`problem.${connection.problem.code}.cause`, {
          subject: connection.problem.subject ?? speech.say('problem.subject.unknown'),
        }),
      }
  }
}
