/** What a map of MapLibre's does for whoever moves and asks it: longitude and latitude are its pixels. */
import type { ColumnsMessage } from '../../preload/contract/port.ts'

type Corners = [number, number, number, number]

export class FlatMap {
  /** what it was told, in order */
  readonly told: (['fit', ...Corners] | ['jump', number, number])[] = []
  fitBounds(area: unknown): this {
    this.told.push(['fit', ...(area as Corners)])
    return this
  }
  jumpTo({ center }: { center?: unknown }): this {
    this.told.push(['jump', ...(center as [number, number])])
    return this
  }
  project(at: unknown): never {
    const [x, y] = at as [number, number]
    return { x, y } as never
  }
}

/** A message of columns in which all is plain but what is given. */
export const columns = (rows: number[], part: Partial<ColumnsMessage> = {}): ColumnsMessage => ({
  kind: 'columns',
  product: 'security.units',
  reset: false,
  rows: Uint32Array.from(rows),
  lon: Float32Array.from(rows, (row) => row / 10),
  lat: Float32Array.from(rows, (row) => 40 + row / 10),
  course: Float32Array.from(rows, () => 90),
  speed: Float32Array.from(rows, () => 1),
  time: Float64Array.from(rows, (row) => 1000 + row),
  symbol: new Uint16Array(rows.length),
  severity: new Uint8Array(rows.length),
  shown: new Uint8Array(rows.length).fill(1),
  symbols: [],
  published: new Float64Array(0),
  ...part,
})

/** A graphics card that remembers what was written to it. */
export function device() {
  const writes: { buffer: string; at: number; bytes: number }[] = []
  let alive = 0
  return {
    writes,
    /** buffers and textures that were not given back */
    get alive() {
      return alive
    },
    createBuffer({ id, byteLength }: { id: string; byteLength: number }) {
      alive++
      return {
        byteLength,
        write: (part: Float32Array, at: number) => writes.push({ buffer: id, at, bytes: part.byteLength }),
        destroy: () => alive--,
      }
    },
    createTexture() {
      alive++
      return { copyExternalImage: () => undefined, destroy: () => alive-- }
    },
  }
}
