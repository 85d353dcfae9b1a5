import { Map as MapLibre } from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
import type { Area } from '../../../preload/contract/scene.ts'
import { world } from '../extent.ts'
import { screenRatio } from '../sizes.ts'
import { HeldMap } from './held.ts'
import { createKept } from './kept.ts'
import type { BasemapSource } from './sources.ts'
import { basemapStyle } from './style.ts'
import { useWorker } from './worker.ts'

/** What a basemap is made with: one that is kept is taken where all of it is the same. */
export interface BasemapOptions {
  basemap: BasemapSource
  /** maplibre-gl-worker.mjs on the window's own origin */
  worker: string
  interactive: boolean
  software: boolean
  /** the page never waits for a frame */
  held: boolean
}

export interface BasemapEvents {
  /** it can be outlined from now on */
  onLoad: () => void
  onMove: () => void
  onMoved: () => void
  onRest: () => void
  onLost: () => void
}

/**
 * The ground before anything of the platform is on it. Its worker, tiles, names and shaders take a processor ten
 * seconds and more: so whoever is done with it keeps it for the window's next map, which is there a moment later with
 * the next scene.
 */
export interface Basemap {
  readonly map: MapLibre
  readonly container: HTMLElement
  /** tells whoever has it now; `onLoad` comes later, also where it was loaded before */
  listen(events: BasemapEvents): void
  /** @param strip takes away all that was put on it: the next must not see it */
  keep(strip: () => void): void
  dispose(): void
}

/** ms */
const keptFor = 10_000
/** a page has only so many graphics contexts */
const most = 3
/** of this window */
const kept = createKept<Basemap>(keptFor, most)

/** @param area what it shows first; null: a kept one stays where it is, until it is known where to look */
export function takeBasemap(parent: HTMLElement, options: BasemapOptions, area: Area | null): Basemap {
  const alike = JSON.stringify([options, screenRatio()])
  const one = kept.take(alike)
  if (one === null) return makeBasemap(parent, options, alike, area ?? world)
  parent.append(one.container)
  one.map.resize()
  if (area !== null) one.map.fitBounds(boundsOf(area), { animate: false })
  return one
}

const boundsOf = (area: Area): [number, number, number, number] => [area[0], area[1], area[2], area[3]]

/** Without a graphics context it throws, and is tried again and again: what it would be in must not stay. */
function madeIn<T>(container: HTMLElement, make: () => T): T {
  try {
    return make()
  } catch (error) {
    container.remove()
    throw error
  }
}

function makeBasemap(parent: HTMLElement, given: BasemapOptions, alike: string, area: Area): Basemap {
  const { basemap, worker, interactive, software, held } = given
  useWorker(worker)
  const container = document.createElement('div')
  parent.append(container)
  const options = {
    container,
    style: basemapStyle(basemap),
    bounds: boundsOf(area),
    fitBoundsOptions: { padding: 0 },
    interactive,
    // whoever has it tells it its size; one that is kept has none
    trackResize: false,
    attributionControl: false as const,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxPitch: 0,
    fadeDuration: 0,
    renderWorldCopies: false,
    maxZoom: 18,
    canvasContextAttributes: { antialias: !software, powerPreference: 'high-performance' as const },
    ...(screenRatio() === 1 ? { pixelRatio: 1 } : {}),
  }
  const map = madeIn(container, () => (held ? new HeldMap(options) : new MapLibre(options)))
  map.touchZoomRotate.disableRotation()

  let events: BasemapEvents | null = null
  let loaded = false
  let lost = false
  map.on('webglcontextlost', () => {
    lost = true
    kept.forget(made)
    events?.onLost()
  })
  map.on('error', ({ error }) => reportError(error))
  map.once('load', () => {
    loaded = true
    events?.onLoad()
  })
  map.on('moveend', () => events?.onMoved())
  map.on('idle', () => events?.onRest())
  map.on('move', () => events?.onMove())

  const made: Basemap = {
    map,
    container,
    listen(next) {
      events = next
      if (!loaded) return
      queueMicrotask(() => {
        if (events !== next) return
        next.onLoad()
        // at rest it says so again
        map.triggerRepaint()
      })
    },
    keep(strip) {
      events = null
      if (lost) return made.dispose()
      try {
        map.stop()
        strip()
        // the picture that it is kept with has nothing on it any more
        if (map instanceof HeldMap) map.wipe()
        else map.redraw()
      } catch (error) {
        // nobody knows what is on it still
        made.dispose()
        reportError(error)
        return
      }
      container.remove()
      kept.keep(alike, made)
    },
    dispose() {
      events = null
      container.remove()
      map.remove()
    },
  }
  return made
}
