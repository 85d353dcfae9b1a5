import { Map as MapLibre } from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
import type { Area } from '../../../preload/contract/scene.ts'
import { screenRatio } from '../sizes.ts'
import { HeldMap } from './held.ts'
import type { BasemapSource } from './sources.ts'
import { basemapStyle } from './style.ts'
import { useWorker } from './worker.ts'

/** What a ground is made with: one that another map leaves is taken where all of it is the same. */
export interface Kind {
  basemap: BasemapSource
  /** maplibre-gl-worker.mjs on the window's own origin */
  worker: string
  interactive: boolean
  software: boolean
  /** the page never waits for a frame */
  held: boolean
}

interface Hears {
  onLoad: () => void
  onMove: () => void
  onMoved: () => void
  onRest: () => void
  onLost: () => void
}

/**
 * The ground before anything of the platform is on it. Its worker, tiles, names and shaders take a processor ten
 * seconds and more: so who leaves it leaves it to the window's next map, which is there a moment later with the next
 * scene.
 */
export interface Plain {
  readonly map: MapLibre
  readonly container: HTMLElement
  /** to whoever has it now; `onLoad` comes later, also where it was loaded before */
  hears(hears: Hears): void
  /** @param bare takes away all that was put on it: the next must not see it */
  leave(bare: () => void): void
}

/** ms that one waits for another map */
const leftFor = 10_000
const nobody: Hears = { onLoad() {}, onMove() {}, onMoved() {}, onRest() {}, onLost() {} }

/** by what they are made with */
const left = new Map<string, (parent: HTMLElement, area: Area) => Plain>()

/** @param area what it shows first */
export function takePlain(parent: HTMLElement, kind: Kind, area: Area): Plain {
  const alike = JSON.stringify(kind)
  return left.get(alike)?.(parent, area) ?? makePlain(parent, kind, alike, area)
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

function makePlain(parent: HTMLElement, kind: Kind, alike: string, area: Area): Plain {
  const { basemap, worker, interactive, software, held } = kind
  useWorker(worker)
  const container = document.createElement('div')
  parent.append(container)
  const options = {
    container,
    style: basemapStyle(basemap),
    bounds: [area[0], area[1], area[2], area[3]] as [number, number, number, number],
    fitBoundsOptions: { padding: 0 },
    interactive,
    // whoever has it knows its size; one that waits has none
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

  let hears = nobody
  let loaded = false
  let lost = false
  map.on('webglcontextlost', () => {
    lost = true
    hears.onLost()
  })
  map.on('error', ({ error }) => reportError(error))
  map.once('load', () => {
    loaded = true
    hears.onLoad()
  })
  map.on('moveend', () => hears.onMoved())
  map.on('idle', () => hears.onRest())
  map.on('move', () => hears.onMove())

  function remove(): void {
    map.remove()
    container.remove()
  }

  const plain: Plain = {
    map,
    container,
    hears(next) {
      hears = next
      if (!loaded) return
      queueMicrotask(() => {
        if (hears !== next) return
        next.onLoad()
        // at rest it says so again
        map.triggerRepaint()
      })
    },
    leave(bare) {
      hears = nobody
      if (lost || left.has(alike)) return remove()
      bare()
      if (map instanceof HeldMap) map.wipe()
      // the picture that it waits with has nothing on it any more
      map.redraw()
      container.remove()
      const gone = setTimeout(() => {
        left.delete(alike)
        remove()
      }, leftFor)
      hears = {
        ...nobody,
        onLost: () => {
          clearTimeout(gone)
          left.delete(alike)
          remove()
        },
      }
      left.set(alike, (another, shows) => {
        clearTimeout(gone)
        left.delete(alike)
        hears = nobody
        another.append(container)
        map.resize()
        map.fitBounds([shows[0], shows[1], shows[2], shows[3]], { animate: false })
        return plain
      })
    },
  }
  return plain
}
