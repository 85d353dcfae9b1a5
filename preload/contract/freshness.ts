/** How old a feed or an entity is beside what its product promises. The one rule for engine, wall and desk. */
export type Freshness = 'waiting' | 'fresh' | 'late' | 'lost'

/** Beyond this many times its promise, a late feed is lost. */
const lostAfter = 4

/**
 * @param newest ms since 1970 of the newest event, null before the first
 * @param promise the product's `freshness`, ms
 */
export function freshnessOf(newest: number | null, promise: number, now: number): Freshness {
  if (newest === null) return 'waiting'
  const age = now - newest
  return age <= promise ? 'fresh' : age <= lostAfter * promise ? 'late' : 'lost'
}
