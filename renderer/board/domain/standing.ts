import { severities, type Note, type Severity } from '../../../preload/contract/event.ts'
import { freshnessOf, type Freshness } from '../../../preload/contract/freshness.ts'
import { worst, type Incident } from '../../../preload/contract/incident.ts'
import { noteOf } from '../../../preload/contract/note.ts'
import type { Record } from '../../../preload/contract/picture.ts'
import type { Feed } from '../../link/feeds.ts'
import { durationMs } from '../../../preload/contract/product.ts'
import type { Level } from '../../kit/severity.ts'

/** The newest word on why a domain is as it is. */
export function situationOf(records: Iterable<Record>): Note | null {
  let newest: Note | null = null
  let said = -Infinity
  for (const record of records) {
    const note = noteOf(record)
    if (note?.category !== 'situation' || record.time < said) continue
    newest = note
    said = record.time
  }
  return newest
}

const severityOfLevel: { [L in Level]: Severity } = {
  minor: 'Unknown',
  moderate: 'Moderate',
  severe: 'Severe',
  extreme: 'Extreme',
}

/**
 * A domain is as bad as the worst that is known of it: what its people say, its open incidents, and its figures
 * that are beyond their bounds. Nobody's calm word hides an alarm.
 */
export function severityOfDomain(
  situation: Note | null,
  incidents: readonly Incident[],
  levels: readonly Level[],
): Severity {
  return worst([
    situation?.severity ?? severities[0],
    ...incidents.map(({ severity }) => severity),
    ...levels.map((level) => severityOfLevel[level]),
  ])
}

/** How old the worst of these feeds is beside its promise, and from when its newest figures are. */
export function freshnessOfFeeds(
  feeds: readonly Feed[],
  now: number,
): { freshness: Freshness; newest: number | null } {
  const order: readonly Freshness[] = ['waiting', 'fresh', 'late', 'lost']
  let found: { freshness: Freshness; newest: number | null } = { freshness: 'waiting', newest: null }
  for (const { newest, descriptor } of feeds) {
    const freshness = freshnessOf(newest, durationMs(descriptor.freshness), now)
    if (order.indexOf(freshness) > order.indexOf(found.freshness)) found = { freshness, newest }
  }
  return found
}
