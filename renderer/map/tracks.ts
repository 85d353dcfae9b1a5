import type { IconLayer } from '@deck.gl/layers'
import type { CatalogEntry } from '../../preload/contract/picture.ts'
import type { ColumnsMessage } from '../../preload/contract/port.ts'
import { durationMs, type Kind, type ProductName } from '../../preload/contract/product.ts'
import type { Area } from '../../preload/contract/scene.ts'
import { createColumns, type Columns } from './columns.ts'
import { createDirty, type Dirty } from './dirty.ts'
import { createLooks, type CellOf, type Looks } from './looks.ts'
import { extentOf } from './extent.ts'
import type { Cell, Detail, Symbols, Symbology } from './symbols.ts'
import { createTrackLayer, type Device, type Texture, type TrackLayer } from './track-layer.ts'

interface Product {
  product: ProductName
  kind: Kind
  symbology: Symbology | undefined
  columns: Columns
  looks: Looks
  /** per symbol of the product's table */
  details: Detail[]
  cells: (Cell | undefined)[]
  layer: TrackLayer | null
  /** rows whose look must be made again */
  changed: Dirty
  /** rows that the graphics card has otherwise: where they are, and how they look */
  moved: Dirty
  looked: Dirty
}

/** Everything that comes as columns, from the message to the layers. Outlives a lost graphics context. */
export interface Tracks {
  describe(catalog: readonly CatalogEntry[]): void
  apply(message: ColumnsMessage): void
  /** products that are no longer subscribed go */
  keep(products: ReadonlySet<ProductName>): void
  /** true when something waits to be drawn */
  readonly dirty: boolean
  /** rows shown */
  readonly count: number
  /** gives up what was on the old device and starts on this one; null: there is none for now */
  bind(device: Device | null): void
  /** copies what changed to the device; @returns the layers when deck.gl must be given them anew, else null */
  flush(pickable: boolean): IconLayer[] | null
  /** ages what is old, and chooses how much of each symbol there is room for in the area */
  tick(area: Area): void
  /** who is drawn as this layer's n-th */
  productOf(layer: string): ProductName | null
  /** where what is shown is; null: nothing is */
  extent(): Area | null
  /** how crowded a part of the map is: rows in it, at most `enough` */
  countIn(area: Area, enough: number): number
}

interface Given {
  symbols: Symbols
  now: () => number
}

/** Rows looked at for age per tick and product: a million rows are through within a quarter of a minute. */
const sweepRows = 65_536
/** This many of a symbol in view are drawn in full; so many more are drawn small; beyond, as marks. */
const fullUpTo = 12
const smallUpTo = 24
const hysteresis = 1.3
/** So many things say where all of them are. */
const mostPlaces = 4000
const everywhere: Area = [-180, -90, 180, 90]

/** Drawn in this order: what moves above what stands. */
const order: { [K in Kind]: number } = { feature: 0, document: 0, report: 0, note: 0, metric: 0, track: 1 }

export function createTracks({ symbols, now }: Given): Tracks {
  const products = new Map<ProductName, Product>()
  const entries = new Map<ProductName, CatalogEntry>()
  let device: Device | null = null
  let texture: Texture | null = null
  let sheetVersion = -1
  let last: IconLayer[] = []

  const mustDraw = (p: Product): boolean => !p.moved.empty || !p.looked.empty

  function cellOf(p: Product): CellOf {
    return (symbol, severity, grey) => {
      const at = (symbol * 5 + severity) * 2 + (grey ? 1 : 0)
      return (p.cells[at] ??= symbols.cell(
        p.columns.symbols[symbol] ?? '',
        p.symbology,
        severity,
        p.details[symbol] ?? 'mark',
        grey,
      ))
    }
  }

  function repack(p: Product): void {
    const cells = cellOf(p)
    const at = now()
    // beyond the last row too: what a reset took away is still on the card
    p.changed.take(p.columns.time.length, (from, to) => {
      p.looks.pack(p.columns, from, to, cells, at)
      p.looked.markAll(from, to)
      // symbols that turn have their angle among the positions
      p.moved.markAll(from, to)
    })
  }
  function repackAll(p: Product): void {
    p.changed.markAll(0, p.columns.length)
    repack(p)
  }

  function dress(p: Product): void {
    const descriptor = entries.get(p.product)?.descriptor
    const freshness = descriptor === undefined ? null : durationMs(descriptor.freshness)
    const symbology = descriptor?.symbology
    const kind = descriptor?.kind ?? p.kind
    if (p.looks.freshness === freshness && same(p.symbology, symbology) && p.kind === kind) return
    p.looks.freshness = freshness
    p.symbology = symbology
    p.kind = kind
    p.cells = []
    repackAll(p)
  }

  function productFor(product: ProductName): Product {
    let p = products.get(product)
    if (p === undefined) {
      p = {
        product,
        kind: 'feature',
        symbology: undefined,
        columns: createColumns(),
        looks: createLooks(),
        details: [],
        cells: [],
        layer: null,
        changed: createDirty(),
        moved: createDirty(),
        looked: createDirty(),
      }
      products.set(product, p)
      dress(p)
    }
    return p
  }

  /** Rare things are drawn in full, masses as marks; hysteresis keeps a symbol from flickering between. */
  function chooseDetails(p: Product, area: Area): boolean {
    const { columns } = p
    const counts = new Uint32Array(columns.symbols.length)
    eachIn(columns, area, (row) => {
      const symbol = columns.symbol[row]!
      if (symbol < counts.length) counts[symbol] = counts[symbol]! + 1
      return true
    })
    let changed = false
    counts.forEach((n, symbol) => {
      const before = p.details[symbol] ?? 'mark'
      const detail = detailOf(n, before)
      if (detail === before) return
      p.details[symbol] = detail
      changed ||= symbols.standard(columns.symbols[symbol] ?? '', p.symbology)
    })
    return changed
  }

  function freshTexture(): Texture | null {
    if (device === null) return null
    const { sheet } = symbols
    if (texture === null) {
      texture = device.createTexture({
        id: 'symbols',
        width: sheet.width,
        height: sheet.height,
        format: 'rgba8unorm',
        sampler: { minFilter: 'linear', magFilter: 'linear' },
      })
      sheetVersion = -1
    }
    if (sheetVersion !== symbols.version) {
      texture.copyExternalImage({ image: sheet })
      sheetVersion = symbols.version
    }
    return texture
  }

  return {
    get dirty() {
      for (const p of products.values()) if (mustDraw(p)) return true
      return false
    },
    get count() {
      let sum = 0
      for (const p of products.values()) sum += p.columns.count
      return sum
    },
    describe(catalog) {
      entries.clear()
      for (const entry of catalog) entries.set(entry.product, entry)
      for (const p of products.values()) dress(p)
    },
    apply(message) {
      const p = productFor(message.product)
      if (p.columns.apply(message, { moved: p.moved, looks: p.changed })) p.cells = []
      repack(p)
      p.looks.touch(p.columns, message.rows, cellOf(p), now(), p.looked)
    },
    keep(wanted) {
      for (const [product, p] of products) {
        if (wanted.has(product)) continue
        p.layer?.dispose()
        products.delete(product)
      }
    },
    bind(next) {
      for (const p of products.values()) {
        p.layer?.dispose()
        p.layer = null
        p.moved.markAll(0, p.columns.length)
      }
      texture?.destroy()
      texture = null
      last = []
      device = next
    },
    flush(pickable) {
      if (device === null) return null
      const sheet = freshTexture()
      if (sheet === null) return null
      const sorted = [...products.values()].sort(
        (a, b) => order[a.kind] - order[b.kind] || (a.product < b.product ? -1 : 1),
      )
      const layers: IconLayer[] = []
      for (const p of sorted) {
        p.layer ??= createTrackLayer(layerId(p.product), device)
        const drawn = mustDraw(p)
        p.layer.upload(p.columns, p.looks, p.moved, p.looked)
        layers.push(p.layer.layer(sheet, p.columns.length, pickable))
        if (drawn) p.layer.redraw()
      }
      const unchanged = layers.length === last.length && layers.every((layer, i) => layer === last[i])
      last = layers
      return unchanged ? null : layers
    },
    tick(area) {
      for (const p of products.values()) {
        if (chooseDetails(p, area)) {
          p.cells = []
          repackAll(p)
        }
        p.looks.sweep(p.columns, cellOf(p), now(), sweepRows, p.looked)
      }
    },
    productOf(layer) {
      for (const { product } of products.values()) if (layerId(product) === layer) return product
      return null
    },
    extent() {
      const shown = [...products.values()].reduce((sum, { columns }) => sum + columns.count, 0)
      const step = Math.max(1, Math.floor(shown / mostPlaces))
      const places: { lon: number; lat: number }[] = []
      let at = 0
      for (const { columns } of products.values())
        eachIn(columns, everywhere, (row) => {
          if (at++ % step === 0)
            places.push({ lon: columns.motion[row * 3]!, lat: columns.motion[row * 3 + 1]! })
          return true
        })
      return extentOf(places)
    },
    countIn(area, enough) {
      let found = 0
      for (const { columns } of products.values()) {
        eachIn(columns, area, () => ++found < enough)
        if (found >= enough) break
      }
      return found
    },
  }
}

const layerId = (product: ProductName): string => `tracks ${product}`

const same = (a: Symbology | undefined, b: Symbology | undefined): boolean =>
  a === b || JSON.stringify(a) === JSON.stringify(b)

/** Calls back with each shown row in the area until the callback says that it is enough. */
function eachIn(columns: Columns, [west, south, east, north]: Area, found: (row: number) => boolean): void {
  const { motion, shown, length } = columns
  for (let row = 0; row < length; row++) {
    if (shown[row] === 0) continue
    const lon = motion[row * 3]!
    const lat = motion[row * 3 + 1]!
    if (lon < west || lon > east || lat < south || lat > north) continue
    if (!found(row)) return
  }
}

export function detailOf(count: number, before: Detail): Detail {
  const most = (limit: number, held: boolean): boolean => count <= (held ? limit * hysteresis : limit)
  if (most(fullUpTo, before === 'full')) return 'full'
  return most(smallUpTo, before !== 'mark') ? 'small' : 'mark'
}
