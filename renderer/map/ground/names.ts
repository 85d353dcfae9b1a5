import type { Map as MapLibre } from 'maplibre-gl'
import { boxesMeet, type Box, type Obstacle } from '../callouts.ts'
import { nameLayers } from './style.ts'

/** A name on the ground, as what callouts keep clear of. */
export interface Name extends Obstacle {
  /** of a name that stands at its place's middle: where it is, and whose it is; it can be hidden */
  own: { box: Box; source: string; id: number } | null
}

/** em that the style lets these names be wide, before they take another line */
const widest: { [layer: string]: number } = { towns: 12, arrondissements: 10 }

/**
 * Where the ground's names stand; the first kind are those that people steer by.
 *
 * @param size px of the names
 */
export function namesOn(
  map: Pick<MapLibre, 'getLayer' | 'queryRenderedFeatures' | 'project'>,
  size: number,
): Name[] {
  const layers = [...nameLayers, 'venue-names'].filter((id) => map.getLayer(id) !== undefined)
  return map.queryRenderedFeatures({ layers }).flatMap(({ geometry, properties, layer, source, id }) => {
    if (geometry.type !== 'Point') return []
    const [lon = 0, lat = 0] = geometry.coordinates
    const at = map.project([lon, lat])
    const name = String(properties['name'] ?? '')
    const width = name.length * size * (layer.id in widest ? 0.8 : 0.56)
    const weight = layer.id === 'landmarks-first' ? Infinity : layer.id === 'arrondissements' ? 0.6 : 0.45
    const spread = layer.id.startsWith('landmarks') || layer.id === 'venue-names' ? width + size : width / 2
    const most = widest[layer.id]
    return [
      {
        ...{ x: at.x - spread, y: at.y - size * 0.8, width: spread * 2, height: size * 1.6, weight },
        own:
          most === undefined || typeof id !== 'number'
            ? null
            : { box: boxOf(name, at, size, most), source, id },
      },
    ]
  })
}

/** em of a capital with its spacing, in Inter */
function emOf(letter: string): number {
  if (letter === ' ') return 0.42
  if (letter === 'I' || letter === '1' || letter === '-' || letter === '’') return 0.5
  return letter === 'M' || letter === 'W' ? 1 : 0.78
}

function boxOf(name: string, { x, y }: { x: number; y: number }, size: number, most: number): Box {
  let em = 0
  for (const letter of name.toUpperCase()) em += emOf(letter)
  const lines = Math.ceil(em / most)
  // lines are not equally long
  const width = (lines === 1 ? em : (em / lines) * 1.2) * size
  const height = lines * 1.2 * size
  return { x: x - width / 2, y: y - height / 2, width, height }
}

/** A name is whole, or it is not there: of a part of it nobody learns a place, and it looks like a fault. */
export const isWhole = (box: Box, map: { width: number; height: number }, covers: readonly Box[]): boolean =>
  box.x >= 0 &&
  box.y >= 0 &&
  box.x + box.width <= map.width &&
  box.y + box.height <= map.height &&
  !covers.some((cover) => boxesMeet(box, cover))
