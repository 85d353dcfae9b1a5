/** What this desk's person has before them: of it follows what can be done. */
import { mayCorrect } from './log/rows.ts'
import type { Situation } from '../../preload/contract/act.ts'
import { domainOf, isSame, type EntityRef } from '../../preload/contract/entity.ts'
import type { Note } from '../../preload/contract/event.ts'
import type { Standing } from '../../preload/contract/open-lines.ts'
import type { DeskState } from '../../preload/contract/state.ts'
import type { Feed } from '../link/feeds.ts'
import { mayBeTaken } from './alarms.ts'
import type { Around } from './around.ts'
import type { Reads } from './choice.svelte.ts'
import type { Begun } from './log/entry/form.svelte.ts'
import { entityOf, severityOf } from './record.ts'
import type { BoardSituation } from './boards/doings.ts'
import type { ReportSituation } from './synthesis/doings.ts'
import type { ToldLine } from '../../preload/contract/told.ts'
import { callsHere, lineOf } from './told/told.ts'

/** What only the desk knows of itself besides. */
export interface DeskSituation extends Situation {
  /** the chosen screen */
  screen: number | null
  /** the digit that was pressed; null: none */
  digit: number | null
  /** the product that the middle shows; null: none */
  product?: Feed | null
  /** the log is what the middle shows, and the chosen line of it */
  atLog: boolean
  noted: ChosenLine | null
  /** what a line that is begun now is about, as far as it is known */
  about: Pick<Begun, 'domain' | 'severity'>
  /** syntheses are what the desk shows, and what can be done with the one that is open; left out: they are not */
  report?: ReportSituation | null
  /** a board is what the desk shows, and what can be done with it; left out: none is */
  board?: BoardSituation | null
  feeds: readonly Feed[]
  /** the line that somebody looks at, where it is addressed to a function of the room */
  line: ToldLine | null
  /** the documents are what the middle shows, what is read there, and a chosen entity that can be read */
  atDocuments: boolean
  reads: Reads | null
  readable: EntityRef | null
  /** a line that waits for the answer of whoever sits here, late; null: none */
  calling: ToldLine | null
}

/** The line of the log that is looked at, of those that have a number: what waits may be withdrawn instead. */
export interface ChosenLine {
  entity: string
  note: Note
  /** its own organisation's, in the log that is written here */
  ours: boolean
  standing: Standing | null
}
const chosenLineOf = (
  state: DeskState,
  { middle, chosenLine }: Around['choice'],
  reading: Around['reading'],
): ChosenLine | null => {
  if (middle !== 'log' || chosenLine === null) return null
  const line = reading.log.find(({ record }) => isSame(entityOf(record), chosenLine))
  if (line === undefined) return null
  const own = { product: state.log.product, organisation: state.node.organisation }
  return {
    ...{ entity: line.record.entity, note: line.note, ours: mayCorrect(chosenLine, own) },
    standing: reading.standingOf(line.record),
  }
}
/** From what is looked at: an entity, or a product. */
const aboutOf = (
  { middle, selected }: Around['choice'],
  reading: Around['reading'],
): DeskSituation['about'] => {
  const incident = reading.incidents.find((record) => isSame(entityOf(record), selected))
  const product = selected?.product ?? (typeof middle === 'object' ? middle.product : null)
  const domain = product === null ? null : domainOf(product)
  return {
    domain: domain === 'ops' ? null : domain,
    severity: incident === undefined ? null : severityOf(incident),
  }
}

/** In the log it is the line that is chosen there, whatever it is about. */
export const chosenIn = ({ state, choice }: Pick<Around, 'state' | 'choice'>): ToldLine | null =>
  (choice.middle === 'log' ? lineOf(state, choice.chosenLine) : null) ?? lineOf(state, choice.selected)

/** What this desk's person has before them. */
export function situationOf(
  { state, choice, reading, reports, boards }: Around,
  digit: number | null,
  /** by the platform's time, ms since 1970 */
  now: number,
): DeskSituation {
  const selected = choice.selected
  const kind = selected === null ? undefined : reading.feed(selected.product)?.descriptor.kind
  return {
    state,
    selected,
    // the timeline's incidents may be over
    takeable: reading.incidents.some((record) => isSame(entityOf(record), selected) && mayBeTaken(record)),
    placed: kind === 'feature' || kind === 'track',
    screen: choice.screen,
    product: choice.product === null ? null : (reading.feed(choice.product) ?? null),
    atLog: choice.middle === 'log',
    atDocuments: choice.middle === 'documents',
    reads: choice.middle === 'documents' ? choice.reads : null,
    readable: kind === 'document' || kind === 'report' ? selected : null,
    noted: chosenLineOf(state, choice, reading),
    about: aboutOf(choice, reading),
    report:
      choice.middle === 'synthesis'
        ? {
            draft: reports.editing !== null,
            mayUndo: reports.editing?.mayUndo === true,
            mayRedo: reports.editing?.mayRedo === true,
          }
        : null,
    board: choice.middle === 'boards' ? boards.situation : null,
    digit,
    feeds: reading.feeds,
    line: chosenIn({ state, choice }),
    calling: callsHere(state, now).find(({ own }) => own)?.line ?? null,
  }
}
