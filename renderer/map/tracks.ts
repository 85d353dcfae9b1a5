import type { IconLayer } from '@deck.gl/layers'
import type { CatalogEntry } from '../../preload/contract/picture.ts'
import type { ColumnsMessage } from '../../preload/contract/port.ts'
import { durationMs, type Kind, type ProductName } from '../../preload/contract/product.ts'
import type { Area } from '../../preload/contract/scene.ts'
import { createColumns, type Columns } from './columns.ts'
import { createCrowd } from './crowd.ts'
import { createDetails, type Details } from './details.ts'
import { createDirty, type Dirty } from './dirty.ts'
import { createLooks, type CellOf, type Looks } from './looks.ts'
import { extentOfColumns } from './extent.ts'
import type { Cell, Symbols, Symbology } from './symbols.ts'
import { createTrackLayer, type Device, type Texture, type TrackLayer } from './track-layer.ts'

interface Product {
  product: ProductName
  kind: Kind
  symbology: Symbology | undefined
  columns: Columns
  looks: Looks
  details: Details
  /** of the product's symbols, each severity, grey or not */
  cells: (Cell | undefined)[]
  cellOf: CellOf
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
  /** how crowded a part of the map is: rows in it when the last tick's view was counted */
  countIn(part: Area): number
}

interface Given {
  symbols: Symbols
  now: () => number
}

/** Rows looked at for age per tick and product: a million rows are through within a quarter of a minute. */
const sweepRows = 65_536
/** So many rows say where all of them are. */
const mostPlaces = 4000

/** Drawn in this order: what moves above what stands. */
const order: { [K in Kind]: number } = {
  feature: 0,
  document: 0,
  report: 0,
  note: 0,
  metric: 0,
  act: 0,
  track: 1,
}

export function createTracks({ symbols, now }: Given): Tracks {
  const products = new Map<ProductName, Product>()
  const entries = new Map<ProductName, CatalogEntry>()
  let device: Device | null = null
  let texture: Texture | null = null
  let sheetVersion = -1
  let last: IconLayer[] = []
  /** in the order they are drawn in; null: it must be made anew */
  let sorted: Product[] | null = null
  const crowd = createCrowd()
  /** the view that was counted; null: something changed since */
  let counted: Area | null = null
  /** where entities are; undefined: something changed since */
  let extent: Area | null | undefined

  const mustDraw = (p: Product): boolean => !p.moved.empty || !p.looked.empty

  function cellOf(p: Product, symbol: number, severity: number, grey: boolean): Cell {
    const at = (symbol * 5 + severity) * 2 + (grey ? 1 : 0)
    return (p.cells[at] ??= symbols.cell(
      p.columns.symbols[symbol] ?? '',
      p.symbology,
      severity,
      p.details.of(symbol),
      grey,
    ))
  }

  function stirred(): void {
    counted = null
    extent = undefined
  }

  function repack(p: Product): void {
    const at = now()
    // beyond the last row too: what a reset took away is still on the card
    p.changed.take(p.columns.time.length, (from, to) => {
      p.looks.pack(p.columns, from, to, p.cellOf, at)
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
    sorted = null
    stirred()
    repackAll(p)
  }

  function productFor(product: ProductName): Product {
    const known = products.get(product)
    if (known !== undefined) return known
    const p: Product = {
      product,
      kind: 'feature',
      symbology: undefined,
      columns: createColumns(),
      looks: createLooks(),
      details: createDetails(),
      cells: [],
      cellOf: (symbol, severity, grey) => cellOf(p, symbol, severity, grey),
      layer: null,
      changed: createDirty(),
      moved: createDirty(),
      looked: createDirty(),
    }
    products.set(product, p)
    sorted = null
    dress(p)
    return p
  }

  function inOrder(): Product[] {
    return (sorted ??= [...products.values()].sort(
      (a, b) => order[a.kind] - order[b.kind] || (a.product < b.product ? -1 : 1),
    ))
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
      if (message.reset || message.rows.length > 0) stirred()
      repack(p)
      p.looks.touch(p.columns, message.rows, p.cellOf, now(), p.looked)
    },
    keep(wanted) {
      for (const [product, p] of products) {
        if (wanted.has(product)) continue
        p.layer?.dispose()
        products.delete(product)
        sorted = null
        stirred()
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
      const layers: IconLayer[] = []
      for (const p of inOrder()) {
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
      if (counted === null || counted.some((edge, at) => edge !== area[at])) {
        crowd.start(area)
        for (const p of products.values()) {
          p.details.count(p.columns, area, crowd)
          if (!p.details.choose(p.columns.symbols, (symbol) => symbols.standard(symbol, p.symbology)))
            continue
          p.cells = []
          repackAll(p)
        }
        crowd.finish()
        counted = area
      }
      for (const p of products.values()) p.looks.sweep(p.columns, p.cellOf, now(), sweepRows, p.looked)
    },
    productOf(layer) {
      for (const { product } of products.values()) if (layerId(product) === layer) return product
      return null
    },
    extent() {
      if (extent === undefined) extent = extentNow()
      return extent
    },
    countIn: crowd.countIn,
  }

  function extentNow(): Area | null {
    let rows = 0
    for (const { columns } of products.values()) rows += columns.count
    const step = Math.max(1, Math.floor(rows / mostPlaces))
    const lon = new Float64Array(Math.ceil(rows / step))
    const lat = new Float64Array(lon.length)
    let at = 0
    for (const { columns } of products.values()) {
      const { motion, shown, length } = columns
      for (let row = 0; row < length; row++) {
        if (shown[row] === 0) continue
        if (at % step === 0) {
          lon[at / step] = motion[row * 3]!
          lat[at / step] = motion[row * 3 + 1]!
        }
        at++
      }
    }
    return extentOfColumns(lon, lat)
  }
}

const layerId = (product: ProductName): string => `tracks ${product}`

const same = (a: Symbology | undefined, b: Symbology | undefined): boolean =>
  a === b || JSON.stringify(a) === JSON.stringify(b)
