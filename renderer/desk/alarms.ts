import {
  alarmsAmong,
  byUrgency,
  incidentOf,
  isGrave,
  type Incident,
  type Taken,
} from '../../preload/contract/incident.ts'
import type { Record } from '../../preload/contract/picture.ts'

type RecordedIncident = Incident & { record: Record }

/** Those of the records that are incidents not minor, over or not: what the timeline shows. */
export const graveIncidents = (records: readonly Record[]): RecordedIncident[] =>
  records.flatMap((record) => {
    const incident = incidentOf(record)
    return incident !== null && isGrave(incident) ? [{ ...incident, record }] : []
  })

/** The records of the alarms, in the order in which the wall calls for them. */
export const alarmsIn = (incidents: readonly RecordedIncident[], acknowledged: readonly Taken[]): Record[] =>
  alarmsAmong(incidents.toSorted(byUrgency), acknowledged).map(({ record }) => record)

/** A person may take it on, or has. */
export const mayBeTaken = (record: Record): boolean => {
  const incident = incidentOf(record)
  return incident !== null && incident.open && isGrave(incident)
}
