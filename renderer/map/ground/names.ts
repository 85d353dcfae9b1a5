import type { Map as MapLibre } from 'maplibre-gl'
import type { Obstacle } from '../callouts.ts'
import { nameLayers } from './style.ts'

/**
 * Where the ground's names stand, for callouts to keep clear of; the first kind are those that people steer by.
 *
 * @param size px of the names
 */
export function namesOn(
  map: Pick<MapLibre, 'getLayer' | 'queryRenderedFeatures' | 'project'>,
  size: number,
): Obstacle[] {
  const layers = [...nameLayers, 'venue-names'].filter((id) => map.getLayer(id) !== undefined)
  return map.queryRenderedFeatures({ layers }).flatMap(({ geometry, properties, layer }) => {
    if (geometry.type !== 'Point') return []
    const [lon = 0, lat = 0] = geometry.coordinates
    const { x, y } = map.project([lon, lat])
    const name = String(properties['name'] ?? '')
    const width = name.length * size * (layer.id === 'arrondissements' || layer.id === 'towns' ? 0.8 : 0.56)
    const weight = layer.id === 'landmarks-first' ? Infinity : layer.id === 'arrondissements' ? 0.6 : 0.45
    const spread = layer.id.startsWith('landmarks') || layer.id === 'venue-names' ? width + size : width / 2
    return [{ x: x - spread, y: y - size * 0.8, width: spread * 2, height: size * 1.6, weight }]
  })
}
