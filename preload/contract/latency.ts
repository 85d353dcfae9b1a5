/**
 * Latency histogram: buckets that grow by 5 %, from 0.5 ms up, so that any percentile is right within 5 % and
 * histograms of many windows add up.
 */
const first = 0.5
const growth = 1.05
export const latencyBuckets = 240

export function bucketOf(ms: number): number {
  if (!(ms > first)) return 0
  return Math.min(latencyBuckets - 1, Math.ceil(Math.log(ms / first) / Math.log(growth)))
}

/** @returns ms, the upper edge of the bucket in which the percentile falls; null without samples */
export function percentile(counts: ArrayLike<number>, share: number): number | null {
  let total = 0
  for (let i = 0; i < counts.length; i++) total += counts[i] ?? 0
  if (total === 0) return null
  let seen = 0
  for (let i = 0; i < counts.length; i++) {
    seen += counts[i] ?? 0
    if (seen >= total * share) return first * growth ** i
  }
  return null
}
