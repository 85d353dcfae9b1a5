/** How well one product keeps what it promises, as this node sees it: counted as it comes, in a room that does not grow. */
import { bucketOf, latencyBuckets, percentile } from '../../preload/contract/latency.ts'
import type { Quality } from '../../preload/contract/picture.ts'
import type { ProblemCode } from '../../preload/contract/result.ts'

/** Whether the product promises a schema is for whoever knows it to say. */
export type Counted = Quality & { offSchema: number }

export interface QualityCount {
  /** a message as it was published; all ms since 1970 */
  took(happened: number, published: number, received: number): void
  rejected(code: ProblemCode): void
  /** @param now ms since 1970 */
  told(now: number): Counted
}

/** After so many, what was before counts half: what is told is of the last while, and not of a month ago. */
const most = 20_000
const slice = 10_000
const slices = 6
const mostReasons = 5

interface Delays {
  counts: Uint32Array
  total: number
}

/** Of a product that has said nothing: most of ten thousand may never say anything. */
export const quietQuality: Counted = {
  ...{ perMinute: 0, published: null, received: null, reasons: [], offSchema: 0 },
}

export function createQuality(): QualityCount {
  let published: Delays | null = null
  let received: Delays | null = null
  const reasons = new Map<ProblemCode, number>()
  const rates = new Uint32Array(slices)
  let at = Number.NEGATIVE_INFINITY

  const turn = (now: number): void => {
    const current = Math.floor(now / slice)
    // a clock that was set back begins anew
    if (current - at >= slices || current < at) rates.fill(0)
    else for (let each = at + 1; each <= current; each++) rates[each % slices] = 0
    at = current
  }
  const add = (delays: Delays | null, ms: number): Delays => {
    const into = delays ?? { counts: new Uint32Array(latencyBuckets), total: 0 }
    into.counts[bucketOf(ms)]!++
    if (++into.total < most) return into
    into.total = 0
    for (let i = 0; i < latencyBuckets; i++) into.total += into.counts[i]! >>>= 1
    return into
  }
  const delayOf = (delays: Delays | null): Quality['published'] => {
    const median = delays && percentile(delays.counts, 0.5)
    const high = delays && percentile(delays.counts, 0.95)
    return median === null || high === null ? null : { median, high }
  }

  return {
    took(happened, sent, came) {
      turn(came)
      rates[at % slices]!++
      published = add(published, sent - happened)
      received = add(received, came - sent)
    },
    rejected(code) {
      reasons.set(code, (reasons.get(code) ?? 0) + 1)
    },
    told(now) {
      turn(now)
      return {
        perMinute: rates.reduce((sum, each) => sum + each, 0),
        ...{ published: delayOf(published), received: delayOf(received) },
        offSchema: reasons.get('message.schema-mismatch') ?? 0,
        reasons: [...reasons]
          .sort(([, a], [, b]) => b - a)
          .slice(0, mostReasons)
          .map(([code, count]) => ({ code, count })),
      }
    },
  }
}
