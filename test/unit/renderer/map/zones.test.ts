// @vitest-environment happy-dom
import type { Map as MapLibre } from 'maplibre-gl'
import { expect, test } from 'vitest'
import type { Venue, Zone } from '../../../../renderer/map/features.ts'
import { addZones } from '../../../../renderer/map/ground/zones.ts'

/** What of a MapLibre map zones touch. */
function mapAsIs() {
  const sources = new Map<string, { data: unknown; setData(data: unknown): void }>()
  const layers: string[] = []
  const filters = new Map<string, unknown>([['landmarks', ['==', 1, 1]]])
  const known = (id: string) => {
    if (!layers.includes(id)) throw new Error(`no layer ${id}`)
  }
  const map = {
    addImage() {},
    removeImage() {},
    addSource(id: string, { data }: { data: unknown }) {
      const source = { data, setData: (next: unknown) => void (source.data = next) }
      sources.set(id, source)
    },
    removeSource(id: string) {
      if (!sources.delete(id)) throw new Error(`no source ${id}`)
    },
    addLayer: ({ id }: { id: string }) => void layers.push(id),
    removeLayer(id: string) {
      known(id)
      layers.splice(layers.indexOf(id), 1)
    },
    getSource: (id: string) => sources.get(id),
    getFilter: (id: string) => filters.get(id),
    setFilter: (id: string, filter: unknown) => void filters.set(id, filter),
  }
  return { map: map as unknown as MapLibre, sources, layers, filters }
}

const zone = {
  geometry: { type: 'Polygon', coordinates: [] },
  severity: 'Severe',
  category: 'perimeter',
} as unknown as Zone
const venue = { name: 'Louvre', lon: 2.3, lat: 48.9 } as unknown as Venue

test('what is removed leaves nothing on the ground, and the ground’s own names are as they were', () => {
  const { map, sources, layers, filters } = mapAsIs()
  const before = filters.get('landmarks')
  const zones = addZones(map, 20)
  zones.set([zone], [venue])
  expect(JSON.stringify(sources.get('venues')?.data)).toContain('Louvre')
  expect(filters.get('landmarks')).not.toEqual(before)
  zones.remove()
  expect([...sources.keys()]).toEqual([])
  expect(layers).toEqual([])
  expect(filters.get('landmarks')).toEqual(before)
  // and the next map puts its own there
  addZones(map, 20).set([], [])
  expect(JSON.stringify([...sources.values()])).not.toContain('Louvre')
})
