/** Longitude, latitude in degrees, WGS 84. */
export type Position = readonly [lon: number, lat: number]
export type Place = { lon: number; lat: number; course: number }

const metresPerDegree = 111_195
const radians = Math.PI / 180

/** Flat around the point: right within a metre over the few kilometres that things move here. */
export const moved = ([lon, lat]: Position, east: number, north: number): Position => [
  lon + east / (metresPerDegree * Math.cos(lat * radians)),
  lat + north / metresPerDegree,
]

export const metresBetween = (a: Position, b: Position): number =>
  Math.hypot((b[0] - a[0]) * Math.cos(((a[1] + b[1]) / 2) * radians), b[1] - a[1]) * metresPerDegree

/** Degrees true, 0 to 360. */
export const courseBetween = (a: Position, b: Position): number =>
  (Math.atan2((b[0] - a[0]) * Math.cos(((a[1] + b[1]) / 2) * radians), b[1] - a[1]) / radians + 360) % 360

export type Path = {
  /** metres */
  length: number
  /** metres from the start to each point */
  marks: readonly number[]
  /** the place so many metres along, `right` metres to the right of the way */
  at(metres: number, right?: number): Place
}

export const createPath = (points: readonly Position[]): Path => {
  const marks: number[] = [0]
  for (let i = 1; i < points.length; i++)
    marks.push((marks[i - 1] ?? 0) + metresBetween(points[i - 1]!, points[i]!))
  const length = marks.at(-1) ?? 0
  return {
    length,
    marks,
    at(metres, right = 0) {
      const along = Math.min(Math.max(metres, 0), length)
      let low = 0
      let high = marks.length - 2
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if (marks[middle]! <= along) low = middle
        else high = middle - 1
      }
      const a = points[low]!
      const b = points[low + 1] ?? a
      const piece = (marks[low + 1] ?? 0) - marks[low]!
      const share = piece > 0 ? (along - marks[low]!) / piece : 0
      const course = courseBetween(a, b)
      const on: Position = [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share]
      const [lon, lat] =
        right === 0 ? on : moved(on, right * Math.cos(course * radians), -right * Math.sin(course * radians))
      return { lon, lat, course }
    },
  }
}

/** Linear between keyframes `[x, y]`, constant beyond the ends. */
export const along = (curve: readonly (readonly [number, number])[], x: number): number => {
  const first = curve[0]
  if (first === undefined) return 0
  if (x <= first[0]) return first[1]
  for (let i = 1; i < curve.length; i++) {
    const [x0, y0] = curve[i - 1]!
    const [x1, y1] = curve[i]!
    if (x <= x1) return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0)
  }
  return curve.at(-1)![1]
}

/** A ring of `corners` points around a centre, closed. */
export const circleAround = (centre: Position, radius: number, corners = 36): Position[] =>
  Array.from({ length: corners + 1 }, (_, i) => {
    const angle = ((i % corners) / corners) * 2 * Math.PI
    return moved(centre, radius * Math.sin(angle), radius * Math.cos(angle))
  })

/** Seven decimals would be centimetres; five are a metre. */
export const rounded = ([lon, lat]: Position): [number, number] => [
  Math.round(lon * 1e5) / 1e5,
  Math.round(lat * 1e5) / 1e5,
]
