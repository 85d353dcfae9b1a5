import type { Feature, Severity } from '../../../preload/contract/event.ts'
import type { CatalogEntry, Record } from '../../../preload/contract/picture.ts'
import type { ProductName } from '../../../preload/contract/product.ts'
import { rankOfSeverity } from '../../kit/severity.ts'
import { isOver } from '../../kit/status.ts'

/** An incident as a wall tells it. Times in ms since 1970. */
export interface Incident {
  product: ProductName
  entity: string
  domain: string
  name: string
  place: string
  severity: Severity
  opened: number
  /** who is on it, in the words of its owner */
  engaged: string
  /** how many units, where its owner counts them */
  units: number | null
}

/** Incidents are the feature products that are named so: `<domain>.incidents`. */
export const isIncidentsFeed = ({ product, descriptor }: CatalogEntry): boolean =>
  descriptor.kind === 'feature' && product.endsWith('.incidents')

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const isFeature = (record: Record): record is Record & { body: Feature } => record.type === 'vigie.feature.v1'

/** @returns null for what is no incident, or is over */
export function incidentOf(record: Record, domain: string): Incident | null {
  if (!isFeature(record) || isOver(record.body.properties.status)) return null
  const { properties } = record.body
  const units = properties['units']
  return {
    product: record.product,
    entity: record.entity,
    domain,
    name: properties.name || properties.text || record.entity,
    place: properties.place ?? '',
    severity: properties.severity ?? 'Unknown',
    opened: openedAt(properties) ?? record.time,
    engaged: text(properties['engaged']),
    units: typeof units === 'number' && Number.isInteger(units) && units >= 0 ? units : null,
  }
}

/** When it began, where its owner says so: later messages about it have later times of their own. */
function openedAt(properties: Feature['properties']): number | null {
  for (const key of ['opened', 'since', 'started']) {
    const time = Date.parse(text(properties[key]))
    if (!Number.isNaN(time)) return time
  }
  return null
}

/** The worst first; among equals the newest, because it is the least known. */
export const byUrgency = (a: Incident, b: Incident): number =>
  rankOfSeverity(b.severity) - rankOfSeverity(a.severity) ||
  b.opened - a.opened ||
  a.entity.localeCompare(b.entity)

export function openIncidents(
  catalog: readonly CatalogEntry[],
  recordsOf: (product: ProductName) => Iterable<Record>,
): Incident[] {
  const open: Incident[] = []
  for (const feed of catalog) {
    if (!isIncidentsFeed(feed)) continue
    for (const record of recordsOf(feed.product)) {
      const incident = incidentOf(record, feed.descriptor.domain)
      if (incident !== null) open.push(incident)
    }
  }
  return open.sort(byUrgency)
}
