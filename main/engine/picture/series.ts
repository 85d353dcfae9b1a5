/**
 * A metric's recent past: up to 512 points over 24 hours. When full, those of the older half go that are the closest
 * together for their age, so the far past grows coarse, and is not gone because the near past comes fast.
 */
import type { Rank } from '../../../preload/contract/marking.ts'

export interface Series {
  readonly series: string
  /** by rank, or `unmarked`: what the last point so marked is in. One above a ceiling tells nothing below it */
  units: Map<Rank, string | null>
  /** points, oldest first; the first `count` count */
  times: Float64Array
  values: Float64Array
  /** ranks, or `unmarked` */
  marks: Uint8Array
  count: number
  /** all that were ever appended at the end: what a window has had is counted by this */
  appended: number
}

const capacity = 512
const firstPoints = 8
const span = 24 * 3_600_000

const pointBytes = 17
/** About what a series takes before it grows, without its name. */
export const seriesBytes = 400 + firstPoints * pointBytes

export const createSeries = (series: string): Series => ({
  series,
  units: new Map(),
  times: new Float64Array(firstPoints),
  values: new Float64Array(firstPoints),
  marks: new Uint8Array(firstPoints),
  count: 0,
  appended: 0,
})

/** @returns whether it grew */
function grow(series: Series, may: (bytes: number) => boolean): boolean {
  const length = Math.min(capacity, series.count * 2)
  if (!may((length - series.count) * pointBytes)) return false
  const { times, values, marks } = series
  series.times = new Float64Array(length)
  series.values = new Float64Array(length)
  series.marks = new Uint8Array(length)
  series.times.set(times)
  series.values.set(values)
  series.marks.set(marks)
  return true
}

function keep(series: Series, kept: (index: number) => boolean): void {
  let to = 0
  for (let i = 0; i < series.count; i++) {
    if (!kept(i)) continue
    series.times[to] = series.times[i]!
    series.values[to] = series.values[i]!
    series.marks[to] = series.marks[i]!
    to++
  }
  series.count = to
}

/** So many at least make room, or the next point would have to again. */
const leastThinned = capacity / 8

function thin(series: Series): void {
  const { times, count } = series
  const newest = times[count - 1]!
  const half = count >> 1
  /** in turn for each point: whether it is a `parts`-th of its age, or more, behind the one before that is kept */
  const isApart = (parts: number): ((index: number) => boolean) => {
    let last = -Infinity
    return (i) => {
      const age = newest - times[i]!
      if (age > span) return false
      if (i < half && times[i]! - last < age / parts) return false
      last = times[i]!
      return true
    }
  }
  for (let parts = capacity; parts >= 1; parts /= 2) {
    const is = isApart(parts)
    let kept = 0
    for (let i = 0; i < count; i++) if (is(i)) kept++
    if (count - kept >= leastThinned) return keep(series, isApart(parts))
  }
  keep(series, (i) => i >= half || i % 2 === 0)
}

/**
 * Points may come out of order, and history comes late: each goes to its time. What was read ahead as state comes
 * again with the history: it is there already.
 * @param mayGrow asked for bytes; where they can't be had, the past grows coarse sooner
 */
export function addPoint(
  series: Series,
  time: number,
  value: number,
  mark: Rank,
  mayGrow: (bytes: number) => boolean,
): 'end' | 'past' | 'none' {
  if (series.count === series.times.length && (series.count === capacity || !grow(series, mayGrow)))
    thin(series)
  let at = series.count
  while (at > 0 && series.times[at - 1]! > time) at--
  if (at > 0 && series.times[at - 1] === time && series.values[at - 1] === value) return 'none'
  const last = at === series.count
  if (!last) {
    if (series.times[series.count - 1]! - time > span) return 'none'
    series.times.copyWithin(at + 1, at, series.count)
    series.values.copyWithin(at + 1, at, series.count)
    series.marks.copyWithin(at + 1, at, series.count)
  }
  series.times[at] = time
  series.values[at] = value
  series.marks[at] = mark
  series.count++
  if (last) series.appended++
  return last ? 'end' : 'past'
}
