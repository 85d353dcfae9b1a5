import type { Map as MapLibre } from 'maplibre-gl'
import type { Area } from '../../preload/contract/scene.ts'
import type { Box } from './callouts.ts'

const equator = 40_075_016.7
/** px of the whole world at zoom 0 */
const tile = 512

/** What the map shows. */
export function viewOf(map: Pick<MapLibre, 'getBounds'>): Area {
  const bounds = map.getBounds()
  return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()]
}

/** What lies under a box of its pixels. */
export function areaUnder(map: Pick<MapLibre, 'unproject'>, { x, y, width, height }: Box): Area {
  const southWest = map.unproject([x, y + height])
  const northEast = map.unproject([x + width, y])
  return [southWest.lng, southWest.lat, northEast.lng, northEast.lat]
}

/** In the middle of the map: it is Mercator's. */
export const metresPerPixel = (map: Pick<MapLibre, 'getCenter' | 'getZoom'>): number =>
  (equator * Math.cos((map.getCenter().lat * Math.PI) / 180)) / (tile * 2 ** map.getZoom())
