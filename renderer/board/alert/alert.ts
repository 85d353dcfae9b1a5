import type { Node } from '../../../preload/contract/state.ts'
import { rankOfSeverity } from '../../kit/severity.ts'
import type { Incident } from '../incidents/incidents.ts'

type Acknowledgement = Node['acknowledged'][number]

/** What the banner has to say of the open incidents, which come ordered by urgency. */
export interface Alerts {
  /** nobody here has taken it on: the worst such */
  calling: Incident | null
  /** further ones that wait */
  more: number
  /** the worst that somebody has taken on, and who did */
  taken: { incident: Incident; by: Acknowledgement } | null
}

/** What is minor is told in the list; only the rest calls (EEMUA 191: few alarms, each worth an act). */
const isAlarm = ({ severity }: Incident): boolean => rankOfSeverity(severity) >= rankOfSeverity('Moderate')

export function alertsOf(open: readonly Incident[], acknowledged: readonly Acknowledgement[]): Alerts {
  const acknowledgementOf = (incident: Incident): Acknowledgement | undefined =>
    acknowledged.find(({ product, entity }) => product === incident.product && entity === incident.entity)
  const alarms = open.filter(isAlarm)
  const waiting = alarms.filter((incident) => acknowledgementOf(incident) === undefined)
  const taken = alarms
    .map((incident) => ({ incident, by: acknowledgementOf(incident) }))
    .find((pair): pair is { incident: Incident; by: Acknowledgement } => pair.by !== undefined)
  return { calling: waiting[0] ?? null, more: Math.max(0, waiting.length - 1), taken: taken ?? null }
}
