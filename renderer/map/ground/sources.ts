import type { StyleSpecification } from 'maplibre-gl'

/** Where the prepared pack and the label font are served from; both on the window's own origin. */
export interface BasemapSource {
  /** absolute address of resources/basemap/, with the slash */
  pack: string
  /** address of a woff2 file that covers Latin */
  font: string
  /** px on a 1920×1080 screen read from `distance` metres; labels scale with it */
  labels?: number
}

/** px of the ground's names where nobody says it */
export const usualLabels = 20

const files = ['land', 'borders', 'divisions', 'rivers', 'towns', 'paris'] as const

/** Features have numbers, so that one name can be hidden. */
export const sourcesOf = (pack: string): StyleSpecification['sources'] =>
  Object.fromEntries(
    files.map((name) => [
      name,
      { type: 'geojson', data: `${pack}${name}.json`, tolerance: 0.2, generateId: true },
    ]),
  )
