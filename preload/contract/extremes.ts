/**
 * The lowest and the highest point of each of equally long parts: over as many pixels as there are parts, a line through
 * them is the line through all.
 */
export interface Extremes {
  add(time: number, value: number): void
  /** oldest first, at most two of each part */
  take(): { times: Float64Array<ArrayBuffer>; values: Float64Array<ArrayBuffer> }
}

/** @param from ms since 1970, as `to`; points beyond them are left out */
export function createExtremes(from: number, to: number, parts: number): Extremes {
  const lowest = new Float64Array(parts).fill(Number.NaN)
  const highest = new Float64Array(parts).fill(Number.NaN)
  const lowestAt = new Float64Array(parts)
  const highestAt = new Float64Array(parts)
  const length = (to - from) / parts
  return {
    add(time, value) {
      if (!(time >= from && time <= to)) return
      const part = Math.min(parts - 1, Math.floor((time - from) / length)) || 0
      if (!(lowest[part]! <= value)) {
        lowest[part] = value
        lowestAt[part] = time
      }
      if (!(highest[part]! >= value)) {
        highest[part] = value
        highestAt[part] = time
      }
    },
    take() {
      const times: number[] = []
      const values: number[] = []
      const put = (time: number, value: number): void => {
        times.push(time)
        values.push(value)
      }
      for (let part = 0; part < parts; part++) {
        const low = lowest[part]!
        const high = highest[part]!
        if (Number.isNaN(low)) continue
        const [first, second] = [lowestAt[part]!, highestAt[part]!]
        if (first === second) put(first, low)
        else if (first < second) {
          put(first, low)
          put(second, high)
        } else {
          put(second, high)
          put(first, low)
        }
      }
      return { times: Float64Array.from(times), values: Float64Array.from(values) }
    },
  }
}
