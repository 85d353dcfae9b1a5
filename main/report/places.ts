/** What has a place: incidents that are open, and the zones around them, as they were when the period ended. */
import type { Feature, Geometry } from '../../preload/contract/event.ts'
import { isIncidentsFeed, isOver, rankOfSeverity } from '../../preload/contract/incident.ts'
import { keyOf, mostInReport, type ReportMap, type ReportPosition } from '../../preload/contract/report.ts'
import { oneLine } from '../../preload/contract/text.ts'
import { inItsWords, numberInWords, titleOf, type Drafting } from './drafting.ts'
import type { Gathered, Seen } from './gather.ts'
import { isOpenNow, titleOfIncident, type Followed } from './incidents.ts'

const featureOf = ({ body }: Seen): Feature | null =>
  body !== null && 'geometry' in body && 'properties' in body ? (body as Feature) : null

/** Metres are what paper shows; GeoJSON may bring a height, and more digits than that. */
const rounded = ([lon = 0, lat = 0]: readonly number[]): ReportPosition => [
  Math.round(lon * 1e5) / 1e5,
  Math.round(lat * 1e5) / 1e5,
]
const isPlace = ([lon, lat]: ReportPosition): boolean => Math.abs(lon) <= 180 && Math.abs(lat) <= 90

/** The lines of it, the outer ring of a polygon among them; of a point none. */
function linesOf(geometry: Geometry): { corners: readonly (readonly number[])[]; closed: boolean }[] {
  switch (geometry.type) {
    case 'LineString':
      return [{ corners: geometry.coordinates, closed: false }]
    case 'MultiLineString':
      return geometry.coordinates.map((corners) => ({ corners, closed: false }))
    case 'Polygon':
      return [{ corners: geometry.coordinates[0] ?? [], closed: true }]
    case 'MultiPolygon':
      return geometry.coordinates.map(([corners = []]) => ({ corners, closed: true }))
    default:
      return []
  }
}

/** Where a mark stands: the point itself, else the middle of what is drawn. */
function middleOf(geometry: Geometry): ReportPosition | null {
  const all =
    geometry.type === 'Point'
      ? [geometry.coordinates]
      : geometry.type === 'MultiPoint'
        ? geometry.coordinates
        : linesOf(geometry).flatMap(({ corners }) => corners)
  const places = all.map(rounded).filter(isPlace)
  if (places.length === 0) return null
  const middle = (of: number[]): number => (Math.min(...of) + Math.max(...of)) / 2
  return rounded([middle(places.map(([lon]) => lon)), middle(places.map(([, lat]) => lat))])
}

/** As many corners as paper can show, the first and the last among them. */
function thinned(corners: ReportPosition[]): ReportPosition[] {
  const most = mostInReport.corners
  if (corners.length <= most) return corners
  const step = (corners.length - 1) / (most - 1)
  return Array.from({ length: most }, (_, at) => corners[Math.round(at * step)] ?? [0, 0])
}

function drawPlaces(drafting: Drafting, followed: readonly Followed[]): ReportMap['places'] {
  return followed
    .filter(isOpenNow)
    .flatMap((each): ReportMap['places'] => {
      const { incident, seen } = each
      const geometry = featureOf(seen)?.geometry
      const at = geometry === undefined ? null : middleOf(geometry)
      if (at === null) return []
      return [
        {
          key: keyOf('incident', incident.product, incident.entity),
          name: numberInWords(incident.entity),
          ...{ at, severity: incident.severity },
          marking: drafting.markingOf([seen]),
          sources: [drafting.cite(seen, titleOfIncident(each))],
        },
      ]
    })
    .slice(0, mostInReport.places)
}

/** What its owner calls one: every other line or area holds people, goods or vehicles. */
const isZone = ({ properties: { category } }: Feature): boolean => category === 'zone'

const spanOf = (corners: readonly ReportPosition[]): number => {
  const of = (at: 0 | 1): number => {
    const all = corners.map((each) => each[at])
    return Math.max(...all) - Math.min(...all)
  }
  return of(0) * of(1)
}

function drawOutlines(drafting: Drafting, products: readonly Gathered[]): ReportMap['outlines'] {
  const { words, period } = drafting
  const found = products.flatMap((of) => {
    if (of.descriptor.kind !== 'feature' || isIncidentsFeed(of)) return []
    return [...of.after.values()].flatMap((seen) => {
      const feature = featureOf(seen)
      if (feature === null || !isZone(feature) || isOver(feature.properties.status)) return []
      if (seen.expires !== null && seen.expires <= period.to) return []
      const { name, severity } = inItsWords(feature.properties, words.language)
      const called = oneLine(name ?? numberInWords(seen.entity), 100)
      return linesOf(feature.geometry).flatMap(({ corners, closed }, at) => {
        const places = thinned(corners.map(rounded).filter(isPlace))
        if (places.length < 2) return []
        const rank = rankOfSeverity(severity)
        return [
          { of, seen, called, closed, places, rank, key: keyOf('zone', seen.product, seen.entity, `${at}`) },
        ]
      })
    })
  })
  // a cordon before an area, and that before each of the stands in it
  return found
    .sort((a, b) => b.rank - a.rank || spanOf(b.places) - spanOf(a.places) || (a.key < b.key ? -1 : 1))
    .slice(0, mostInReport.outlines)
    .map(({ of, seen, called, closed, places, key }) => ({
      ...{ key, name: called, closed, corners: places, marking: drafting.markingOf([seen]) },
      sources: [drafting.cite(seen, oneLine(`${titleOf(of, words.language)} ${called}`, 200))],
    }))
}

/** @returns nothing where no incident has a place: a zone alone tells where something could be */
export function drawMap(
  drafting: Drafting,
  followed: readonly Followed[],
  products: readonly Gathered[],
): { map?: ReportMap } {
  const places = drawPlaces(drafting, followed)
  return places.length === 0 ? {} : { map: { places, outlines: drawOutlines(drafting, products) } }
}
