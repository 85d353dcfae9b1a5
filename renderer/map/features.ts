import type { Feature, Geometry, Severity } from '../../preload/contract/event.ts'
import type { Record } from '../../preload/contract/picture.ts'
import { isOver } from '../kit/status.ts'

/** What the map names or outlines, taken from records: few, and each for a person to act on. */
export interface Incident {
  key: string
  lon: number
  lat: number
  severity: Severity
  /** first line of the callout, e.g. "INC-042 · Colis suspect" */
  title: string
  place: string
  /** when it began, ms since 1970 */
  since: number
}

export interface Zone {
  key: string
  name: string
  category: string
  severity: Severity
  geometry: Geometry
}

export interface Venue {
  key: string
  name: string
  lon: number
  lat: number
}

export interface Features {
  /** worst first, then newest */
  incidents: Incident[]
  zones: Zone[]
  venues: Venue[]
}

const rank: { [S in Severity]: number } = { Extreme: 4, Severe: 3, Moderate: 2, Minor: 1, Unknown: 0 }

/** Sorts records into what the map shows of them; the rest are columns' affair. */
export function featuresOf(records: Iterable<Record>): Features {
  const features: Features = { incidents: [], zones: [], venues: [] }
  for (const record of records) {
    if (record.type !== 'vigie.feature.v1') continue
    // the check held the body against this type's schema
    const { geometry, properties } = record.body as Feature
    const key = `${record.product} ${record.entity}`
    const category = properties.category ?? ''
    const severity = properties.severity ?? 'Unknown'
    const name = properties.name ?? record.entity
    if (geometry.type !== 'Point') {
      features.zones.push({ key, name, category, severity, geometry })
      continue
    }
    const [lon, lat] = geometry.coordinates
    if (category === 'venue' || category === 'site') features.venues.push({ key, name, lon, lat })
    const incident = category === 'incident' || record.product.endsWith('.incidents')
    if (!incident || isOver(properties.status)) continue
    const opened = properties['opened'] ?? properties['since'] ?? properties['started']
    const since = typeof opened === 'string' ? Date.parse(opened) : Number.NaN
    features.incidents.push({
      key,
      lon,
      lat,
      severity,
      title: titleOf(record.entity, name),
      place: properties.place ?? '',
      since: Number.isFinite(since) ? since : record.time,
    })
  }
  features.incidents.sort((a, b) => rank[b.severity] - rank[a.severity] || b.since - a.since)
  return features
}

/** An entity such as inc-042 is its number for people; anything longer is not worth the room. */
const titleOf = (entity: string, name: string): string =>
  /^[a-z]{2,5}-\d{1,5}$/i.test(entity) ? `${entity.toUpperCase()} · ${name}` : name
