// @vitest-environment happy-dom
import type { Map as MapLibre } from 'maplibre-gl'
import { beforeEach, expect, test, vi } from 'vitest'
import type { Venue, Zone } from '../../../../renderer/map/features.ts'
import { addZones } from '../../../../renderer/map/ground/zones.ts'

/** What of a MapLibre map zones touch. */
function mapAsIs() {
  const sources = new Map<string, { data: unknown; setData(data: unknown): void }>()
  const layers: string[] = []
  const uses = new Map<string, string>()
  const images = new Set<string>()
  const filters = new Map<string, unknown>([['landmarks', ['==', 1, 1]]])
  const known = (id: string) => {
    if (!layers.includes(id)) throw new Error(`no layer ${id}`)
  }
  const map = {
    addImage: (id: string) => void images.add(id),
    removeImage: (id: string) => void images.delete(id),
    addSource(id: string, { data }: { data: unknown }) {
      const source = { data, setData: (next: unknown) => void (source.data = next) }
      sources.set(id, source)
    },
    removeSource(id: string) {
      if (layers.some((layer) => uses.get(layer) === id)) throw new Error(`${id} is in use`)
      if (!sources.delete(id)) throw new Error(`no source ${id}`)
    },
    addLayer({ id, source }: { id: string; source: string }) {
      layers.push(id)
      uses.set(id, source)
    },
    removeLayer(id: string) {
      known(id)
      layers.splice(layers.indexOf(id), 1)
    },
    getSource: (id: string) => sources.get(id),
    getFilter: (id: string) => filters.get(id),
    setFilter: (id: string, filter: unknown) => void filters.set(id, filter),
  }
  return { map: map as unknown as MapLibre, sources, layers, images, filters }
}

beforeEach(() => {
  const pen = { fillRect() {}, strokeRect() {}, getImageData: () => ({}) }
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(pen as never)
})

const zone = {
  geometry: { type: 'Polygon', coordinates: [] },
  severity: 'Severe',
  category: 'perimeter',
} as unknown as Zone
const venue = { name: 'Louvre', lon: 2.3, lat: 48.9 } as unknown as Venue

test('what is removed leaves nothing on the ground, and the ground’s own names are as they were', () => {
  const { map, sources, layers, images, filters } = mapAsIs()
  const before = filters.get('landmarks')
  const zones = addZones(map, 20)
  expect([...images]).toEqual(['venue'])
  zones.set([zone], [venue])
  expect(JSON.stringify(sources.get('venues')?.data)).toContain('Louvre')
  expect(filters.get('landmarks')).not.toEqual(before)
  zones.dispose()
  expect([...sources.keys()]).toEqual([])
  expect(layers).toEqual([])
  expect([...images]).toEqual([])
  expect(filters.get('landmarks')).toEqual(before)
})
