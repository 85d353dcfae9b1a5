/**
 * A series as a line over so many pixels: two places for each, the lowest and the highest of its points in the order in
 * which they happened. Any number of points costs one look at each and a line of bounded length.
 */

/** Times in ms since 1970, oldest first, and as many values. */
export interface Points {
  readonly times: ArrayLike<number>
  readonly values: ArrayLike<number>
  /** how many of them count; all when left out */
  readonly count?: number
}

/** undefined: nothing here, and the line goes on; null: the line ends, there was nothing for too long */
export type Place = number | null | undefined

/** The first point at or after a time. */
export function firstAt({ times, count = times.length }: Points, time: number): number {
  let from = 0
  let to = count
  while (from < to) {
    const middle = (from + to) >> 1
    if (times[middle]! < time) from = middle + 1
    else to = middle
  }
  return from
}

/** The middle of each place, ms since 1970. */
export function placesOver(from: number, to: number, pixels: number): Float64Array {
  const step = (to - from) / pixels / 2
  return Float64Array.from({ length: 2 * pixels }, (_, at) => from + (at + 0.5) * step)
}

/** Beyond this the distance between two values is no number any more: drawn at the edge. */
const most = Number.MAX_VALUE / 16
const within = (value: number): number => (value > most ? most : value < -most ? -most : value)

/**
 * @param gap ms between two points from which there was nothing between them. What was made coarser is farther apart: a
 * distance is a gap only where it is many times those before it, too
 * @returns `2 × pixels` places
 */
export function overPixels(points: Points, from: number, to: number, pixels: number, gap: number): Place[] {
  const { times, values, count = times.length } = points
  const places = new Array<Place>(2 * pixels).fill(undefined)
  const scale = pixels / (to - from)
  const first = firstAt(points, from)
  const usual = createUsual(times, Math.max(1, first - few), gap)
  for (let i = Math.max(1, first - few); i <= first && i < count; i++)
    if (times[i]! - times[i - 1]! > gap) usual.isGap(i)

  // the line comes from what was before, and goes on to what is after
  const before = first - 1
  if (before >= 0 && first < count && !(times[first]! - times[before]! > usual.limit(first + 1)))
    places[0] = between(points, before, from)

  let column = -1
  let low = 0
  let high = 0
  let lowAt = 0
  let highAt = 0
  /** where the last point stands */
  let end = -1
  const put = (): void => {
    if (column < 0) return
    const place = 2 * column
    if (lowAt === highAt) places[place] = low
    else {
      places[place] = lowAt < highAt ? low : high
      places[place + 1] = lowAt < highAt ? high : low
    }
    end = lowAt === highAt ? place : place + 1
  }
  /** where the column ends, ms since 1970: nearly all points are told by it alone */
  let edge = -Infinity
  let i = first
  for (; i < count; i++) {
    const time = times[i]!
    if (time > to) break
    const isGap = i > first && time - times[i - 1]! > gap && usual.isGap(i)
    const value = within(values[i]!)
    const own = time < edge ? column : Math.min(pixels - 1, Math.floor((time - from) * scale))
    if (own === column) {
      if (value < low) {
        low = value
        lowAt = i
      }
      if (value > high) {
        high = value
        highAt = i
      }
      continue
    }
    put()
    if (isGap && end >= 0 && 2 * own - end >= 2) places[end + 1] = null
    column = own
    edge = from + (own + 1) / scale
    low = high = value
    lowAt = highAt = i
  }
  put()
  if (i < count && i > 0 && end < places.length - 2) {
    if (times[i]! - times[i - 1]! > usual.limit(i)) places[end + 1] = null
    else places[places.length - 1] = between(points, i - 1, to)
  }
  return places
}

/** how many distances before one say what is usual */
const few = 4

/** What is usual between two points, asked of some of them in their order: those of no more than `gap` need not be asked. */
function createUsual(times: ArrayLike<number>, from: number, gap: number) {
  const last = new Float64Array(few)
  let at = 0
  /** the first whose distance from the one before is not among the last yet */
  let next = from
  /** @returns ms that it may be from the one before */
  const limit = (i: number): number => {
    for (next = Math.max(next, i - few); next < i; next++) last[at++ % few] = times[next]! - times[next - 1]!
    const longest = Math.max(...last)
    return longest > gap ? few * longest : gap
  }
  return {
    limit,
    isGap(i: number): boolean {
      const distance = times[i]! - times[i - 1]!
      if (distance > limit(i) && at > 0) {
        next = i + 1
        return true
      }
      return false
    },
  }
}

/** The line's value at a time between a point and the next. */
function between({ times, values }: Points, at: number, time: number): number {
  const start = times[at]!
  const value = within(values[at]!)
  const part = (time - start) / (times[at + 1]! - start)
  return Number.isFinite(part) ? value + part * (within(values[at + 1]!) - value) : value
}

/** From the lowest to the highest of what is drawn; null: nothing is. */
export function extentOf(lines: readonly (readonly Place[])[]): { low: number; high: number } | null {
  let low = Infinity
  let high = -Infinity
  for (const line of lines)
    for (const value of line) {
      if (value === null || value === undefined) continue
      if (value < low) low = value
      if (value > high) high = value
    }
  return low > high ? null : { low, high }
}

/**
 * What the line has room for: its values and those bounds that are near enough not to flatten it.
 * @returns low below high
 */
export function roomFor(
  extent: { low: number; high: number },
  bounds: readonly number[],
): { low: number; high: number } {
  let { low, high } = extent
  const range = high - low || Math.abs(high) * 0.02 || 1
  for (const bound of bounds)
    if (bound > extent.low - 1.5 * range && bound < extent.high + 1.5 * range) {
      low = Math.min(low, bound)
      high = Math.max(high, bound)
    }
  if (high === low) return { low: low - range / 2, high: high + range / 2 }
  return { low, high }
}
