import { Map as MapLibre } from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
import type { Area } from '../../../preload/contract/scene.ts'
import { screenRatio } from '../sizes.ts'
import { HeldMap } from './held.ts'
import { createLeft } from './left.ts'
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
interface Made extends Plain {
  dispose(): void
}

/** ms that one waits for another map */
const waits = 10_000
const nobody: Hears = { onLoad() {}, onMove() {}, onMoved() {}, onRest() {}, onLost() {} }

const left = createLeft<Made>(waits)

/** @param area what it shows first */
export function takePlain(parent: HTMLElement, kind: Kind, area: Area): Plain {
  const alike = JSON.stringify(kind)
  const one = left.take(alike)
  if (one === null) return makePlain(parent, kind, alike, area)
  parent.append(one.container)
  one.map.resize()
  one.map.fitBounds(boundsOf(area), { animate: false })
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

function makePlain(parent: HTMLElement, kind: Kind, alike: string, area: Area): Made {
  const { basemap, worker, interactive, software, held } = kind
  useWorker(worker)
  const container = document.createElement('div')
  parent.append(container)
  const options = {
    container,
    style: basemapStyle(basemap),
    bounds: boundsOf(area),
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
    left.forget(made)
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

  const made: Made = {
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
      if (lost) return made.dispose()
      bare()
      if (map instanceof HeldMap) map.wipe()
      // the picture that it waits with has nothing on it any more
      map.redraw()
      container.remove()
      left.leave(alike, made)
    },
    dispose() {
      map.remove()
      container.remove()
    },
  }
  return made
}
