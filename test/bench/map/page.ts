/** Our map and MapLibre's own way of moving points, side by side in one page, over the same positions. */
import font from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url'
import { Map as MapLibre, type GeoJSONSource } from 'maplibre-gl'
import worker from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import type { ColumnsMessage } from '../../../preload/contract/port.ts'
import { createMap } from '../../../renderer/map/map.ts'

/** ms */
export interface Measured {
  /** from positions in hand until the frame that shows them was given to the graphics card */
  frame: number
  /** of this thread in that time; ours only */
  thread: number
}

declare global {
  interface Window {
    measure: {
      ready: () => Promise<void>
      ours: (tracks: number) => Promise<Measured>
      theirs: (tracks: number) => Promise<Measured>
    }
  }
}

const here = (path: string): string => new URL(path, location.href).href
const area = [2.2, 48.8, 2.48, 48.92] as const
let seed = 5
const random = (): number => (seed = (seed * 1664525 + 1013904223) >>> 0) / 2 ** 32

function positions(tracks: number): { lon: Float32Array<ArrayBuffer>; lat: Float32Array<ArrayBuffer> } {
  return {
    lon: Float32Array.from({ length: tracks }, () => 2.2 + random() * 0.28),
    lat: Float32Array.from({ length: tracks }, () => 48.8 + random() * 0.12),
  }
}

function message(tracks: number, reset: boolean): ColumnsMessage {
  return {
    kind: 'columns',
    product: 'bench.tracks',
    reset,
    rows: Uint32Array.from({ length: tracks }, (_, row) => row),
    ...positions(tracks),
    course: Float32Array.from({ length: tracks }, () => random() * 360),
    speed: new Float32Array(tracks).fill(5),
    time: new Float64Array(tracks).fill(Date.now()),
    symbol: new Uint16Array(tracks),
    severity: new Uint8Array(tracks),
    shown: new Uint8Array(tracks).fill(1),
    symbols: reset ? ['vehicle'] : [],
    published: new Float64Array(0),
  }
}

let framed: () => void = () => undefined
let drawn: () => void = () => undefined
const map = createMap(document.querySelector<HTMLElement>('#ours')!, {
  basemap: { pack: here('/basemap/'), font: here(font) },
  worker: here(worker),
  area,
  interactive: false,
  language: 'en',
  credits: '',
  age: String,
  onFrame: () => framed(),
  onDrawn: () => drawn(),
})

const other = new MapLibre({
  container: 'theirs',
  style: { version: 8, sources: {}, layers: [] },
  bounds: [...area],
  attributionControl: false,
  interactive: false,
  fadeDuration: 0,
})
const loaded = new Promise<void>((resolve) => {
  other.once('load', () => {
    other.addSource('tracks', { type: 'geojson', data: { type: 'FeatureCollection', features: [] } })
    other.addLayer({
      id: 'tracks',
      type: 'circle',
      source: 'tracks',
      paint: { 'circle-radius': 2, 'circle-color': '#7fb8d6' },
    })
    resolve()
  })
})

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
let held = 0

async function ours(tracks: number): Promise<Measured> {
  if (held !== tracks) {
    held = tracks
    const whole = new Promise<void>((resolve) => (drawn = resolve))
    map.apply(message(tracks, true))
    await whole
  }
  // what paces the frames must not be part of what one costs
  await pause(map.state.interval + 300)
  const next = message(tracks, false)
  const shown = new Promise<number>((resolve) => (framed = () => resolve(performance.now())))
  const whole = new Promise<void>((resolve) => (drawn = resolve))
  const start = performance.now()
  map.apply(next)
  const frame = (await shown) - start
  await whole
  return { frame, thread: map.state.spent }
}

async function theirs(tracks: number): Promise<Measured> {
  const { lon, lat } = positions(tracks)
  await pause(500)
  const shown = new Promise<number>((resolve) => other.once('idle', () => resolve(performance.now())))
  const start = performance.now()
  const features = Array.from({ length: tracks }, (_, i) => ({
    type: 'Feature' as const,
    properties: {},
    geometry: { type: 'Point' as const, coordinates: [lon[i]!, lat[i]!] },
  }))
  await other.getSource<GeoJSONSource>('tracks')!.setData({ type: 'FeatureCollection', features })
  other.triggerRepaint()
  return { frame: (await shown) - start, thread: Number.NaN }
}

window.measure = { ready: () => loaded, ours, theirs }
