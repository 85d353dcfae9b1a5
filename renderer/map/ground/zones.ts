import type { FilterSpecification, GeoJSONSource, Map as MapLibre } from 'maplibre-gl'
import type { Venue, Zone } from '../features.ts'
import { colourOf, colours } from '../glyphs.ts'
import { labelLayout } from './style.ts'
import { theme } from './theme.ts'

const layers = ['zone-fills', 'zone-lines', 'venue-marks', 'venue-names'] as const
const empty = { type: 'FeatureCollection' as const, features: [] }
const alwaysNamed = new Set(['Trocadéro', 'Hôtel de Ville'])

/** Outlines and names that change rarely: MapLibre draws them with its own labels, so nothing collides. */
export interface Zones {
  set(zones: readonly Zone[], venues: readonly Venue[]): void
  /** at once: nothing of it waits for the worker */
  dispose(): void
}

export function addZones(map: MapLibre, labels: number): Zones {
  const square = squareImage()
  if (square !== null) map.addImage('venue', square, { pixelRatio: 2 })
  map.addSource('zones', { type: 'geojson', data: empty })
  map.addSource('venues', { type: 'geojson', data: empty })
  const colour = ['get', 'colour'] as unknown as string
  map.addLayer({
    id: 'zone-fills',
    type: 'fill',
    source: 'zones',
    filter: ['==', ['geometry-type'], 'Polygon'],
    paint: { 'fill-color': colour, 'fill-opacity': ['get', 'fill'] },
  })
  map.addLayer({
    id: 'zone-lines',
    type: 'line',
    source: 'zones',
    layout: { 'line-join': 'round' },
    paint: {
      'line-color': colour,
      'line-opacity': ['get', 'line'],
      'line-width': 2,
      'line-dasharray': [5, 4],
    },
  })
  map.addLayer({
    id: 'venue-marks',
    type: 'symbol',
    source: 'venues',
    minzoom: 10,
    layout: { 'icon-image': 'venue', 'icon-allow-overlap': true, 'icon-ignore-placement': true },
  })
  map.addLayer({
    id: 'venue-names',
    type: 'symbol',
    source: 'venues',
    minzoom: 12.6,
    layout: { ...labelLayout(labels), 'text-padding': 8 },
    paint: { 'text-color': colours.dim, 'text-halo-color': theme.land, 'text-halo-width': 2 },
  })

  const landmarks = ['landmarks'].map((id) => ({ id, own: map.getFilter(id) }))

  /** What the platform names itself is not named twice. */
  function quieten(venues: readonly Venue[]): void {
    const names = venues.map(({ name }) => name)
    for (const { id, own } of landmarks) {
      if (own === undefined || own === null) continue
      const twice = ['in', ['get', 'name'], ['literal', names]]
      const venue = ['==', ['get', 'kind'], 'venue']
      const quiet = ['all', own, ['!', twice], ['!', venue]] as unknown as FilterSpecification
      map.setFilter(id, venues.length === 0 ? own : quiet)
    }
  }

  let zonesNow = ''
  let venuesNow = ''
  return {
    set(zones, venues) {
      const source = (id: string): GeoJSONSource | undefined => map.getSource<GeoJSONSource>(id)
      // each change draws the ground again, several times: only what changed is told
      const zonesNext = JSON.stringify(zones)
      if (zonesNext !== zonesNow) {
        zonesNow = zonesNext
        void source('zones')?.setData({
          type: 'FeatureCollection',
          features: zones.map(({ geometry, severity, category }) => ({
            type: 'Feature' as const,
            geometry: geometry,
            properties: {
              colour: colourOf(severity),
              // an ordinary zone must not outshine what happens in it
              fill: severity === 'Unknown' || severity === 'Minor' ? 0.035 : 0.1,
              line: /spectator|public|quay|quai/i.test(category) ? 0.28 : 0.85,
            },
          })),
        })
      }
      const venuesNext = JSON.stringify(venues)
      if (venuesNext === venuesNow) return
      venuesNow = venuesNext
      quieten(venues)
      void source('venues')?.setData({
        type: 'FeatureCollection',
        features: venues.map(({ name, lon, lat }) => ({
          type: 'Feature' as const,
          geometry: { type: 'Point' as const, coordinates: [lon, lat] },
          // those the ground names first at every scale keep its name
          properties: { name: alwaysNamed.has(name) ? '' : name },
        })),
      })
    },
    dispose() {
      quieten([])
      for (const id of layers) map.removeLayer(id)
      for (const id of ['zones', 'venues']) map.removeSource(id)
      if (square !== null) map.removeImage('venue')
    },
  }
}

function squareImage(): ImageData | null {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 24
  const pen = canvas.getContext('2d')
  if (pen === null) return null
  pen.fillStyle = theme.land
  pen.fillRect(2, 2, 20, 20)
  pen.strokeStyle = theme.outline
  pen.lineWidth = 3
  pen.strokeRect(3.5, 3.5, 17, 17)
  return pen.getImageData(0, 0, 24, 24)
}
