import type { SeriesDescriptor } from '../../preload/contract/product.ts'
import type { Level } from '../kit/severity.ts'
import type { Trend } from '../link/view.ts'

const hour = 3_600_000

/** The worst bound that a value is beyond. */
export function levelOfValue(value: number, threshold: SeriesDescriptor['threshold']): Level {
  if (threshold === undefined) return 'minor'
  const beyond = (bound: number | undefined): boolean =>
    bound !== undefined && (threshold.above ? value >= bound : value <= bound)
  if (beyond(threshold.extreme)) return 'extreme'
  if (beyond(threshold.severe)) return 'severe'
  return beyond(threshold.moderate) ? 'moderate' : 'minor'
}

/**
 * What a value of a series is: beyond a bound of its threshold, or else out of what is expected of it. The one place that
 * says so: figures, lines and tables ask here.
 */
export function levelOfSeries(
  value: number,
  descriptor: Pick<SeriesDescriptor, 'threshold' | 'range'> | undefined,
): Level {
  const level = levelOfValue(value, descriptor?.threshold)
  if (level !== 'minor' || descriptor?.range === undefined) return level
  return value < descriptor.range.min || value > descriptor.range.max ? 'moderate' : 'minor'
}

/** The bound to draw: the worst that was passed, else the first that could be. */
export function boundOf(
  level: Level,
  threshold: SeriesDescriptor['threshold'],
): { value: number; level: Level } | null {
  if (threshold === undefined) return null
  const order = ['moderate', 'severe', 'extreme'] as const
  const passed = order.find((name) => name === level)
  if (passed !== undefined) {
    const value = threshold[passed]
    return value === undefined ? null : { value, level: passed }
  }
  for (const name of order) {
    const value = threshold[name]
    if (value !== undefined) return { value, level: name }
  }
  return null
}

/** Where a series was at a time: its last point until then, or its first where it began later. */
function valueAt({ times, values }: Trend, time: number): number | undefined {
  let from = 0
  let to = times.length
  while (from < to) {
    const middle = (from + to) >> 1
    if ((times[middle] ?? Infinity) <= time) from = middle + 1
    else to = middle
  }
  return values[Math.max(0, from - 1)]
}

/** A series, or a count, as it stands now. */
export interface Figure {
  value: number
  /** ms since 1970 */
  time: number
  level: Level
  /** since an hour before the newest point; null: too little is known to say */
  change: number | null
  /** points of that hour */
  times: readonly number[]
  values: readonly number[]
}

/** Below this much history a change would be noise told as news. */
const leastHistory = 5 * 60_000

export function figureOf(trend: Trend | undefined, descriptor: SeriesDescriptor | undefined): Figure | null {
  if (trend === undefined) return null
  const last = trend.times.length - 1
  const time = trend.times[last]
  const value = trend.values[last]
  if (time === undefined || value === undefined) return null
  const start = time - hour
  const first = trend.times.findIndex((point) => point >= start)
  const before = valueAt(trend, start)
  const enough = time - (trend.times[0] ?? time) >= leastHistory
  return {
    value,
    time,
    level: levelOfSeries(value, descriptor),
    change: enough && before !== undefined ? value - before : null,
    times: trend.times.slice(first),
    values: trend.values.slice(first),
  }
}
