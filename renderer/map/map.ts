import { MapLibreOverlay } from '@deck.gl/maplibre'
import type { Map as MapLibre } from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
import type { CatalogEntry } from '../../preload/contract/picture.ts'
import type { ColumnsMessage } from '../../preload/contract/port.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import { createAnnotations, type Annotations } from './annotations.ts'
import { basemapStyle, nameLayers, type BasemapSource } from './basemap.ts'
import type { Box, Obstacle } from './callouts.ts'
import type { Features } from './features.ts'
import { inView, type Mark } from './marks.ts'
import { createGround } from './ground.ts'
import './map.css'
import { stillFits, withNear, world } from './extent.ts'
import { createPace, type Pace } from './pace.ts'
import { createReadback, type Readback } from './readback.ts'
import { softwareHere, whenDrawn } from './software.ts'
import { createSymbols, wallScale } from './symbols.ts'
import type { Area } from '../../preload/contract/scene.ts'
import { createTracks } from './tracks.ts'
import { useWorker } from './worker.ts'
import { addZones, type Zones } from './zones.ts'

export interface MapOptions {
  basemap: BasemapSource
  /** maplibre-gl-worker.mjs on the window's own origin */
  worker: string
  /** what must be in view; null: wherever things are */
  area: Area | null
  /** false on a wall: it has no pointer, and nothing moves its camera but its scene */
  interactive: boolean
  language: string
  /** the line that names the ground's sources */
  credits: string
  /** an age for people, "4 min" */
  age: (ms: number) => string
  /** how large symbols are: 1 at a desk, 1.6 on a wall */
  scale?: number
  now?: () => number
  /** the frame with what is new was told to the graphics card */
  onFrame?: () => void
  /** … and the card is through with it */
  onDrawn?: () => void
  onPick?: (picked: { product: ProductName; row: number }) => void
  /** the ring or the callout of an incident was clicked ("product entity") */
  onChoose?: (key: string) => void
  /** the graphics context went, or came back */
  onBroken?: (broken: boolean) => void
}

export interface MapState {
  /** rows that are shown */
  rows: number
  /** frames drawn since the start */
  drawn: number
  /** ms from a frame's start until the graphics card is through with it; null before the first */
  cost: number | null
  /** ms of this thread that the last frame took: its messages, the copying and the drawing */
  spent: number
  /** ms between frames at the most frequent */
  interval: number
  software: boolean
  /** symbols that no rule knows, drawn as dots */
  unknownSymbols: number
  /** the graphics context was lost so many times */
  lost: number
}

export interface SituationMap {
  /** titles, kinds, symbology and freshness of the products */
  describe(catalog: readonly CatalogEntry[]): void
  /** writes a columns message into the mirror and draws it when its time has come */
  apply(message: ColumnsMessage): void
  /** forgets products that are not among these */
  keep(products: ReadonlySet<ProductName>): void
  setFeatures(features: Features): void
  /** null: wherever things are, from now on */
  fit(area: Area | null): void
  /**
   * What people look for. The one that is sought is brought into view: on a wall whenever it is not, and back to the
   * scene's area when none is; where people move the map themselves, once.
   *
   * @param sought its key; there may be no mark of it yet
   */
  mark(marks: readonly Mark[], sought: string | null): void
  setLanguage(language: string, credits: string): void
  readonly state: MapState
  dispose(): void
}

/** px: a finger is no needle, and some symbols are rings */
const pickWithin = 6
/** rem: what people look for is seen with its ring */
const seenWithin = 5
/** Ageing, room for symbols, and the minutes in the callouts. */
const tickEvery = 2000
const agesEvery = 10_000
/** ms in which zones and venues gather before a processor draws the ground anew */
const groundRest = 1500
const followRest = 400

/**
 * The map: MapLibre for the ground, deck.gl above it for what moves, elements for the few things that are named.
 * It draws when something changed and never otherwise; what it holds outlives a lost graphics context.
 */
export function createMap(element: HTMLElement, options: MapOptions): SituationMap {
  const now = options.now ?? Date.now
  const symbols = createSymbols({ scale: options.scale ?? wallScale })
  const tracks = createTracks({ symbols, now })
  const root = document.createElement('div')
  root.className = 'vigie-map'
  element.append(root)

  let area = options.area ?? world
  let follows = options.area === null
  let language = options.language
  let credits = options.credits
  let features: Features = { incidents: [], zones: [], venues: [] }
  let marks: readonly Mark[] = []
  let sought: string | null = null
  /** what is sought was brought into view */
  let reached = false
  /** the camera left the area for it */
  let away = false
  let drawn = 0
  let spent = 0
  let spending = 0
  let lost = 0
  let disposed = false
  let ground: Ground | null = null
  let pace: Pace = createPace(true)
  const software = softwareHere()
  // frames of one that people drag come at the hand's pace: they would queue
  const held = software && !options.interactive
  let frame: ReturnType<typeof setTimeout> | null = null

  /** All that a graphics context carries: thrown away and made again when it is lost. */
  interface Ground {
    map: MapLibre
    overlay: MapLibreOverlay
    annotations: Annotations
    zones: Zones | null
    names: Obstacle[]
    dispose(): void
  }

  const annotationsHere = (): Annotations => createAnnotations(root, credits, options.onChoose ?? null)

  function mount(): Ground {
    useWorker(options.worker)
    const host = document.createElement('div')
    root.append(host)
    let moving: Readback | null = null
    const map = createGround(
      {
        container: host,
        style: basemapStyle(options.basemap),
        bounds: [area[0], area[1], area[2], area[3]],
        fitBoundsOptions: { padding: 0 },
        interactive: options.interactive,
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
      },
      held,
    )
    map.touchZoomRotate.disableRotation()
    const overlay = new MapLibreOverlay({
      interleaved: false,
      layers: [],
      pickingRadius: pickWithin,
      useDevicePixels: screenRatio(),
      deviceProps: { type: 'webgl', webgl: { antialias: !software } },
      onDeviceInitialized(device) {
        const { gl } = device as unknown as { gl: WebGL2RenderingContext }
        pace = createPace(software)
        tracks.bind(device)
        gl.canvas.addEventListener('webglcontextlost', () => broken(made))
        if (held) moving = createReadback(gl.canvas as HTMLCanvasElement, gl)
        soon()
      },
      onBeforeRender() {
        rendering = performance.now()
      },
      onAfterRender(context) {
        if (!waiting) {
          // deck.gl draws of itself when the camera moved
          moving?.take()
          return
        }
        waiting = false
        spent = spending + performance.now() - rendering
        spending = 0
        options.onFrame?.()
        const { gl } = context as unknown as { gl: WebGL2RenderingContext }
        const done = (): void => {
          pace.finished(performance.now())
          drawn++
          options.onDrawn?.()
          if (late || tracks.dirty) soon()
          late = false
        }
        if (moving === null) whenDrawn(gl, done)
        else moving.take(done)
      },
      onClick(picked) {
        const product = picked.layer === null ? null : tracks.productOf(picked.layer.id)
        if (product !== null && picked.index >= 0) options.onPick?.({ product, row: picked.index })
      },
      onError(error) {
        reportError(error)
      },
    })
    map.addControl(overlay)
    const made: Ground = {
      map,
      overlay,
      annotations: annotationsHere(),
      zones: null,
      names: [],
      dispose() {
        tracks.bind(null)
        made.annotations.dispose()
        map.remove()
        host.remove()
      },
    }
    map.on('webglcontextlost', () => broken(made))
    map.on('error', ({ error }) => reportError(error))
    map.once('load', () => {
      made.zones = addZones(map, options.basemap.labels ?? 20)
      made.zones.set(features.zones, features.venues)
    })
    map.on('moveend', () => {
      tracks.tick(viewOf(map))
      soon()
    })
    // names are placed when the map is at rest; callouts keep clear of where they are then
    map.on('idle', () => {
      made.names = namesOn(map, options.basemap.labels ?? 20)
      annotate()
    })
    map.on('move', annotate)
    return made
  }

  /** set between asking deck.gl for a frame and that frame */
  let waiting = false
  let rendering = 0
  /** a frame was wanted while the last was still being drawn */
  let late = false

  function soon(): void {
    if (frame !== null || disposed) return
    frame = setTimeout(draw, pace.wait(performance.now()))
  }

  function draw(): void {
    frame = null
    if (ground === null) return
    if (pace.busy) {
      late = true
      return
    }
    const start = performance.now()
    const something = tracks.dirty
    const layers = tracks.flush(options.onPick !== undefined)
    if (layers !== null) ground.overlay.setProps({ layers })
    spending += performance.now() - start
    if (!something && layers === null) return
    pace.started(start)
    waiting = true
  }

  let settling: ReturnType<typeof setTimeout> | null = null
  /** Zones and venues come product by product: where the processor draws, the ground waits for a few of them. */
  function settle(): void {
    settling = null
    ground?.zones?.set(features.zones, features.venues)
  }

  function annotate(): void {
    if (ground === null) return
    const { map } = ground
    const { clientWidth: width, clientHeight: height } = root
    if (width === 0 || height === 0) return
    const centre = map.getCenter()
    const metresPerPixel =
      (40_075_016.7 * Math.cos((centre.lat * Math.PI) / 180)) / (512 * 2 ** map.getZoom())
    ground.annotations.draw({
      incidents: features.incidents,
      project: (lon, lat) => map.project([lon, lat]),
      width,
      height,
      names: ground.names,
      crowd: (box) => tracks.countIn(boxArea(map, box), 200) / 200,
      age: options.age,
      now: now(),
      rem: rootSize() * scaleOfWords(options.scale),
      metresPerPixel,
      marks,
      language,
    })
  }

  /** Where the scene wants the camera, and then to what people look for. */
  function home(): void {
    ground?.map.fitBounds([...area], { animate: false })
    away = false
    reached = false
    follow()
  }

  function follow(): void {
    if (ground === null) return
    if (sought === null) {
      if (away && !options.interactive) ground.map.fitBounds([...area], { animate: false })
      away = false
      return
    }
    if (options.interactive && reached) return
    const mark = marks.find(({ key }) => key === sought)
    const box = { width: root.clientWidth, height: root.clientHeight }
    if (mark === undefined || box.width === 0 || box.height === 0) return
    reached = true
    const edge = seenWithin * rootSize() * scaleOfWords(options.scale)
    if (inView(ground.map.project([mark.lon, mark.lat]), box, edge)) return
    ground.map.jumpTo({ center: [mark.lon, mark.lat] })
    away = true
  }

  let following: ReturnType<typeof setTimeout> | null = null
  /** What comes first comes product by product: the view is chosen once a few of them are there. */
  function followSoon(): void {
    if (follows && !options.interactive) following ??= setTimeout(followThings, followRest)
  }
  function followThings(): void {
    following = null
    const things = follows ? tracks.extent() : null
    const wanted = things === null ? null : withNear(things, features.incidents)
    if (wanted === null || (area !== world && stillFits(area, wanted))) return
    area = wanted
    ground?.map.fitBounds([...area], { animate: false })
  }

  /** Each ground has two contexts, and taking it down loses them again: it breaks once. */
  function broken(gone: Ground): void {
    if (disposed || ground !== gone) return
    options.onBroken?.(true)
    ground = null
    mountAgain(gone)
  }

  /** A driver that just fell over needs a moment; one that keeps falling, a longer one. */
  function mountAgain(gone: Ground | null): void {
    lost++
    const wait = Math.min(30_000, 500 * 2 ** Math.min(lost, 6))
    setTimeout(() => {
      gone?.dispose()
      if (disposed) return
      try {
        ground = mount()
      } catch (error) {
        reportError(error)
        mountAgain(null)
        return
      }
      reached = false
      follow()
      options.onBroken?.(false)
    }, wait)
  }

  const ticking = setInterval(() => {
    if (ground === null) return
    tracks.tick(viewOf(ground.map))
    if (tracks.dirty) soon()
    followSoon()
  }, tickEvery)
  const ages = setInterval(annotate, agesEvery)
  const resized = new ResizeObserver(() => {
    ground?.map.resize()
    if (!options.interactive) home()
    annotate()
  })
  resized.observe(root)
  ground = mount()

  return {
    describe(catalog) {
      tracks.describe(catalog)
      if (tracks.dirty) soon()
    },
    apply(message) {
      const start = performance.now()
      tracks.apply(message)
      if (message.reset) followSoon()
      spending += performance.now() - start
      soon()
    },
    keep(products) {
      tracks.keep(products)
      soon()
    },
    setFeatures(next) {
      features = next
      settling ??= setTimeout(settle, software ? groundRest : 0)
      annotate()
    },
    fit(next) {
      follows = next === null
      if (next === null) return followSoon()
      area = next
      home()
    },
    mark(next, wanted) {
      marks = next
      if (wanted !== sought) reached = false
      sought = wanted
      follow()
      annotate()
    },
    setLanguage(next, line) {
      if (next === language && line === credits) return
      language = next
      credits = line
      if (ground === null) return
      ground.annotations.dispose()
      ground.annotations = annotationsHere()
      annotate()
    },
    get state() {
      return {
        rows: tracks.count,
        drawn,
        cost: pace.cost,
        spent,
        interval: pace.interval,
        software,
        unknownSymbols: symbols.unknown,
        lost,
      }
    },
    dispose() {
      disposed = true
      clearInterval(ticking)
      clearInterval(ages)
      if (frame !== null) clearTimeout(frame)
      if (settling !== null) clearTimeout(settling)
      if (following !== null) clearTimeout(following)
      resized.disconnect()
      ground?.dispose()
      ground = null
      root.remove()
    },
  }
}

/** px of 1 rem */
const rootSize = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 10

/** Words on the map are written for a wall, and shrink with its symbols for one who sits before it. */
export const scaleOfWords = (scale = wallScale): number => scale / wallScale

function screenRatio(): number {
  return Math.min(2, Math.max(1, devicePixelRatio))
}

function viewOf(map: MapLibre): Area {
  const bounds = map.getBounds()
  return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()]
}

function boxArea(map: MapLibre, { x, y, width, height }: Box): Area {
  const southWest = map.unproject([x, y + height])
  const northEast = map.unproject([x + width, y])
  return [southWest.lng, southWest.lat, northEast.lng, northEast.lat]
}

/** Where the ground's names stand; the first kind are those that people steer by. */
function namesOn(map: MapLibre, size: number): Obstacle[] {
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
