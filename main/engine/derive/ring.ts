/**
 * A window of events summed up in buckets: a sixtieth of it each, or a second, so what it holds is bounded and what one
 * event costs does not depend on how many there were. The window ends with the bucket that is now, and its other end
 * moves by whole buckets. Events may come late and in any order.
 */
import type { AggregateName, NoValue } from '../../../preload/contract/formula.ts'
import type { Rank } from '../../../preload/contract/marking.ts'

export interface Ring {
  /** @param mark the event's own rank; 0 where it has none */
  add(time: number, value: number, mark: Rank, now: number): void
  /** NaN: there is none, and `why` says why */
  value(now: number): number
  readonly why: NoValue
  /** the highest own rank among what is in the window */
  rank(now: number): Rank
  isEmpty(now: number): boolean
}

const most = 60
const least = 1000
/** Of a bucket's spread: values that are within a hundredth of each other are one. */
const gamma = 1.02
const logGamma = Math.log(gamma)
const mostBins = 256

/** ms that a bucket takes, and how many there are */
export function bucketsOf(window: number): { width: number; count: number } {
  const count = Math.max(1, Math.min(most, Math.ceil(window / least)))
  return { width: window / count, count }
}

/** What a ring holds at most, of one that only counts: a spread has bins in each bucket. */
export const ringWeight = (name: AggregateName): number => (name === 'percentile' ? 100 : 1)

/** By what is kept in a bucket, besides how many events. */
const strides: { [A in AggregateName]: number } = {
  ...{ count: 0, rate: 0, sum: 1, mean: 1, min: 1, max: 1, latest: 2, change: 4, percentile: 0 },
  ...{ zscore: 1, drift: 1 },
}
/** Buckets that a comparison with a window wants at least. */
const fewest = 8
const weight = 0.2
const robust = 1.4826

const median = (sorted: Float64Array): number => {
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

const binOf = (value: number): number => {
  if (value === 0) return 0
  // a zero bin between the two, and no value lies further than these
  const bin = Math.max(1, 40_000 + Math.ceil(Math.log(Math.abs(value)) / logGamma))
  return value > 0 ? bin : -bin
}
const valueOf = (bin: number): number => {
  if (bin === 0) return 0
  const value = (2 * Math.exp((Math.abs(bin) - 40_000) * logGamma)) / (gamma + 1)
  return bin > 0 ? value : -value
}

/** @param window ms */
export function createRing(name: AggregateName, window: number, percent: number): Ring {
  const { width, count } = bucketsOf(window)
  const stride = strides[name]
  const which = new Float64Array(count).fill(-1)
  const events = new Float64Array(count)
  const cells = new Float64Array(count * stride)
  const ranks = new Uint8Array(count)
  const bins: Map<number, number>[] = []
  const isCounted = name === 'count' || name === 'rate'
  let why: NoValue = 'nothing'
  /** where the last event went: most go where the one before went */
  let newest = 0
  let isMarked = false

  const slotOf = (bucket: number): number => ((bucket % count) + count) % count
  const clear = (slot: number, bucket: number): void => {
    which[slot] = bucket
    events[slot] = 0
    ranks[slot] = 0
    cells.fill(0, slot * stride, (slot + 1) * stride)
    if (name === 'percentile') bins[slot] = new Map()
  }

  const keep = (slot: number, time: number, value: number): void => {
    const at = slot * stride
    const isFirst = events[slot] === 1
    if (name === 'sum' || name === 'mean' || name === 'zscore' || name === 'drift') cells[at]! += value
    else if (name === 'min') cells[at] = isFirst ? value : Math.min(cells[at]!, value)
    else if (name === 'max') cells[at] = isFirst ? value : Math.max(cells[at]!, value)
    else if (name === 'latest' || name === 'change') {
      if (isFirst || time >= cells[at]!) {
        cells[at] = time
        cells[at + 1] = value
      }
      if (name === 'change' && (isFirst || time < cells[at + 2]!)) {
        cells[at + 2] = time
        cells[at + 3] = value
      }
    } else if (name === 'percentile') {
      const into = bins[slot]!
      let bin = binOf(value)
      // the least of many are as one
      if (!into.has(bin) && into.size >= mostBins) bin = Math.min(...into.keys())
      into.set(bin, (into.get(bin) ?? 0) + 1)
    }
  }

  /** Slots of the window, oldest first. */
  const slots = (now: number): number[] => {
    const last = Math.floor(now / width)
    const found: number[] = []
    let slot = slotOf(last + 1)
    for (let bucket = last - count + 1; bucket <= last; bucket++) {
      if (which[slot] === bucket && events[slot]! > 0) found.push(slot)
      slot = slot + 1 === count ? 0 : slot + 1
    }
    return found
  }
  const none = (reason: NoValue): number => {
    why = reason
    return Number.NaN
  }

  const zscore = (means: number[]): number => {
    if (means.length < fewest) return none('few')
    const now = means.at(-1)!
    const before = Float64Array.from(means.slice(0, -1)).sort()
    const middle = median(before)
    const spread = median(before.map((mean) => Math.abs(mean - middle)).sort()) * robust
    if (spread === 0) return now === middle ? 0 : none('flat')
    return (now - middle) / spread
  }
  const drift = (means: number[]): number => {
    if (means.length < fewest) return none('few')
    const half = means.length >> 1
    const first = means.slice(0, half)
    const mean = first.reduce((sum, one) => sum + one, 0) / half
    const deviation = Math.sqrt(first.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (half - 1))
    let moving = mean
    for (const one of means.slice(half)) moving += weight * (one - moving)
    const spread = deviation * Math.sqrt(weight / (2 - weight))
    if (spread === 0) return moving === mean ? 0 : none('flat')
    return (moving - mean) / spread
  }
  const percentile = (used: number[]): number => {
    const all = new Map<number, number>()
    let total = 0
    for (const slot of used)
      for (const [bin, times] of bins[slot]!) {
        all.set(bin, (all.get(bin) ?? 0) + times)
        total += times
      }
    const sorted = [...all].sort(([a], [b]) => a - b)
    // nearest rank
    const wanted = Math.max(1, Math.ceil((percent / 100) * total))
    let seen = 0
    for (const [bin, times] of sorted) if ((seen += times) >= wanted) return valueOf(bin)
    return none('nothing')
  }

  return {
    get why() {
      return why
    },
    add(time, value, mark, now) {
      if (!isCounted && Number.isNaN(value)) return
      const last = Math.floor(now / width)
      // clocks that are apart put nothing into a time that is to come
      const bucket = Math.min(last, Math.floor(time / width))
      if (bucket <= last - count) return
      let slot = newest
      if (which[slot] !== bucket) {
        slot = slotOf(bucket)
        if (which[slot] !== bucket) {
          // of a time that is to come there is nothing: the clock was set back
          if (which[slot]! > bucket && which[slot]! <= last) return
          clear(slot, bucket)
        }
        newest = slot
      }
      events[slot]!++
      if (mark > ranks[slot]!) {
        ranks[slot] = mark
        isMarked = true
      }
      if (!isCounted) keep(slot, time, value)
    },
    value(now) {
      const used = slots(now)
      const total = used.reduce((sum, slot) => sum + events[slot]!, 0)
      if (name === 'count') return total
      if (name === 'rate') return (total * 3_600_000) / window
      const cell = (slot: number, at = 0): number => cells[slot * stride + at]!
      const sum = (): number => used.reduce((all, slot) => all + cell(slot), 0)
      if (name === 'sum') return sum()
      if (used.length === 0) return none('nothing')
      if (name === 'mean') return sum() / total
      if (name === 'min') return Math.min(...used.map((slot) => cell(slot)))
      if (name === 'max') return Math.max(...used.map((slot) => cell(slot)))
      if (name === 'latest') return cell(used.at(-1)!, 1)
      if (name === 'change') return cell(used.at(-1)!, 1) - cell(used[0]!, 3)
      if (name === 'percentile') return percentile(used)
      const means = used.map((slot) => cell(slot) / events[slot]!)
      return name === 'zscore' ? zscore(means) : drift(means)
    },
    rank: (now) => (isMarked ? slots(now).reduce((highest, slot) => Math.max(highest, ranks[slot]!), 0) : 0),
    isEmpty: (now) => slots(now).length === 0,
  }
}
