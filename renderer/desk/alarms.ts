import type { Record } from '../../preload/contract/picture.ts'
import type { DeskState } from '../../preload/contract/state.ts'
import { rankOfSeverity } from '../kit/severity.ts'
import { isOver } from '../kit/status.ts'
import { isTaken } from './acts.ts'
import { severityOf, targetOf, thingOf } from './record.ts'

/** Something that happened at a place and is not in order: what the timeline shows and a person can take on. */
export const isIncident = (record: Record): boolean =>
  rankOfSeverity(thingOf(record)?.properties.severity) >= rankOfSeverity('Moderate')

const isAlarm = (record: Record): boolean => isIncident(record) && !isOver(thingOf(record)?.properties.status)

/** The few that ask for a person, the same that the wall calls for: open, not minor, taken on by nobody. */
export const alarmsIn = (records: readonly Record[], state: DeskState): Record[] =>
  records
    .filter((record) => isAlarm(record) && !isTaken(state, targetOf(record)))
    .sort(
      (a, b) =>
        rankOfSeverity(severityOf(b)) - rankOfSeverity(severityOf(a)) ||
        b.time - a.time ||
        a.entity.localeCompare(b.entity),
    )
