/** All that can be done at the desk, once: the keys, the help and the palette are made of it. */
import { mayCorrect } from './log/rows.ts'
import { isAsked, mayDo, type Rights } from './rights.ts'
import { actIds, acts, type ActId, type Offer, type Situation, type Way } from '../../preload/contract/act.ts'
import { isSame } from '../../preload/contract/entity.ts'
import type { DeskState } from '../../preload/contract/state.ts'
import type { Feed } from '../link/feeds.ts'
import { views, type DeskAct, type Doing, type View } from './acts.ts'
import { mayBeTaken } from './alarms.ts'
import type { Around } from './around.ts'
import { entityOf } from './record.ts'
import { offeredTo } from '../../preload/contract/person-acts.ts'
import { askedInWords } from './outbox/entries.ts'
import { answerable, doneAlone } from './person/waiting.ts'
import type { ToldLine } from '../../preload/contract/told.ts'
import { actsOn, callsHere, lineOf, readsOf } from './told/told.ts'
import { hasVersions, mayShare } from './shared/saves.ts'

/** What only the desk knows of itself besides. */
export interface DeskSituation extends Situation {
  /** the chosen screen */
  screen: number | null
  /** the digit that was pressed; null: none */
  digit: number | null
  /** the log is what the middle shows, and the chosen line of it may be corrected from here */
  atLog: boolean
  correctable: { entity: string; refs: readonly string[] } | null
  feeds: readonly Feed[]
  /** the line that somebody looks at, where it is addressed to a function of the room */
  line: ToldLine | null
  /** a line that waits for the answer of whoever sits here, late; null: none */
  calling: ToldLine | null
}

export interface DeskWay extends Way<Doing, DeskSituation> {
  /** the key works in a field too */
  typing?: true
  /** the act that it does or leads to: who may not do it is not offered the way */
  to?: ActId
  /** where it leads nowhere, it is not there */
  where?: (rights: Rights) => boolean
}

const correctableOf = (
  state: DeskState,
  { middle, chosenLine }: Around['choice'],
  reading: Around['reading'],
): DeskSituation['correctable'] => {
  const own = { product: state.log.product, organisation: state.node.organisation }
  if (middle !== 'log' || chosenLine === null || !mayCorrect(chosenLine, own)) return null
  // what waits has no number yet, and may be withdrawn instead
  const line = reading.log.find(({ record }) => isSame(entityOf(record), chosenLine))
  return line === undefined ? null : { entity: line.record.entity, refs: line.note.refs ?? [] }
}

/** In the log it is the line that is chosen there, whatever it is about. */
export const chosenIn = ({ state, choice }: Pick<Around, 'state' | 'choice'>): ToldLine | null =>
  (choice.middle === 'log' ? lineOf(state, choice.chosenLine) : null) ?? lineOf(state, choice.selected)

const mayWrite = ({ log }: DeskState): boolean => log.access !== 'absent' && log.access !== 'refused'
/** As printed on them. */
export const writeKey = 'J'
export const correctKey = 'C'
export const readKey = 'R'
export const actKey = 'F'
export const handoverKey = 'H'

/** What this desk's person has before them. */
export function situationOf(
  { state, choice, reading }: Around,
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
    atLog: choice.middle === 'log',
    correctable: correctableOf(state, choice, reading),
    digit,
    feeds: reading.feeds,
    line: chosenIn({ state, choice }),
    calling: callsHere(state, now).find(({ own }) => own)?.line ?? null,
  }
}

const fromTheTable = actIds.flatMap((act): DeskWay[] => {
  const { desk } = acts[act]
  if (desk === null) return []
  const offers = (situation: Situation): Offer<Doing>[] =>
    // an act's own offers fit its own input
    desk.offers(situation).map((offer) => ({ ...offer, input: { act, ...offer.input } as DeskAct }))
  return [{ group: desk.group, key: desk.key, help: desk.help, offers, to: act }]
})

const always =
  (input: Doing, words: Offer<Doing>['words']): DeskWay['offers'] =>
  () => [{ input, words }]
/** As printed on them. */
export const viewKeys: { [V in View]: string } = {
  wall: 'W',
  map: 'C',
  log: 'L',
  quarantine: 'Q',
  outbox: 'E',
  trail: 'T',
  health: 'D',
}
/** The screens of other nodes of which there may be a picture. */
const lookable = ({ screens, nodes, node: { blanked } }: DeskState): number[] =>
  blanked
    ? []
    : screens
        .filter(({ node }) => nodes.some((other) => other.node === node && other.heard))
        .map(({ screen }) => screen)
/** As printed on them. */
export const personKey = 'U'
export const acceptKey = 'O'
const provisionKey = 'K'
const openPalette = always({ act: 'palette' }, { key: 'desk.key.palette' })

/** Further keys, and what is nobody else's affair, in the rows of the acts' table. */
const ofTheDesk: readonly DeskWay[] = [
  { group: null, key: 'Ctrl K', help: 'desk.key.palette', offers: openPalette, typing: true },
  { group: null, key: '/', help: 'desk.key.palette', offers: openPalette },
  {
    group: null,
    key: '1 … 9',
    help: 'desk.key.screen',
    offers: ({ digit, state: { screens } }) =>
      digit !== null && screens.some(({ screen }) => screen === digit)
        ? [{ input: { act: 'choose-screen', screen: digit }, words: { key: 'desk.key.screen' } }]
        : [],
  },
  {
    group: null,
    key: 'S',
    help: 'desk.key.scene',
    to: 'show-scene',
    offers({ screen, state: { screens } }) {
      const chosen = screen ?? screens[0]?.screen
      if (chosen === undefined) return []
      return [{ input: { act: 'choose-scene', screen: chosen }, words: { key: 'desk.key.scene' } }]
    },
  },
  {
    group: null,
    key: 'V',
    help: 'desk.key.look',
    offers: ({ screen, state }) =>
      screen !== null && lookable(state).includes(screen)
        ? [{ input: { act: 'look-at', screen }, words: { key: 'desk.key.look' } }]
        : [],
  },
  {
    group: 'wall',
    key: null,
    help: null,
    offers: ({ state }) =>
      lookable(state).map((screen) => ({
        input: { act: 'look-at', screen },
        words: { key: 'desk.palette.look', values: { screen } },
      })),
  },
  {
    group: 'wall',
    key: null,
    help: null,
    offers: ({ state }) =>
      state.scenes
        .filter((scene) => mayShare(scene, state))
        .map(({ scene, title }) => ({
          input: { act: 'share', scene },
          words: { key: 'desk.palette.share', values: { scene: title } },
        })),
  },
  {
    group: 'wall',
    key: null,
    help: null,
    offers: ({ state }) =>
      state.scenes
        .filter((scene) => hasVersions(scene, state))
        .map(({ key, title }) => ({
          input: { act: 'versions', key, title },
          words: { key: 'desk.palette.versions', values: { scene: title } },
        })),
  },
  {
    group: 'desk',
    key: personKey,
    help: 'desk.key.person',
    where: isAsked,
    offers: always({ act: 'person' }, { key: 'desk.key.person' }),
  },
  {
    // the palette has it from the table
    group: null,
    key: acceptKey,
    help: 'desk.key.accept',
    where: isAsked,
    offers: ({ state }) =>
      offeredTo(state).map(({ id }) => ({
        input: { act: 'take-function', function: id },
        words: { key: 'desk.functions.accept' },
      })),
  },
  {
    group: 'wall',
    key: acceptKey,
    help: 'desk.key.accept',
    where: isAsked,
    offers: ({ state }) =>
      answerable(state).map((proposal) => ({
        input: { act: 'agree', proposal: proposal.id },
        words: { key: 'desk.palette.confirm', values: { what: askedInWords(proposal, state) } },
      })),
  },
  {
    group: 'wall',
    key: null,
    help: null,
    offers: ({ state }) =>
      (state.sitting.person === null ? [] : state.proposals)
        .filter(({ declined }) => declined === null)
        .map((proposal) => ({
          input: { act: 'decline-proposal', proposal: proposal.id },
          words: { key: 'desk.palette.decline', values: { what: askedInWords(proposal, state) } },
        })),
  },
  {
    group: 'wall',
    key: null,
    help: null,
    offers: ({ state }) =>
      doneAlone(state).map((proposal) => ({
        input: { act: 'alone', proposal: proposal.id },
        words: { key: 'desk.palette.alone', values: { what: askedInWords(proposal, state) } },
      })),
  },
  {
    group: 'selected',
    key: writeKey,
    help: 'desk.key.line',
    offers: ({ state, selected, atLog }) =>
      mayWrite(state) && selected !== null && !atLog
        ? [
            {
              input: { act: 'write-line', refs: [selected.entity], corrects: null },
              words: { key: 'desk.log.writeAbout' },
              detail: selected,
            },
          ]
        : [],
  },
  {
    group: 'go',
    key: writeKey,
    help: 'desk.key.line',
    offers: ({ state }) =>
      mayWrite(state)
        ? [{ input: { act: 'write-line', refs: [], corrects: null }, words: { key: 'desk.log.write' } }]
        : [],
  },
  {
    // before the view that has the same key
    group: 'selected',
    key: correctKey,
    help: null,
    offers: ({ state, correctable }) =>
      mayWrite(state) && correctable !== null
        ? [
            {
              input: { act: 'write-line', refs: correctable.refs, corrects: correctable.entity },
              words: { key: 'desk.log.correct' },
            },
          ]
        : [],
  },
  {
    group: 'selected',
    key: readKey,
    help: 'desk.key.readLine',
    to: 'read-line',
    offers: ({ state, line }) =>
      (line === null ? [] : readsOf(line, state)).map((input) => ({
        input,
        words: { key: 'desk.key.readLine' },
        detail: line?.number ?? '',
      })),
  },
  {
    // what calls is opened first, and read then
    group: 'selected',
    key: readKey,
    help: null,
    offers: ({ calling }) =>
      calling === null
        ? []
        : [
            {
              input: { act: 'open-line', line: { product: calling.product, entity: calling.entity } },
              words: { key: 'desk.told.open' },
              detail: calling.number,
            },
          ],
  },
  {
    group: 'selected',
    key: actKey,
    help: 'desk.key.actOnLine',
    to: 'act-on-line',
    offers: ({ state, line }) =>
      (line === null ? [] : actsOn(line, state)).map((input) => ({
        input,
        words: { key: 'desk.key.actOnLine' },
        detail: line?.number ?? '',
      })),
  },
  {
    group: 'desk',
    key: handoverKey,
    help: 'desk.key.handover',
    where: isAsked,
    offers: always({ act: 'handover' }, { key: 'desk.key.handover' }),
  },
  {
    group: 'go',
    key: 'Ctrl F',
    help: 'desk.key.findLine',
    typing: true,
    offers: always({ act: 'find-line' }, { key: 'desk.key.findLine' }),
  },
  ...views.map((view): DeskWay => ({
    group: 'go',
    key: viewKeys[view],
    help: `desk.key.${view}`,
    offers: always({ act: 'view', view }, { key: `desk.nav.${view}` }),
  })),
  {
    group: 'go',
    key: 'N',
    help: 'desk.key.nextAlarm',
    offers: always({ act: 'next-alarm' }, { key: 'desk.key.nextAlarm' }),
  },
  {
    group: 'desk',
    key: provisionKey,
    help: 'desk.key.provision',
    offers: always({ act: 'provision' }, { key: 'desk.key.provision' }),
  },
  {
    group: 'desk',
    key: '?',
    help: 'desk.key.help',
    offers: always({ act: 'help' }, { key: 'desk.key.help' }),
  },
  {
    // in a field it is the field's own
    group: 'desk',
    key: 'Ctrl Z',
    help: 'desk.key.undo',
    offers: always({ act: 'undo' }, { key: 'desk.key.undo' }),
  },
  {
    group: 'products',
    key: null,
    help: null,
    offers: ({ feeds }) =>
      feeds
        .filter(({ access }) => access !== 'refused')
        .map(({ product, descriptor: { title } }) => ({
          input: { act: 'product', product },
          words: { words: title },
          detail: product,
        })),
  },
]

export const ways: readonly DeskWay[] = [...ofTheDesk, ...fromTheTable]

/** … of the ways, those that this node has the right to. Whatever offers something offers from these. */
export const waysFor = (rights: Rights): DeskWay[] =>
  ways.filter(
    ({ to, where }) => (to === undefined || mayDo(to, rights)) && (where === undefined || where(rights)),
  )
