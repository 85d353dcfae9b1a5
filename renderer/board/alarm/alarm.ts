import {
  alarmsAmong,
  isGrave,
  takenOf,
  type Incident,
  type Taken,
} from '../../../preload/contract/incident.ts'

/** What the banner has to say of the open incidents, which come ordered by urgency. */
export interface Call {
  /** nobody here has taken it on: the worst such */
  calling: Incident | null
  /** further ones that wait */
  more: number
  /** the worst that somebody has taken on, and who did */
  taken: { incident: Incident; by: Taken } | null
}

export function callOf(open: readonly Incident[], acknowledged: readonly Taken[]): Call {
  const alarms = alarmsAmong(open, acknowledged)
  const taken = open
    .filter(isGrave)
    .map((incident) => ({ incident, by: takenOf(incident, acknowledged) }))
    .find((pair): pair is { incident: Incident; by: Taken } => pair.by !== undefined)
  return { calling: alarms[0] ?? null, more: Math.max(0, alarms.length - 1), taken: taken ?? null }
}
