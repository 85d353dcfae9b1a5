import type { CatalogEntry } from '../../preload/contract/picture.ts'
import type { ColumnsMessage } from '../../preload/contract/port.ts'
import { durationMs, type ProductName } from '../../preload/contract/product.ts'
import type { Area } from '../../preload/contract/scene.ts'
import { createAnnotations, type Annotations } from './annotations.ts'
import { createCamera } from './camera.ts'
import type { Features } from './features.ts'
import { createFrames, type Costs } from './frames.ts'
import { createGround, type Ground } from './ground/ground.ts'
import type { BasemapSource } from './ground/sources.ts'
import './map.css'
import type { Mark } from './marks.ts'
import { createOverlay, type Overlay } from './overlay.ts'
import { createRecovery } from './recovery.ts'
import { unitOf } from './sizes.ts'
import { softwareHere } from './software.ts'
import { createSymbols, wallScale } from './symbols.ts'
import { createTracks } from './tracks.ts'
import { areaUnder, metresPerPixel, viewOf } from './view.ts'

export interface MapOptions {
  basemap: BasemapSource
  /** maplibre-gl-worker.mjs on the window's own origin */
  worker: string
  /** what must be in view; null: wherever entities are */
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

export interface MapState extends Costs {
  /** rows that are shown */
  rows: number
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
  /** null: wherever entities are, from now on */
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

/** rem: what people look for is seen with its ring */
const seenWithin = 5
/** Ageing, room for symbols, and the minutes in the callouts. */
const tickEvery = 2000
const agesEvery = 10_000
/** So many entities under a callout are as bad as more. */
const crowded = 200
/** ms in which zones and venues gather before a processor draws the ground anew */
const groundRest = 1500

/** All that graphics contexts carry: made again when one is lost, on the same ground if that has its own still. */
interface Drawing {
  ground: Ground
  overlay: Overlay
  annotations: Annotations
  dispose(): void
}

/**
 * The map: MapLibre for the ground, deck.gl above it for what moves, elements for what has words.
 * It draws when something changed and never otherwise; what it holds outlives a lost graphics context.
 */
export function createMap(element: HTMLElement, options: MapOptions): SituationMap {
  const now = options.now ?? Date.now
  const { interactive, basemap, worker, onPick } = options
  const root = document.createElement('div')
  root.className = 'vigie-map'
  element.append(root)
  const software = softwareHere()
  // frames of one that people drag come at the hand's pace: they would queue
  const held = software && !interactive
  const unit = (): number => unitOf(options.scale)
  const size = () => ({ width: root.clientWidth, height: root.clientHeight })

  let language = options.language
  let credits = options.credits
  let features: Features = { incidents: [], zones: [], venues: [] }
  let marks: readonly Mark[] = []
  let promises: ReadonlyMap<ProductName, number> = new Map()

  const symbols = createSymbols({ scale: options.scale ?? wallScale })
  const tracks = createTracks({ symbols, now })
  const camera = createCamera({
    area: options.area,
    interactive,
    ground: () => drawing.now?.ground.map ?? null,
    size,
    edge: () => seenWithin * unit(),
    entities: tracks.extent,
    incidents: () => features.incidents,
  })
  const frames = createFrames({
    software,
    update,
    dirty: () => tracks.dirty,
    onFrame: options.onFrame,
    onDrawn: options.onDrawn,
  })
  const drawing = createRecovery<Drawing>({
    make: draw,
    onLost: () => options.onBroken?.(true),
    onBack() {
      camera.restart()
      options.onBroken?.(false)
    },
  })

  function draw(onLost: () => void): Drawing {
    const ground = createGround(root, {
      made: { basemap, worker, interactive, software, held },
      ...{ area: camera.area, onLost },
      onLoad: () => ground.outline(features.zones, features.venues),
      onMove: annotate,
      onMoved() {
        tracks.tick(viewOf(ground.map))
        frames.soon()
      },
      // names are placed when the ground is at rest; callouts keep clear of where they are then
      onRest: annotate,
    })
    try {
      return drawOn(ground, onLost)
    } catch (error) {
      // it is tried again, and a browser has only so many graphics contexts
      ground.dispose()
      throw error
    }
  }

  function drawOn(ground: Ground, onLost: () => void): Drawing {
    const overlay = createOverlay(ground.map, { tracks, frames, software, held, onPick, onLost })
    const made: Drawing = {
      ground,
      overlay,
      annotations: annotationsHere(),
      dispose() {
        tracks.bind(null)
        made.annotations.dispose()
        overlay.dispose()
        ground.keep()
      },
    }
    return made
  }

  /** @returns false: nothing changed */
  function update(): boolean {
    if (drawing.now === null) return false
    const something = tracks.dirty
    const layers = tracks.flush(onPick !== undefined)
    if (layers !== null) drawing.now.overlay.show(layers)
    return something || layers !== null
  }

  const annotationsHere = (): Annotations => createAnnotations(root, credits, options.onChoose ?? null)

  function annotate(): void {
    if (drawing.now === null) return
    const { ground, annotations } = drawing.now
    const { width, height } = size()
    if (width === 0 || height === 0) return
    const covers = annotations.draw({
      ...{ width, height, marks, language },
      incidents: features.incidents,
      project: (lon, lat) => ground.map.project([lon, lat]),
      names: ground.names,
      crowd: (box) => Math.min(1, tracks.countIn(areaUnder(ground.map, box)) / crowded),
      promise: (product) => promises.get(product) ?? null,
      age: options.age,
      now: now(),
      rem: unit(),
      metresPerPixel: metresPerPixel(ground.map),
    })
    if (covers !== null) ground.clear(covers)
  }

  let settling: ReturnType<typeof setTimeout> | null = null
  /** Zones and venues come product by product: where the processor draws, the ground waits for a few of them. */
  function settle(): void {
    settling = null
    drawing.now?.ground.outline(features.zones, features.venues)
  }

  const ticking = setInterval(() => {
    if (drawing.now === null) return
    tracks.tick(viewOf(drawing.now.ground.map))
    if (tracks.dirty) frames.soon()
    camera.follow()
  }, tickEvery)
  const ages = setInterval(annotate, agesEvery)
  const resized = new ResizeObserver(() => {
    drawing.now?.ground.map.resize()
    if (!interactive) camera.home()
    annotate()
  })
  resized.observe(root)
  drawing.start()

  return {
    describe(catalog) {
      tracks.describe(catalog)
      promises = new Map(
        catalog.map(({ product, descriptor }) => [product, durationMs(descriptor.freshness)]),
      )
      if (tracks.dirty) frames.soon()
      annotate()
    },
    apply(message) {
      const start = performance.now()
      tracks.apply(message)
      if (message.reset) camera.follow()
      frames.spend(performance.now() - start)
      frames.soon()
    },
    keep(products) {
      tracks.keep(products)
      frames.soon()
    },
    setFeatures(next) {
      features = next
      settling ??= setTimeout(settle, software ? groundRest : 0)
      annotate()
    },
    fit: camera.fit,
    mark(next, wanted) {
      marks = next
      camera.mark(next, wanted)
      annotate()
    },
    setLanguage(next, line) {
      if (next === language && line === credits) return
      language = next
      credits = line
      if (drawing.now === null) return
      drawing.now.annotations.dispose()
      drawing.now.annotations = annotationsHere()
      annotate()
    },
    get state() {
      return {
        ...frames.cost,
        rows: tracks.count,
        software,
        unknownSymbols: symbols.unknown,
        lost: drawing.lost,
      }
    },
    dispose() {
      clearInterval(ticking)
      clearInterval(ages)
      if (settling !== null) clearTimeout(settling)
      frames.dispose()
      camera.dispose()
      resized.disconnect()
      // whatever goes wrong below, nothing of it stays to be seen
      root.remove()
      drawing.dispose()
    },
  }
}
