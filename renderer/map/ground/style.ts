import type {
  ExpressionSpecification,
  LayerSpecification,
  StyleSpecification,
  SymbolLayerSpecification,
} from 'maplibre-gl'
import { sourcesOf, usualLabels, type BasemapSource } from './sources.ts'
import { theme } from './theme.ts'

/** At zoom 20 a pixel of 512 px tiles is this many metres at Paris' latitude. */
const metresPerPixelAt20 = 78_271.517 * Math.cos((48.86 * Math.PI) / 180) * 2 ** -20

/** A width in metres as it is on the ground, and never thinner than `least` pixels. */
function ground(metres: ExpressionSpecification, least: number, more = 0): ExpressionSpecification {
  return [
    'interpolate',
    ['exponential', 2],
    ['zoom'],
    8,
    least,
    20,
    ['+', ['/', metres, metresPerPixelAt20], more],
  ]
}

const byZoom = (...stops: [number, number][]): ExpressionSpecification =>
  ['interpolate', ['linear'], ['zoom'], ...stops.flat()] as unknown as ExpressionSpecification

const is = (...kinds: string[]): ExpressionSpecification => ['in', ['get', 'kind'], ['literal', kinds]]
const rank = (n: number): ExpressionSpecification => ['all', is('axis'), ['==', ['get', 'rank'], n]]
const round = { 'line-cap': 'round', 'line-join': 'round' } as const

/** Layers whose names callouts keep clear of, most important first. */
export const nameLayers = ['landmarks-first', 'landmarks', 'arrondissements', 'towns'] as const

/** A name beside what it names, on whichever side there is room. @param labels px */
export const labelLayout = (labels: number): NonNullable<SymbolLayerSpecification['layout']> => ({
  'text-field': ['get', 'name'],
  'text-font': ['Inter'],
  'text-size': labels,
  'text-variable-anchor': ['left', 'right', 'top', 'bottom'],
  'text-radial-offset': 0.6,
})

/** The ground's layers, from land to names. */
export function basemapStyle({ pack, font, labels = usualLabels }: BasemapSource): StyleSpecification {
  const name = (size: number, color: string): Pick<LayerSpecification & { type: 'symbol' }, 'paint'> => ({
    paint: {
      'text-color': color,
      'text-halo-color': theme.land,
      'text-halo-width': size > 18 ? 2 : 1.5,
      'text-halo-blur': 0.5,
      'text-opacity': ['case', ['boolean', ['feature-state', 'hidden'], false], 0, 1],
    },
  })
  const landmark = (id: string, most: number, least: number, minzoom: number): LayerSpecification => ({
    id,
    type: 'symbol',
    source: 'paris',
    minzoom,
    filter: [
      'all',
      is('landmark', 'bridge', 'station', 'venue'),
      ['<=', ['get', 'rank'], most],
      ['>=', ['get', 'rank'], least],
    ],
    layout: { ...labelLayout(labels), 'text-padding': 10, 'symbol-sort-key': ['get', 'rank'] },
    ...name(labels, theme.dim),
  })

  return {
    version: 8,
    'font-faces': { Inter: font },
    sources: sourcesOf(pack),
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': theme.ground } },
      { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': theme.land } },
      {
        id: 'greens',
        type: 'fill',
        source: 'paris',
        minzoom: 9,
        filter: is('green'),
        paint: { 'fill-color': theme.green },
      },
      {
        id: 'divisions',
        type: 'line',
        source: 'divisions',
        minzoom: 4.5,
        maxzoom: 10,
        paint: { 'line-color': theme.division, 'line-width': 1 },
      },
      {
        id: 'borders',
        type: 'line',
        source: 'borders',
        layout: round,
        paint: { 'line-color': theme.border, 'line-width': byZoom([2, 0.6], [8, 1.6]) },
      },
      {
        id: 'rivers',
        type: 'line',
        source: 'rivers',
        minzoom: 4,
        layout: round,
        paint: { 'line-color': theme.waterEdge, 'line-width': byZoom([4, 0.5], [9, 1.8], [12, 5], [14, 14]) },
      },
      {
        id: 'cells',
        type: 'line',
        source: 'paris',
        minzoom: 10.5,
        filter: is('cell'),
        paint: { 'line-color': theme.cell, 'line-width': 1 },
      },
      {
        id: 'water-edge',
        type: 'line',
        source: 'paris',
        filter: is('water'),
        layout: round,
        paint: { 'line-color': theme.waterEdge, 'line-width': ground(['*', ['get', 'width'], 1.35], 2.4, 4) },
      },
      {
        id: 'water',
        type: 'line',
        source: 'paris',
        minzoom: 8,
        filter: is('water'),
        layout: round,
        paint: { 'line-color': theme.water, 'line-width': ground(['*', ['get', 'width'], 0.95], 1) },
      },
      {
        id: 'streets',
        type: 'line',
        source: 'paris',
        minzoom: 11,
        filter: rank(3),
        layout: round,
        paint: { 'line-color': theme.street, 'line-width': byZoom([11, 0.7], [13, 1.4], [16, 5]) },
      },
      {
        id: 'boulevards',
        type: 'line',
        source: 'paris',
        minzoom: 9.5,
        filter: ['any', rank(2), rank(1)],
        layout: round,
        paint: {
          'line-color': theme.boulevard,
          'line-width': byZoom([9.5, 0.6], [11.5, 1.3], [13, 2.2], [16, 8]),
        },
      },
      {
        id: 'motorways',
        type: 'line',
        source: 'paris',
        minzoom: 8,
        filter: is('motorway', 'ring'),
        layout: round,
        paint: { 'line-color': theme.motorway, 'line-width': byZoom([8, 0.8], [11, 1.8], [13, 3], [16, 11]) },
      },
      {
        id: 'marks',
        type: 'circle',
        source: 'paris',
        minzoom: 12.6,
        filter: ['all', is('landmark', 'bridge', 'station', 'venue'), ['<=', ['get', 'rank'], 3]],
        paint: { 'circle-radius': 2.5, 'circle-color': theme.faint },
      },
      {
        id: 'towns',
        type: 'symbol',
        source: 'towns',
        maxzoom: 13.8,
        filter: ['!=', ['get', 'name'], ['case', ['>=', ['zoom'], 10], 'Paris', '']],
        layout: {
          'text-field': ['upcase', ['get', 'name']],
          'text-font': ['Inter'],
          'text-size': labels,
          'text-letter-spacing': 0.14,
          'text-max-width': 12,
          'text-padding': byZoom([9, 12], [12, 36]),
          'symbol-sort-key': ['-', ['get', 'people']],
        },
        ...name(labels, theme.faint),
      },
      {
        id: 'arrondissements',
        type: 'symbol',
        source: 'paris',
        minzoom: 11,
        filter: is('arrondissement'),
        layout: {
          'text-field': ['get', 'name'],
          'text-font': ['Inter'],
          'text-size': labels,
          'text-letter-spacing': 0.14,
          'text-padding': 40,
        },
        ...name(labels, theme.faint),
      },
      landmark('landmarks', 4, 2, 12.8),
      landmark('landmarks-first', 1, 1, 11),
    ],
  }
}
