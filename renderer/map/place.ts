import type { Geometry } from '../../preload/contract/event.ts'

/** Degrees, WGS 84. */
export interface Place {
  lon: number
  lat: number
}

type Position = readonly [number, number, ...number[]]

function positionsOf(geometry: Geometry): readonly Position[] {
  switch (geometry.type) {
    case 'Point':
      return [geometry.coordinates]
    case 'LineString':
    case 'MultiPoint':
      return geometry.coordinates
    case 'MultiLineString':
      return geometry.coordinates.flat()
    case 'Polygon':
      return geometry.coordinates[0] ?? []
    case 'MultiPolygon':
      return geometry.coordinates.flatMap((rings) => rings[0] ?? [])
  }
}

/** One place to name for an entity that may be an area: the middle of its extent. */
export function placeOf(geometry: Geometry): Place | null {
  const positions = positionsOf(geometry)
  if (positions.length === 0) return null
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [lon, lat] of positions) {
    west = Math.min(west, lon)
    east = Math.max(east, lon)
    south = Math.min(south, lat)
    north = Math.max(north, lat)
  }
  return { lon: (west + east) / 2, lat: (south + north) / 2 }
}
