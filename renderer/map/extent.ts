import type { Area } from '../../preload/contract/scene.ts'

/** Of what is there, so much at each edge may be far away from the rest and does not widen the view. */
const apart = 0.05
/** what lies at the edge is seen whole, with its callout */
const around = 0.15
/** … and so much of the whole is left beyond an incident */
const edge = 0.08
/** degrees: one entity alone is seen with what is around it */
const least = 0.02
/** Where nothing has a place. */
export const world: Area = [-170, -60, 170, 75]

function between(sorted: Float64Array): [number, number] {
  const cut = Math.floor(sorted.length * apart)
  const low = sorted[cut] ?? 0
  const high = sorted[sorted.length - 1 - cut] ?? low
  const more = Math.max((high - low) * around, (least - (high - low)) / 2)
  return [low - more, high + more]
}

/** The area in which entities are; null where nothing has a place. */
export const extentOf = (places: readonly { lon: number; lat: number }[]): Area | null =>
  extentOfColumns(
    Float64Array.from(places, ({ lon }) => lon),
    Float64Array.from(places, ({ lat }) => lat),
  )

/** The same of columns, which it sorts. */
export function extentOfColumns(lon: Float64Array, lat: Float64Array): Area | null {
  if (lon.length === 0) return null
  const [west, east] = between(lon.sort())
  const [south, north] = between(lat.sort())
  return [Math.max(-180, west), Math.max(-85, south), Math.min(180, east), Math.min(85, north)]
}

/** Of a view's width or height, so much at least is filled; a wall does not move for less. */
const filled = 0.4

/**
 * A wall's map that shows wherever entities are moves seldom: when some are beyond its edge by more than the air around
 * them, or when they came together so far that they are lost in it.
 */
export function stillFits(shown: Area, wanted: Area): boolean {
  const air = (low: number, high: number): number => (high - low) * (around / (1 + 2 * around))
  const x = air(wanted[0], wanted[2])
  const y = air(wanted[1], wanted[3])
  const inside =
    wanted[0] + x >= shown[0] &&
    wanted[2] - x <= shown[2] &&
    wanted[1] + y >= shown[1] &&
    wanted[3] - y <= shown[3]
  const share = Math.max(
    (wanted[2] - wanted[0]) / (shown[2] - shown[0]),
    (wanted[3] - wanted[1]) / (shown[3] - shown[1]),
  )
  return inside && share >= filled
}

/** The area with what lies near it: an incident at the edge of the entities is seen, one with a wrong place is not followed. */
export function withNear(area: Area, places: readonly { lon: number; lat: number }[]): Area {
  const [west, south, east, north] = area
  const [width, height] = [east - west, north - south]
  const near = places.filter(
    ({ lon, lat }) =>
      lon > west - width && lon < east + width && lat > south - height && lat < north + height,
  )
  const air = { x: width * edge, y: height * edge }
  return [
    Math.min(west, ...near.map(({ lon }) => lon - air.x)),
    Math.min(south, ...near.map(({ lat }) => lat - air.y)),
    Math.max(east, ...near.map(({ lon }) => lon + air.x)),
    Math.max(north, ...near.map(({ lat }) => lat + air.y)),
  ]
}
