import type { Map as MapLibre } from 'maplibre-gl'
import type { Area } from '../../../preload/contract/scene.ts'
import type { Box } from '../callouts.ts'
import type { Venue, Zone } from '../features.ts'
import { createHiding } from './hiding.ts'
import { namesOn, type Name } from './names.ts'
import { takePlain, type Kind } from './plain.ts'
import { usualLabels } from './sources.ts'
import { addZones, type Zones } from './zones.ts'

/** What lies still: land, water, names, and what the platform outlines on it. North is up, and it is flat. */
export interface Ground {
  readonly map: MapLibre
  /** where its names stand, since it last was at rest */
  readonly names: readonly Name[]
  /** names that these would cut are not drawn; while it moves this does nothing */
  clear(covers: readonly Box[]): void
  /** before it is loaded this does nothing */
  outline(zones: readonly Zone[], venues: readonly Venue[]): void
  dispose(): void
}

interface Given extends Kind {
  area: Area
  /** it can be outlined from now on */
  onLoad: () => void
  onMove: () => void
  onMoved: () => void
  onRest: () => void
  onLost: () => void
}

export function createGround(parent: HTMLElement, given: Given): Ground {
  const { basemap, worker, interactive, software, held } = given
  const { area, onLoad, onMove, onMoved, onRest, onLost } = given
  const labels = basemap.labels ?? usualLabels
  const plain = takePlain(parent, { basemap, worker, interactive, software, held }, area)
  const { map, container } = plain

  let zones: Zones | null = null
  let names: readonly Name[] = []
  const size = () => ({ width: container.clientWidth, height: container.clientHeight })
  const hiding = createHiding(map, size)
  plain.hears({
    onLoad() {
      zones = addZones(map, labels)
      onLoad()
    },
    onMove,
    onMoved,
    onRest() {
      names = namesOn(map, labels)
      onRest()
    },
    onLost,
  })

  return {
    map,
    get names() {
      return names
    },
    clear(covers) {
      if (!map.isMoving()) hiding.hide(names, covers)
    },
    outline(outlined, venues) {
      zones?.set(outlined, venues)
    },
    dispose() {
      plain.leave(() => {
        hiding.hide([], [])
        zones?.remove()
      })
    },
  }
}
