/** RFC 3339 date-times, read where they lie: a `Date` of every event would cost more than all else of it. */
const COLON = 58
const SPACE = 32

const digit = (bytes: Uint8Array, at: number): number => {
  const value = bytes[at]! - 48
  return value >= 0 && value <= 9 ? value : Number.NaN
}
const two = (bytes: Uint8Array, at: number): number => digit(bytes, at) * 10 + digit(bytes, at + 1)

/** Days from 1970-01-01 in the proleptic Gregorian calendar. */
function days(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return (
    era * 146_097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    719_468
  )
}

const monthDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** @returns ms since 1970 UTC, NaN where it is none */
export function readTime(bytes: Uint8Array, from: number, to: number): number {
  if (to - from < 20 || to - from > 40) return Number.NaN
  const year = two(bytes, from) * 100 + two(bytes, from + 2)
  const month = two(bytes, from + 5)
  const day = two(bytes, from + 8)
  const hour = two(bytes, from + 11)
  const minute = two(bytes, from + 14)
  const second = two(bytes, from + 17)
  const t = bytes[from + 10]
  if (bytes[from + 4] !== 45 || bytes[from + 7] !== 45 || (t !== 84 && t !== 116 && t !== SPACE))
    return Number.NaN
  if (bytes[from + 13] !== COLON || bytes[from + 16] !== COLON) return Number.NaN
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= monthDays[month - 1]!)) return Number.NaN
  if (day === 29 && month === 2 && (year % 4 !== 0 || (year % 100 === 0 && year % 400 !== 0)))
    return Number.NaN
  // 60: a leap second
  if (!(hour <= 23 && minute <= 59 && second <= 60)) return Number.NaN
  let at = from + 19
  let fraction = 0
  if (bytes[at] === 46) {
    at++
    let unit = 100
    const start = at
    for (let value = digit(bytes, at); at < to && !Number.isNaN(value); value = digit(bytes, ++at)) {
      fraction += value * unit
      unit /= 10
    }
    if (at === start) return Number.NaN
  }
  const ms =
    days(year, month, day) * 86_400_000 +
    hour * 3_600_000 +
    minute * 60_000 +
    second * 1000 +
    Math.floor(fraction + 1e-6)
  const zone = bytes[at]
  if ((zone === 90 || zone === 122) && at + 1 === to) return ms
  if ((zone !== 43 && zone !== 45) || at + 6 !== to || bytes[at + 3] !== COLON) return Number.NaN
  const zoneHour = two(bytes, at + 1)
  const zoneMinute = two(bytes, at + 4)
  if (!(zoneHour <= 23 && zoneMinute <= 59)) return Number.NaN
  const offset = (zoneHour * 60 + zoneMinute) * 60_000
  return zone === 43 ? ms - offset : ms + offset
}
