import type { Record } from '../../../preload/contract/picture.ts'
import type { Level } from '../../kit/severity.ts'
import { levelOf } from '../../kit/severity.ts'
import { incidentOf } from '../incidents/incidents.ts'
import { isNote } from '../domain/standing.ts'

const hourMs = 3_600_000

/** One bar: how many alerts an hour brought, by how bad they were. */
export interface Hour {
  /** its start, ms since 1970 */
  start: number
  counts: { [L in Level]: number }
  total: number
}

/** An alert is an incident, when it was opened, or a line of the log that says how severe it is. */
function alertOf(record: Record): { time: number; level: Level } | null {
  if (isNote(record)) {
    if ((record.body.category ?? 'log') !== 'log' || record.body.severity === undefined) return null
    return { time: record.time, level: levelOf(record.body.severity) }
  }
  const incident = incidentOf(record, '')
  return incident === null ? null : { time: incident.opened, level: levelOf(incident.severity) }
}

/** The last so many hours of the clock, oldest first, the running one included. */
export function alertsByHour(records: Iterable<Record>, hours: number, now: number): Hour[] {
  const running = Math.floor(now / hourMs) * hourMs
  const bars: Hour[] = Array.from({ length: Math.ceil(hours) }, (_, place) => ({
    start: running - (Math.ceil(hours) - 1 - place) * hourMs,
    counts: { minor: 0, moderate: 0, severe: 0, extreme: 0 },
    total: 0,
  }))
  const first = bars[0]?.start ?? running
  for (const record of records) {
    const alert = alertOf(record)
    const bar = alert === null ? undefined : bars[Math.floor((alert.time - first) / hourMs)]
    if (alert === null || bar === undefined) continue
    bar.counts[alert.level]++
    bar.total++
  }
  return bars
}
