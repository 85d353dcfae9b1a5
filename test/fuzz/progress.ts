/** How far a long run is. */

export interface Progress {
  tries: number
  /** … of so many; Infinity: it ends by time */
  of: number
  seconds: number
  ofSeconds: number
  found: number
}

const number = new Intl.NumberFormat('en')

const duration = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`

/** @returns how many of how many, how fast, how long it still takes */
export function progressInWords({ tries, of, seconds, ofSeconds, found }: Progress): string {
  const rate = seconds > 0 ? tries / seconds : 0
  const left = Math.min(
    rate > 0 ? Math.max(0, of - tries) / rate : Infinity,
    Math.max(0, ofSeconds - seconds),
  )
  return [
    `${number.format(tries)}${Number.isFinite(of) ? ` of ${number.format(of)}` : ''} tries`,
    `${found} found`,
    `${rate.toFixed(1)} a second`,
    ...(Number.isFinite(left) ? [`${duration(left)} left`] : []),
  ].join(', ')
}
