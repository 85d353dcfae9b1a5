/**
 * All that people do to the node, one row each. From this table come the call and what each kind of window may ask
 * with it, the keys, the palette, the help, what is told of it, what takes it back and what the platform lets a node
 * write. A new act is one row here, one reducer in `main/wall/acts.ts`, and one line in `main/wall/remembered.ts` if it
 * survives a restart.
 */
import * as v from 'valibot'
import {
  act,
  never,
  ofTheWall,
  oneOfTheWall,
  theAlarm,
  theNode,
  theScreen,
  toAll,
  type ActRow,
  type Entries,
  type InputOfEntries,
  type Said,
} from './act-row.ts'
import type { Author } from './author.ts'
import { EntityRefSchema, isSame, type EntityRef } from './entity.ts'
import { takenOf } from './incident.ts'
import { OwnScreenSchema } from './display.ts'
import { DocumentPageSchema } from './document.ts'
import { lineActIds, lineActs } from './line-acts.ts'
import { personActs } from './person-acts.ts'
import { PersonNameSchema, type Accord } from './person.ts'
import { seenOn } from './pointing.ts'
import { pollActIds, pollActs } from './poll-acts.ts'
import { reliefActIds, reliefActs } from './relief-acts.ts'
import { pictureRoles, type PictureRole } from './role.ts'
import type { DeskState } from './state.ts'
import { LanguageSchema, type Words } from './words.ts'

export { groups } from './act-row.ts'
export type { Group, Offer, Said, Situation, Way } from './act-row.ts'

/** How long the numbers stand on the screens, ms. */
export const identifyFor = 6_000
/** After so long without a word of it a node is one that is not heard, ms. */
export const presentFor = 45_000

const ScreenNumber = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64))
/** of the draft of a synthesis, as its key ends */
const ReportName = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/))
/** No longer than a file's name: a wrong scene is called as its file is. */
const SceneName = v.pipe(v.string(), v.maxLength(255))

const isAlike = (one: EntityRef | null, other: EntityRef | null): boolean =>
  one === null ? other === null : isSame(one, other)

const titleOf = (scene: string, { scenes }: DeskState): Words =>
  scenes.find((each) => each.scene === scene)?.title ?? scene

const nowhere = {
  blanked: 'desk.notice.pointedOut.blanked',
  map: 'desk.notice.pointedOut.noMap',
  domain: 'desk.notice.pointedOut.noDomain',
  ceiling: 'desk.notice.pointedOut.ceiling',
} as const

/** On which screens it can be seen, or why on none. */
export function pointedOutInWords(entity: EntityRef, state: DeskState): Said {
  const seen = seenOn(state, entity.product)
  return seen.on === null
    ? { key: nowhere[seen.why], values: { entity } }
    : {
        key: 'desk.notice.pointedOut',
        values: { entity, count: seen.on.length, screens: seen.on.join(', ') },
      }
}

export const acts = {
  acknowledge: act({
    input: { ...EntityRefSchema.entries, taken: v.boolean() },
    roles: ['desk'],
    about: theAlarm,
    shared: toAll,
    audited: true,
    inverse: (input, before) =>
      (takenOf(input, before.node.acknowledged) !== undefined) === input.taken
        ? null
        : { ...input, taken: !input.taken },
    desk: {
      group: 'selected',
      key: 'A',
      help: 'desk.key.acknowledge',
      offers({ state, selected, takeable }) {
        if (selected === null || !takeable) return []
        const taken = takenOf(selected, state.node.acknowledged) !== undefined
        const words = { key: taken ? 'desk.selection.release' : 'desk.selection.take' } as const
        return [{ input: { ...selected, taken: !taken }, words, detail: selected }]
      },
      done: (input) => ({
        key: input.taken ? 'desk.notice.taken' : 'desk.notice.released',
        values: { entity: input },
      }),
    },
  }),
  /** an entity, on every screen with a map that may show it; null: no longer */
  'point-out': act({
    input: { entity: v.nullable(EntityRefSchema) },
    roles: ['desk'],
    about: ofTheWall('pointing'),
    shared: toAll,
    audited: true,
    inverse({ entity }, { pointedOut: before }) {
      if (entity === null ? before === null : isSame(entity, before)) return null
      return { entity: before === null ? null : { product: before.product, entity: before.entity } }
    },
    desk: {
      group: 'selected',
      key: 'M',
      help: 'desk.key.pointOut',
      offers({ state, selected, placed }) {
        if (selected === null || !placed) return []
        const out = isSame(selected, state.pointedOut)
        const words = { key: out ? 'desk.selection.pointOutNoMore' : 'desk.selection.pointOut' } as const
        return [{ input: { entity: out ? null : selected }, words, detail: selected }]
      },
      done: ({ entity }, state) =>
        entity === null ? { key: 'desk.notice.pointedOutNoMore' } : pointedOutInWords(entity, state),
    },
  }),
  /** every screen, from any: a wall may take the picture away */
  blank: act({
    input: {},
    roles: ['wall', 'desk'],
    about: ofTheWall('blank'),
    shared: toAll,
    audited: true,
    // whoever takes back what they did last must not give visitors the picture with it
    inverse: never,
    desk: {
      group: 'wall',
      key: 'B',
      help: 'desk.key.blank',
      offers: ({ state }) => (state.node.blanked ? [] : [{ input: {}, words: { key: 'desk.wall.blank' } }]),
      done: () => ({ key: 'desk.notice.blanked' }),
    },
  }),
  /** … and only the desk gives it back */
  unblank: act({
    input: {},
    roles: ['desk'],
    about: ofTheWall('blank'),
    shared: { lasts: null, guarded: true },
    audited: true,
    inverse: never,
    desk: {
      group: 'wall',
      key: 'B',
      help: 'desk.key.blank',
      offers: ({ state }) => (state.node.blanked ? [{ input: {}, words: { key: 'desk.wall.unblank' } }] : []),
      asked: { key: 'desk.wall.unblank' },
      // together, it counts only once the platform has confirmed it
      done: (_, { node }) => ({ key: node.blanked ? 'desk.notice.unblankAsked' : 'desk.notice.unblanked' }),
    },
  }),
  identify: act({
    input: {},
    roles: ['desk'],
    about: ofTheWall('numbers'),
    shared: { lasts: identifyFor, guarded: false },
    audited: false,
    inverse: never,
    desk: {
      group: 'wall',
      key: 'I',
      help: 'desk.key.identify',
      offers: () => [{ input: {}, words: { key: 'desk.wall.identify' } }],
      done: () => ({ key: 'desk.notice.identify' }),
    },
  }),
  'end-identify': act({
    input: {},
    roles: [],
    about: theNode,
    shared: null,
    audited: false,
    inverse: never,
    desk: null,
  }),
  /** the display that hangs there now is this screen's from now on */
  'accept-display': act({
    input: { screen: ScreenNumber },
    roles: ['desk'],
    about: theScreen,
    shared: null,
    audited: true,
    inverse: never,
    desk: {
      group: 'wall',
      key: null,
      help: null,
      offers: ({ state }) =>
        state.screens
          .filter(({ node, attached, known }) => node === null && attached && !known)
          .map(({ screen, label }) => ({
            input: { screen },
            words: { key: 'desk.display.accept', values: { screen } },
            detail: label,
          })),
      done: ({ screen }) => ({ key: 'desk.notice.displayAccepted', values: { screen } }),
    },
  }),
  /** … or a document in place of it: the scene is back when the same is done without one */
  'show-scene': act({
    input: { screen: ScreenNumber, scene: SceneName, document: v.exactOptional(DocumentPageSchema) },
    roles: ['desk'],
    about: theScreen,
    shared: toAll,
    audited: true,
    inverse({ screen, scene, document }, { screens }) {
      const before = screens.find((each) => each.screen === screen)
      if (before === undefined) return null
      const shown = before.document
      const isAsIs =
        before.scene === scene && shown?.page === document?.page && isAlike(shown, document ?? null)
      return isAsIs ? null : { screen, scene: before.scene, ...(shown !== null && { document: shown }) }
    },
    desk: {
      group: 'wall',
      key: null,
      help: null,
      offers: ({ state: { screens, scenes } }) =>
        screens.flatMap(({ screen, scene: shown, document, ceiling }) =>
          scenes
            .filter(
              ({ scene, problem, rank }) =>
                (scene !== shown || document !== null) && problem === null && rank <= ceiling,
            )
            .map(({ scene, title }) => ({
              input: { screen, scene },
              words: { key: 'desk.palette.show', values: { screen, scene: title } },
            })),
        ),
      done: ({ screen, scene, document }, state) =>
        document === undefined
          ? { key: 'desk.notice.scene', values: { screen, scene: titleOf(scene, state) } }
          : { key: 'desk.notice.document', values: { screen } },
      undone: ({ screen, scene, document }, state) =>
        document === undefined
          ? { key: 'desk.notice.sceneBack', values: { screen, scene: titleOf(scene, state) } }
          : { key: 'desk.notice.document', values: { screen } },
    },
  }),
  /** this node is there, with these screens of the wall, and who sits at its desk */
  present: act({
    input: {
      screens: v.pipe(v.array(OwnScreenSchema), v.maxLength(64)),
      person: v.optional(v.nullable(PersonNameSchema), null),
      /** the drafts of syntheses that somebody has open there, by their names */
      reports: v.exactOptional(v.pipe(v.array(ReportName), v.maxLength(20))),
    },
    roles: [],
    about: theNode,
    shared: { lasts: presentFor, guarded: false },
    audited: false,
    inverse: never,
    desk: null,
  }),
  /** another person has read the draft of a synthesis, and found that what has this digest may be released */
  'approve-report': act({
    input: { report: ReportName, digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) },
    // by a call of its own, which holds the digest against what is there
    roles: [],
    about: oneOfTheWall('report'),
    shared: toAll,
    audited: true,
    inverse: never,
    desk: null,
  }),
  'set-language': act({
    input: { language: LanguageSchema },
    roles: ['desk'],
    about: theNode,
    shared: null,
    audited: false,
    inverse: ({ language }, { node }) => (language === node.language ? null : { language: node.language }),
    desk: {
      group: 'desk',
      key: null,
      help: null,
      offers: ({ state: { node } }) => [
        {
          input: { language: node.language === 'fr' ? ('en' as const) : ('fr' as const) },
          words: { key: 'desk.palette.language' },
        },
      ],
      done: never,
    },
  }),
  ...personActs,
  ...lineActs,
  ...reliefActs,
  ...pollActs,
}

type Acts = typeof acts
export type ActId = keyof Acts
export const actIds = Object.keys(acts) as ActId[]

export type InputOf<A extends ActId> = InputOfEntries<Acts[A]['input']>
/** What is asked for: which act, and what it takes. */
export type ActInput<A extends ActId = ActId> = { [N in A]: { act: N } & InputOf<N> }[A]
/** The acts that a kind of window may do. */
export type ActsOf<R extends PictureRole> = {
  [A in ActId]: R extends Acts[A]['roles'][number] ? A : never
}[ActId]

/** What somebody did, when; `at` ms since 1970. */
export interface Act<A extends ActId = ActId> {
  input: ActInput<A>
  author: Author
  at: number
  /** how two persons came to do it; absent: it asked for no second */
  accord?: Accord
}

/** The row of an act, for what does the same with each. */
export const rowOf = (id: ActId): ActRow<Entries, readonly PictureRole[]> =>
  // each takes what its own schema lets through
  acts[id] as unknown as ActRow<Entries, readonly PictureRole[]>

/** Asked of persons by themselves: by who sits where, has which function, and is relieved by whom. */
const askedOtherwise: readonly string[] = [
  'blank',
  ...Object.keys(personActs),
  ...lineActIds,
  ...reliefActIds,
  ...pollActIds,
]
/**
 * Policy may ask a function or a second person for it. Blanking waits for nobody, and who sits where and has which function
 * is what the rest is asked by.
 */
export const mayBeAsked = (id: ActId): boolean =>
  !askedOtherwise.includes(id) && rowOf(id).roles.includes('desk')
export const askedActs = actIds.filter(mayBeAsked)
/** No acts, and policy may keep them for who holds a function all the same: to enter a line of the log, … */
export const lineRight = 'enter-line'
/** … and to release a synthesis, for which it may ask a second person, too. */
export const releaseRight = 'release-report'
/** All that policy may ask a second person for. */
export const askedFor: readonly AskedFor[] = [...askedActs, releaseRight]
export type AskedFor = ActId | typeof releaseRight
/** All that policy may keep for who holds a function. */
export const functionRights: readonly (AskedFor | typeof lineRight)[] = [...askedFor, lineRight]

const schemaOf = (ids: readonly ActId[]): v.GenericSchema =>
  v.variant(
    'act',
    ids.map((id) => v.strictObject({ act: v.literal(id), ...rowOf(id).input })),
  )

/** What each kind of window may ask for. */
export const actsFor = Object.fromEntries(
  pictureRoles.map((role) => [role, schemaOf(actIds.filter((id) => rowOf(id).roles.includes(role)))]),
) as { [R in PictureRole]: v.GenericSchema<ActInput<ActsOf<R>>> }

const inputs = new Map<string, v.GenericSchema>(actIds.map((id) => [id, schemaOf([id])]))

/** What came from elsewhere, as an act of the table; null: there is no such act, or it takes something else. */
export function readAct(act: string, input: object): ActInput | null {
  const schema = inputs.get(act)
  const read = schema && v.safeParse(schema, { ...input, act })
  return read?.success === true ? (read.output as ActInput) : null
}

/** What takes an act back. @param before the state in which it is done */
export function inverseOf<I extends ActInput>(input: I, before: DeskState): I | null {
  const { act: id, ...own } = input
  const inverse = rowOf(id).inverse(own, before)
  // the same act, and its own row made what it takes
  return inverse === null ? null : ({ act: id, ...inverse } as I)
}
