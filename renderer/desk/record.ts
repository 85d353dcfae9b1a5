import type {
  Body,
  DocumentBody,
  EventType,
  Feature,
  Metric,
  Report,
  Severity,
  Track,
} from '../../preload/contract/event.ts'
import type { EntityRef } from '../../preload/contract/entity.ts'
import { noteOf } from '../../preload/contract/note.ts'
import type { Record } from '../../preload/contract/picture.ts'

export const entityOf = ({ product, entity }: Record): EntityRef => ({ product, entity })

type Typed = Pick<Record, 'type' | 'body'>

// The engine's check held each body against its type's schema: the type tells the body.
type BodyOf<B extends Body> = (record: Typed) => B | null
const bodyOf = <B extends Body>(...types: EventType[]): BodyOf<B> => {
  return ({ type, body }) => (types.includes(type) ? (body as B) : null)
}

/** What has a place: a feature, or a track with its movement. */
export const placedOf = bodyOf<Feature | Track>('vigie.feature.v1', 'vigie.track.v1')
export const metricOf = bodyOf<Metric>('vigie.metric.v1')
export const documentOf = bodyOf<DocumentBody>('vigie.document.v1')
export const reportOf = bodyOf<Report>('vigie.report.v1')

export const severityOf = (record: Typed): Severity =>
  placedOf(record)?.properties.severity ?? noteOf(record)?.severity ?? 'Unknown'

/** What to call it: its name, or what it says, or its own identifier. */
export function titleOf(record: Typed & Pick<Record, 'entity'>): string {
  const placed = placedOf(record)?.properties
  const report = reportOf(record)
  return (
    (placed && (placed.name || placed.text)) ||
    noteOf(record)?.text ||
    metricOf(record)?.series ||
    documentOf(record)?.name ||
    (report && `${report.number} ${report.title}`) ||
    record.entity
  )
}

const mostRefs = 50

/** The identifiers that a record says it rests on or is about. */
export function refsOf(record: Typed): string[] {
  const refs: unknown = placedOf(record)?.properties['refs'] ?? noteOf(record)?.refs
  if (!Array.isArray(refs)) return []
  const names = refs.filter((ref): ref is string => typeof ref === 'string' && ref !== '')
  return [...new Set(names)].slice(0, mostRefs)
}
