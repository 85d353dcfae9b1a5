/** What a window has of a series: what it was told as it came, and what it asked for of the log. */
import { firstAt, type Points } from './pixels.ts'

/** An answer of the engine: the lowest and highest point of each part of a window of time. Times in ms since 1970. */
export interface Course {
  times: ArrayLike<number>
  values: ArrayLike<number>
  from: number
  to: number
  /** what the platform had before is still coming in */
  filling: boolean
}

/**
 * Where the log was read, it is exact; before that and after it stands what was told. While it is filling, nobody knows
 * what is missing between what was told of long ago and what was read: the line begins with the latter.
 */
export function joined(told: Points | undefined, course: Course | undefined): Points {
  if (course === undefined || course.times.length === 0) return told ?? { times: [], values: [] }
  if (told === undefined) return course
  const before = course.filling ? 0 : firstAt(told, course.from)
  const toldCount = told.count ?? told.times.length
  const after = Math.max(before, firstAt(told, course.times[course.times.length - 1]! + 1e-6))
  const length = before + course.times.length + toldCount - after
  const times = new Float64Array(length)
  const values = new Float64Array(length)
  let to = 0
  const copy = ({ times: t, values: v }: Points, from: number, end: number): void => {
    for (let i = from; i < end; i++) {
      times[to] = t[i]!
      values[to++] = v[i]!
    }
  }
  copy(told, 0, before)
  copy(course, 0, course.times.length)
  copy(told, after, toldCount)
  return { times, values }
}

/**
 * Since when the newest point is as it is: the first of the run at the end of which it stands.
 * @returns its time, ms since 1970; null: there is none, or it was so as far as is known
 */
export function sinceWhen({ times, values, count = times.length }: Points, isSo: (value: number) => boolean) {
  let at = count - 1
  if (at < 0 || !isSo(values[at]!)) return null
  while (at > 0 && isSo(values[at - 1]!)) at--
  return at === 0 ? null : times[at]!
}
