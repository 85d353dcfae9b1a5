/** Which sequences of a stream are settled: sorted, disjoint, inclusive ranges. */
export interface Range {
  first: number
  last: number
}

/** Adds a range in place, joining what it touches. Nearly always it goes to the end. */
export function addRange(ranges: Range[], first: number, last: number): void {
  let at = ranges.length
  while (at > 0 && ranges[at - 1]!.first > first) at--
  const before = ranges[at - 1]
  if (before && before.last >= first - 1) {
    at--
    before.last = Math.max(before.last, last)
  } else ranges.splice(at, 0, { first, last })
  const joined = ranges[at]!
  while (ranges[at + 1] && ranges[at + 1]!.first <= joined.last + 1) {
    joined.last = Math.max(joined.last, ranges[at + 1]!.last)
    ranges.splice(at + 1, 1)
  }
}

/** @returns what of `first`…`last` is in none of the ranges, oldest first */
export function holes(ranges: readonly Range[], first: number, last: number): Range[] {
  const found: Range[] = []
  let from = first
  for (const range of ranges) {
    if (range.last < from) continue
    if (range.first > last) break
    if (range.first > from) found.push({ first: from, last: range.first - 1 })
    from = range.last + 1
  }
  if (from <= last) found.push({ first: from, last })
  return found
}

export const holds = (ranges: readonly Range[], sequence: number): boolean => {
  let low = 0
  let high = ranges.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const range = ranges[middle]!
    if (sequence < range.first) high = middle - 1
    else if (sequence > range.last) low = middle + 1
    else return true
  }
  return false
}
