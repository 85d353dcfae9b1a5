/** All that can be done at the desk, once: the keys, the help and the palette are made of it. */
import { isAsked, lackedToWrite, mayDo, type Rights } from './rights.ts'
import { actIds, acts, type Offer, type Situation } from '../../preload/contract/act.ts'
import { outcomes, type Outcome } from '../../preload/contract/event.ts'
import { dueOf, kindOf, type Standing } from '../../preload/contract/open-lines.ts'
import type { DeskState } from '../../preload/contract/state.ts'
import { inLanguage } from '../../preload/contract/words.ts'
import { productForms } from '../../preload/contract/product.ts'
import { views, type DeskAct, type Doing, type View } from './acts.ts'
import { dueAsTyped } from './log/entry/due-time.ts'
import type { Begun } from './log/entry/form.svelte.ts'
import { outcomeTexts } from './log/outcome-texts.ts'
import { offeredTo } from '../../preload/contract/person-acts.ts'
import { askedInWords } from './outbox/entries.ts'
import { answerable, doneAlone } from './person/waiting.ts'
import { whyNot } from './forms/why-not.ts'
import { mayAdd, showingOf } from './documents/showing.ts'
import { formsOf } from './product/exporting.svelte.ts'
import { ofBoards } from './boards/ways.ts'
import { ofReports } from './synthesis/ways.ts'
import type { ChosenLine, DeskSituation } from './situation.ts'
import { always, type DeskWay } from './way.ts'
import { goes } from './poll/polls.ts'
import { actsOn, readsOf } from './told/told.ts'
import { hasVersions, mayShare } from './shared/saves.ts'

const mayWrite = (state: DeskState): boolean =>
  state.log.access !== 'absent' && state.log.access !== 'refused' && lackedToWrite(state).length === 0
/** As printed on them. */
export const writeKey = 'J'
export const pictureKey = 'Shift J'
export const correctKey = 'C'
export const outcomeKeys = { done: 'X', dropped: 'Z', open: 'X' } as const
export const knownKey = 'I'
export const printKey = 'Ctrl P'
export const saveProductKey = 'Ctrl S'
/** What may become of a decision or a task, as it stands. */
export const outcomesFor = (standing: Standing | null): Outcome[] =>
  standing?.is === 'open'
    ? ['done', 'dropped']
    : standing?.is === 'done' || standing?.is === 'dropped'
      ? ['open']
      : []

/** As it stands, once more: whoever corrects it changes what is wrong. */
const asItStands = ({ note }: ChosenLine, timeZone: string): Partial<Begun> => {
  const kind = kindOf(note)
  const due = dueOf(note)
  if (kind === null) return {}
  return {
    ...{ kind, text: note.text, rationale: note.line?.rationale ?? '', rejected: note.line?.rejected ?? [] },
    ...{ owner: note.line?.owner?.name ?? '', due: due === null ? '' : dueAsTyped(due, timeZone) },
  }
}
export const readKey = 'R'
export const actKey = 'F'
export const handoverKey = 'H'
export const formsKey = 'Ctrl E'
export const rosterKey = 'Ctrl U'
export const pollKey = 'G'
export const pollNoKey = 'Shift G'

const fromTheTable = actIds.flatMap((act): DeskWay[] => {
  const { desk } = acts[act]
  if (desk === null) return []
  const offers = (situation: Situation): Offer<Doing>[] =>
    // an act's own offers fit its own input
    desk.offers(situation).map((offer) => ({ ...offer, input: { act, ...offer.input } as DeskAct }))
  return [{ group: desk.group, key: desk.key, help: desk.help, offers, to: act }]
})

/** As printed on them. */
export const viewKeys: { [V in View]: string } = {
  wall: 'W',
  map: 'C',
  log: 'L',
  synthesis: 'Y',
  boards: 'Ctrl B',
  documents: 'P',
  formulas: 'Ctrl I',
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

export const findKey = 'Ctrl F'
export const addKey = 'Ctrl O'
export const showKey = 'M'
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
    offers: ({ state, selected, atLog, about }) =>
      mayWrite(state) && selected !== null && !atLog
        ? [
            {
              input: { act: 'write-line', refs: [selected.entity], corrects: null, ...about },
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
    offers: ({ state, selected, about }) =>
      mayWrite(state)
        ? [
            {
              input: { act: 'write-line', refs: [], corrects: null, ...(selected === null && about) },
              words: { key: 'desk.log.write' },
            },
          ]
        : [],
  },
  {
    group: 'go',
    key: pictureKey,
    help: 'desk.key.linePictured',
    offers: ({ state, selected, about }) =>
      mayWrite(state) && mayAdd(state)
        ? [
            {
              input: {
                ...{ act: 'write-pictured', refs: selected === null ? [] : [selected.entity] },
                ...{ corrects: null, ...about },
              },
              words: { key: 'desk.log.writePictured' },
            },
          ]
        : [],
  },
  ...(['decision', 'task'] as const).map((kind): DeskWay => ({
    group: 'go',
    key: null,
    help: null,
    offers: ({ state }) =>
      mayWrite(state)
        ? [
            {
              input: { act: 'write-line', refs: [], corrects: null, kind },
              words: { key: `desk.log.write.${kind}` },
            },
          ]
        : [],
  })),
  {
    // before the view that has the same key
    group: 'selected',
    key: correctKey,
    help: null,
    offers: ({ state, noted }) =>
      mayWrite(state) && noted?.ours === true
        ? [
            {
              input: {
                ...{ act: 'write-line', refs: noted.note.refs ?? [], corrects: noted.entity },
                ...{ domain: noted.note.line?.domain ?? null, severity: noted.note.severity ?? null },
                ...asItStands(noted, state.node.timeZone),
              },
              words: { key: 'desk.log.correct' },
            },
          ]
        : [],
  },
  ...outcomes.map((is): DeskWay => ({
    group: 'selected',
    key: outcomeKeys[is],
    // done and open again are one key
    help: is === 'open' ? null : `desk.key.outcome.${is}`,
    offers: ({ state, noted }) =>
      mayWrite(state) && noted?.ours === true && outcomesFor(noted.standing).includes(is)
        ? [
            {
              input: {
                ...{ act: 'write-line', refs: noted.note.refs ?? [], corrects: null },
                ...{ domain: noted.note.line?.domain ?? null, outcome: { of: noted.entity, is } },
                text: outcomeTexts[state.node.language][is],
              },
              words: { key: `desk.log.outcome.${is}` },
            },
          ]
        : [],
  })),
  {
    // before the screens' numbers, which have the same key
    group: 'selected',
    key: knownKey,
    help: null,
    offers: ({ noted }) =>
      noted === null ? [] : [{ input: { act: 'as-known' }, words: { key: 'desk.log.known' } }],
  },
  {
    group: 'go',
    key: printKey,
    help: 'desk.key.printLog',
    typing: true,
    offers: ({ state }) =>
      state.exports.print ? [{ input: { act: 'print-log' }, words: { key: 'desk.log.print' } }] : [],
  },
  {
    group: 'go',
    key: null,
    help: null,
    offers: ({ state }) =>
      state.exports.files ? [{ input: { act: 'save-log' }, words: { key: 'desk.log.save' } }] : [],
  },
  ...productForms.map((form): DeskWay => ({
    group: 'go',
    key: form === 'csv' ? saveProductKey : null,
    help: form === 'csv' ? 'desk.key.saveProduct' : null,
    typing: true,
    offers: ({ state, product }) =>
      product && product.access !== 'refused' && formsOf(product.descriptor, state).includes(form)
        ? [
            {
              input: { act: 'save-product', product: product.product, form },
              words: { key: `desk.product.save.${form}` },
              detail: product.product,
            },
          ]
        : [],
  })),
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
    // what waits for whoever sits here, then the poll itself
    group: 'desk',
    key: pollKey,
    help: 'desk.key.poll',
    to: 'answer-poll',
    offers: ({ state }) =>
      goes(state).map(({ poll, asked, act }) => ({
        input: act,
        words: {
          key: poll.kind === 'go' ? 'desk.poll.goOf' : 'desk.poll.presentOf',
          values: { function: asked.name },
        },
        detail: inLanguage(poll.title, state.node.language),
      })),
  },
  {
    group: 'desk',
    key: pollNoKey,
    help: 'desk.key.pollNo',
    to: 'answer-poll',
    offers: ({ state }) =>
      goes(state)
        .filter(({ poll }) => poll.kind === 'go')
        .map(({ poll, asked }) => ({
          input: { act: 'poll', no: asked.id },
          words: { key: 'desk.poll.noGoOf', values: { function: asked.name } },
          detail: inLanguage(poll.title, state.node.language),
        })),
  },
  {
    group: 'desk',
    key: pollKey,
    help: 'desk.key.poll',
    offers: ({ state: { node } }) => [
      {
        input: { act: 'poll', no: null },
        words: { key: (node.polls ?? []).length === 0 ? 'desk.poll.ask' : 'desk.poll.see' },
      },
    ],
  },
  {
    group: 'desk',
    key: rosterKey,
    help: 'desk.key.roster',
    typing: true,
    offers: ({ state }) =>
      state.shared.access === 'permitted'
        ? [{ input: { act: 'edit-roster' }, words: { key: 'desk.key.roster' } }]
        : [],
  },
  {
    group: 'desk',
    key: formsKey,
    help: 'desk.key.forms',
    typing: true,
    offers: ({ state }) => [
      { input: { act: 'fill-form', form: null }, words: { key: 'desk.key.forms' } },
      ...state.forms
        .filter((form) => whyNot(form, state) === null)
        .map(({ id, title }): Offer<Doing> => ({
          input: { act: 'fill-form', form: id },
          words: { key: 'desk.palette.form', values: { form: title } },
        })),
    ],
  },
  {
    group: 'go',
    key: findKey,
    help: null,
    typing: true,
    offers: ({ atDocuments }) =>
      atDocuments ? [{ input: { act: 'find-document' }, words: { key: 'desk.documents.find' } }] : [],
  },
  {
    group: 'go',
    key: addKey,
    help: 'desk.key.addDocument',
    typing: true,
    offers: ({ state }) =>
      mayAdd(state) ? [{ input: { act: 'add-document' }, words: { key: 'desk.documents.add' } }] : [],
  },
  {
    // before the view that has the same key
    group: 'selected',
    key: viewKeys.documents,
    help: null,
    offers: ({ readable, atDocuments }) =>
      readable === null || atDocuments
        ? []
        : [{ input: { act: 'open-document', document: readable }, words: { key: 'desk.documents.read' } }],
  },
  {
    // what has no place on a map is shown whole, in place of a scene
    group: 'selected',
    key: showKey,
    help: 'desk.key.showDocument',
    to: 'show-scene',
    offers: ({ reads, screen, state: { screens } }) =>
      reads === null ? [] : showingOf(reads, screen, screens),
  },
  {
    group: 'go',
    key: findKey,
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

export const ways: readonly DeskWay[] = [...ofBoards, ...ofReports, ...ofTheDesk, ...fromTheTable]

/** … of the ways, those that this node has the right to. Whatever offers something offers from these. */
export const waysFor = (rights: Rights): DeskWay[] =>
  ways.filter(
    ({ to, where }) => (to === undefined || mayDo(to, rights)) && (where === undefined || where(rights)),
  )

const lineKeys: readonly string[] = [...new Set([correctKey, ...Object.values(outcomeKeys), knownKey])]
/** What can be done with the line that is looked at, as printed on buttons beside it. */
export const lineWays = (
  situation: DeskSituation,
): { key: string; input: Doing; words: Offer<Doing>['words'] }[] =>
  waysFor(situation.state)
    .filter(({ group, key }) => group === 'selected' && key !== null && lineKeys.includes(key))
    .flatMap(({ key, offers }) =>
      offers(situation).map(({ input, words }) => ({
        ...{ key: key ?? '', input },
        // beside the line it is plain which
        words: key === correctKey ? { key: 'desk.log.correctIt' as const } : words,
      })),
    )
