import type { Map as MapLibre } from 'maplibre-gl'
import type { Area } from '../../../preload/contract/scene.ts'
import type { Box } from '../callouts.ts'
import type { Venue, Zone } from '../features.ts'
import { takeBasemap, type BasemapEvents, type BasemapOptions } from './basemap.ts'
import { createHiding } from './hiding.ts'
import { namesOn, type Name } from './names.ts'
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
  /** for the window's next map, without what was outlined on it */
  keep(): void
  /** it is of no use to the next either */
  dispose(): void
}

interface Given extends BasemapEvents {
  made: BasemapOptions
  /** null: wherever it is */
  area: Area | null
}

export function createGround(parent: HTMLElement, { made, area, ...events }: Given): Ground {
  const labels = made.basemap.labels ?? usualLabels
  const basemap = takeBasemap(parent, made, area)
  const { map, container } = basemap

  let zones: Zones | null = null
  let names: readonly Name[] = []
  const size = () => ({ width: container.clientWidth, height: container.clientHeight })
  const hiding = createHiding(map, size)
  basemap.listen({
    ...events,
    onLoad() {
      zones = addZones(map, labels)
      events.onLoad()
    },
    onRest() {
      names = namesOn(map, labels)
      events.onRest()
    },
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
    keep() {
      basemap.keep(() => {
        hiding.hide([], [])
        zones?.dispose()
      })
    },
    dispose: basemap.dispose,
  }
}
