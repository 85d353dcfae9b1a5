/**
 * What happened, and which of it asks for a person. An incident is a thing that happened: a feature of a product
 * `<domain>.incidents`. An alarm is an incident that asks for a person: open, at least Moderate, taken on by nobody.
 * The wall, the map and the desk say these words of the same things, in the same order.
 */
import { domainOf, isSame, nameInDomain, type EntityRef } from './entity.ts'
import { severities, type Feature, type Severity } from './event.ts'
import type { Record } from './picture.ts'
import type { Descriptor, ProductName } from './product.ts'

/** For ordering: the worst is the largest. */
export const rankOfSeverity = (severity: Severity | undefined): number =>
  severities.indexOf(severity ?? 'Unknown')

export const worst = (found: Iterable<Severity>): Severity => {
  let most: Severity = 'Unknown'
  for (const severity of found) if (rankOfSeverity(severity) > rankOfSeverity(most)) most = severity
  return most
}

/** Words by which the domains say that something is over. Free text on the wire: what is not known is still open. */
const over = new Set([
  'closed',
  'resolved',
  'done',
  'ended',
  'cancelled',
  'canceled',
  'executed',
  'clos',
  'close',
  'fermé',
  'fermée',
  'résolu',
  'résolue',
  'levé',
  'levée',
  'terminé',
  'terminée',
  'annulé',
  'annulée',
  'exécuté',
  'exécutée',
])

export const isOver = (status: string | undefined): boolean =>
  status !== undefined && over.has(status.trim().toLocaleLowerCase())

/** As people are told of it. Times in ms since 1970. */
export interface Incident {
  product: ProductName
  entity: string
  domain: string
  name: string
  place: string
  severity: Severity
  /** when it began, where its owner says so: later messages about it have later times of their own */
  opened: number
  /** its status does not say that it is over */
  open: boolean
  /** who is on it, in the words of its owner */
  engaged: string
  /** how many units, where its owner counts them */
  units: number | null
}

/** What products of incidents are called within their domains. */
export const incidentsName = 'incidents'
const holdsIncidents = (product: ProductName): boolean => nameInDomain(product) === incidentsName

export const isIncidentsFeed = ({
  product,
  descriptor,
}: {
  product: ProductName
  descriptor: Pick<Descriptor, 'kind'>
}): boolean => descriptor.kind === 'feature' && holdsIncidents(product)

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

function openedAt(properties: Feature['properties']): number | null {
  for (const key of ['opened', 'since', 'started']) {
    const time = Date.parse(text(properties[key]))
    if (!Number.isNaN(time)) return time
  }
  return null
}

/** @returns null for what is no incident */
export function incidentOf({ product, entity, type, time, body }: Record): Incident | null {
  if (type !== 'vigie.feature.v1' || !holdsIncidents(product)) return null
  // the check held the body against this type's schema
  const { properties } = body as Feature
  const { units } = properties
  return {
    product,
    entity,
    domain: domainOf(product),
    name: properties.name || properties.text || entity,
    place: properties.place ?? '',
    severity: properties.severity ?? 'Unknown',
    opened: openedAt(properties) ?? time,
    open: !isOver(properties.status),
    engaged: text(properties['engaged']),
    units: typeof units === 'number' && Number.isInteger(units) && units >= 0 ? units : null,
  }
}

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The worst first; among equals the newest, because it is the least known. */
export const byUrgency = (a: Incident, b: Incident): number =>
  rankOfSeverity(b.severity) - rankOfSeverity(a.severity) ||
  b.opened - a.opened ||
  inOrder(a.entity, b.entity) ||
  inOrder(a.product, b.product)

/** What is open among what these records tell, the worst first. */
export const openIncidents = (records: Iterable<Record>): Incident[] =>
  Array.from(records, incidentOf)
    .filter((incident): incident is Incident => incident?.open === true)
    .sort(byUrgency)

/** What is minor is told in lists; only the rest may call (EEMUA 191: few alarms, each worth an act). */
export const isGrave = ({ severity }: Pick<Incident, 'severity'>): boolean =>
  rankOfSeverity(severity) >= rankOfSeverity('Moderate')

/** Somebody here has taken an incident on. `at`: ms since 1970. */
export interface Taken {
  product: ProductName
  entity: string
  at: number
  by: string
}

/** Who has taken it on; undefined: nobody has. */
export const takenOf = (entity: EntityRef, acknowledged: readonly Taken[]): Taken | undefined =>
  acknowledged.find((taken) => isSame(taken, entity))

/** @param open incidents, which stay in their order */
export const alarmsAmong = <I extends Incident>(open: readonly I[], acknowledged: readonly Taken[]): I[] =>
  open.filter((incident) => incident.open && isGrave(incident) && !takenOf(incident, acknowledged))
