import { Map as MapLibre, type MapOptions } from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
import type { Area } from '../../../preload/contract/scene.ts'
import type { Box } from '../callouts.ts'
import type { Venue, Zone } from '../features.ts'
import { screenRatio } from '../sizes.ts'
import { HeldMap } from './held.ts'
import { createHiding } from './hiding.ts'
import { namesOn, type Name } from './names.ts'
import { usualLabels, type BasemapSource } from './sources.ts'
import { basemapStyle } from './style.ts'
import { useWorker } from './worker.ts'
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

interface Given {
  basemap: BasemapSource
  /** maplibre-gl-worker.mjs on the window's own origin */
  worker: string
  area: Area
  interactive: boolean
  software: boolean
  /** the page never waits for a frame */
  held: boolean
  /** it can be outlined from now on */
  onLoad: () => void
  onMove: () => void
  onMoved: () => void
  onRest: () => void
  onLost: () => void
}

/** Without a graphics context it throws, and is tried again and again: what it would be in must not stay. */
function madeIn<T>(container: HTMLElement, make: () => T): T {
  try {
    return make()
  } catch (error) {
    container.remove()
    throw error
  }
}

export function createGround(parent: HTMLElement, given: Given): Ground {
  const { basemap, worker, area, interactive, software, held } = given
  const { onLoad, onMove, onMoved, onRest, onLost } = given
  const labels = basemap.labels ?? usualLabels
  useWorker(worker)
  const container = document.createElement('div')
  parent.append(container)
  const options: MapOptions = {
    container,
    style: basemapStyle(basemap),
    bounds: [area[0], area[1], area[2], area[3]],
    fitBoundsOptions: { padding: 0 },
    interactive,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxPitch: 0,
    fadeDuration: 0,
    renderWorldCopies: false,
    maxZoom: 18,
    canvasContextAttributes: { antialias: !software, powerPreference: 'high-performance' },
    ...(screenRatio() === 1 ? { pixelRatio: 1 } : {}),
  }
  const map = madeIn(container, () => (held ? new HeldMap(options) : new MapLibre(options)))
  map.touchZoomRotate.disableRotation()

  let zones: Zones | null = null
  let names: readonly Name[] = []
  const size = () => ({ width: container.clientWidth, height: container.clientHeight })
  const hiding = createHiding(map, size)
  map.on('webglcontextlost', onLost)
  map.on('error', ({ error }) => reportError(error))
  map.once('load', () => {
    zones = addZones(map, labels)
    onLoad()
  })
  map.on('moveend', onMoved)
  map.on('idle', () => {
    names = namesOn(map, labels)
    onRest()
  })
  map.on('move', onMove)

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
      map.remove()
      container.remove()
    },
  }
}
