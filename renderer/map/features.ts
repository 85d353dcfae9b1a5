import type { Feature, Geometry, Severity } from '../../preload/contract/event.ts'
import { byUrgency, incidentOf, type Incident } from '../../preload/contract/incident.ts'
import type { Record } from '../../preload/contract/picture.ts'

/** What the map names or outlines, taken from records: few, and each for a person to act on. */
export interface PlacedIncident extends Incident {
  key: string
  lon: number
  lat: number
  /** ms since 1970 of what was last told of it */
  time: number
  /** first line of the callout, e.g. "INC-042 · Colis suspect" */
  title: string
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
  /** open ones, the most urgent first */
  incidents: PlacedIncident[]
  zones: Zone[]
  venues: Venue[]
}

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
    const incident = incidentOf(record)
    if (incident?.open)
      features.incidents.push({
        ...{ ...incident, key, lon, lat },
        time: record.time,
        title: titleOf(record.entity, incident.name),
      })
  }
  features.incidents.sort(byUrgency)
  return features
}

/** An entity such as inc-042 is its number for people; anything longer is not worth the room. */
const titleOf = (entity: string, name: string): string =>
  /^[a-z]{2,5}-\d{1,5}$/i.test(entity) ? `${entity.toUpperCase()} · ${name}` : name
