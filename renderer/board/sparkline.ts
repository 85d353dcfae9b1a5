/** The path of a small trend, and where its bound lies. Pixels; y grows downwards. */
export interface Drawn {
  path: string
  /** y of the bound; null: too far off to be worth flattening the line for */
  bound: number | null
}

const hour = 3_600_000
/** Below this many pixels a line says nothing. */
const leastHeight = 16
/** A line is drawn with a point every so many pixels: more is noise, from where it is read. */
const step = 6

/** Beyond this the distance between two values is no number any more: drawn at the edge. */
const most = Number.MAX_VALUE / 16
const within = (value: number): number => Math.max(-most, Math.min(most, value))

/** A change of the last digit that is shown takes a quarter of the height at most: rounding is no trend. */
const fewestDigits = 4

/** @param precision digits behind the decimal point that are shown; null: not said */
export function drawTrend(
  times: readonly number[],
  values: readonly number[],
  limit: number | null,
  precision: number | null,
  width: number,
  height: number,
): Drawn {
  const end = times[times.length - 1]
  if (end === undefined || width <= 0 || height < leastHeight) return { path: '', bound: null }
  const bound = limit === null ? null : within(limit)
  const start = end - hour
  const slots = Math.max(2, Math.floor(width / step))
  const kept = new Map<number, number>()
  for (let i = 0; i < times.length; i++) {
    const slot = Math.round((((times[i] ?? end) - start) / hour) * (slots - 1))
    if (slot >= 0) kept.set(slot, within(values[i] ?? 0))
  }
  const levels = [...kept.values()]
  let low = Math.min(...levels)
  let high = Math.max(...levels)
  const least = precision === null ? 0 : fewestDigits * 10 ** -precision
  const range = Math.max(high - low, least) || Math.abs(high) * 0.02 || 1
  const near = bound !== null && bound > low - 1.5 * range && bound < high + 1.5 * range
  if (near) {
    low = Math.min(low, bound)
    high = Math.max(high, bound)
  }
  if (high - low < range) {
    const middle = (low + high) / 2
    low = middle - range / 2
    high = middle + range / 2
  }
  // half a stroke of air, so that the extremes are not cut
  const pad = 2
  const y = (value: number): number =>
    Math.round((pad + (1 - (value - low) / (high - low)) * (height - 2 * pad)) * 10) / 10
  const path = [...kept]
    .map(
      ([slot, value], i) => `${i === 0 ? 'M' : 'L'}${Math.round((slot / (slots - 1)) * width)} ${y(value)}`,
    )
    .join('')
  return { path, bound: near ? y(bound) : null }
}
