import { incidentOf } from '../../../preload/contract/incident.ts'
import { domainOfNote, noteOf } from '../../../preload/contract/note.ts'
import type { Record } from '../../../preload/contract/picture.ts'
import type { Level } from '../../kit/severity.ts'
import { levelOf } from '../../kit/severity.ts'

const hourMs = 3_600_000

/** One bar: how many alarms an hour brought, by how bad they were. */
export interface Hour {
  /** its start, ms since 1970 */
  start: number
  counts: { [L in Level]: number }
  total: number
}

/**
 * What may have called then: an incident when it was opened, also one that is over since, or a line of the log that
 * says how severe it is.
 */
function callOf(record: Record): { time: number; level: Level; domain: string } | null {
  const note = noteOf(record)
  if (note !== null) {
    if ((note.category ?? 'log') !== 'log' || note.severity === undefined) return null
    return { time: record.time, level: levelOf(note.severity), domain: domainOfNote(record, note) }
  }
  const incident = incidentOf(record)
  if (incident === null) return null
  return { time: incident.opened, level: levelOf(incident.severity), domain: incident.domain }
}

/**
 * The last so many hours of the clock, oldest first, the running one included.
 * @param domains only alarms of these; left out: of any
 */
export function alarmsByHour(
  records: Iterable<Record>,
  hours: number,
  now: number,
  domains?: readonly string[],
): Hour[] {
  const running = Math.floor(now / hourMs) * hourMs
  const bars: Hour[] = Array.from({ length: Math.ceil(hours) }, (_, place) => ({
    start: running - (Math.ceil(hours) - 1 - place) * hourMs,
    counts: { minor: 0, moderate: 0, severe: 0, extreme: 0 },
    total: 0,
  }))
  const first = bars[0]?.start ?? running
  for (const record of records) {
    const call = callOf(record)
    const bar = call === null ? undefined : bars[Math.floor((call.time - first) / hourMs)]
    if (call === null || bar === undefined || domains?.includes(call.domain) === false) continue
    bar.counts[call.level]++
    bar.total++
  }
  return bars
}

/** A chart's upper end: the next of 4, 6, 10, 20, 40, 60, 100 … that holds the highest bar, so that few look few. */
export function topOf(most: number): number {
  for (let ten = 10; ; ten *= 10)
    for (const top of [0.4 * ten, 0.6 * ten, ten, 2 * ten]) if (most <= top) return top
}
