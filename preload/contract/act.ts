/**
 * All that people do to the node, one row each. From this table come the call and what each kind of window may ask
 * with it, the keys, the palette, the help, what is told of it, what takes it back and what the platform lets a node
 * write. A new act is one row here, one reducer in `main/wall/acts.ts`, and one line in `main/wall/remembered.ts` if it
 * survives a restart.
 */
import * as v from 'valibot'
import type texts from '../../resources/translations/fr.json'
import type { Author } from './author.ts'
import { EntityRefSchema, isSame, type EntityRef } from './entity.ts'
import { takenOf } from './incident.ts'
import { alarmEntity, wallEntity, screenEntity, nodeEntity, type Place } from './place.ts'
import { OwnScreenSchema } from './display.ts'
import { seenOn } from './pointing.ts'
import { roles, type Role } from './role.ts'
import type { DeskState } from './state.ts'
import { LanguageSchema, type Words } from './words.ts'

export type TextKey = keyof typeof texts
/**
 * What is told: somebody's own words, or a text of ours with what stands in it. Words in several languages are said in
 * the reader's, an entity as people write it.
 */
export type Said = { words: Words } | { key: TextKey; values?: Record<string, number | Words | EntityRef> }

/** Where the palette lists it, in this order. */
export const groups = ['selected', 'wall', 'go', 'desk', 'products', 'found'] as const
export type Group = (typeof groups)[number]

/** What a person at the desk has before them: what can be done now follows from it. */
export interface Situation {
  state: DeskState
  selected: EntityRef | null
  /** the selected entity is an incident: somebody may take it on */
  takeable: boolean
  /** the selected entity has a place: a map can show it */
  placed: boolean
}

/** One thing that can be done now. */
export interface Offer<I> {
  input: I
  words: Said
  /** what tells it from another of the same words; an entity as people write it */
  detail?: string | EntityRef
}

/** How people at the desk come to something that can be done; `S`: what it needs to know of their situation. */
export interface Way<I, S extends Situation = Situation> {
  /** null: the palette does not list it */
  group: Group | null
  /** as printed on it; the key does the first of the offers */
  key: string | null
  /** what the help says of the key */
  help: TextKey | null
  offers: (situation: S) => Offer<I>[]
}

interface AtDesk<I> extends Way<I> {
  /** what it is called until it is confirmed, where it is not done before that */
  asked?: Said
  /** what is told when it was done; null: it is plain to see */
  done: (input: I, state: DeskState) => Said | null
  /** … and when it was done to take another back, where that is said otherwise */
  undone?: (input: I, state: DeskState) => Said
}

type Entries = v.ObjectEntries
type InputOfEntries<E extends Entries> = v.InferOutput<v.StrictObjectSchema<E, undefined>>

/** How an act goes to the others. */
export interface Shared {
  /** ms after which nobody needs to hear of it: it never waits for a platform; null: for as long as it takes */
  lasts: number | null
  /** it counts only if nobody did anything about the same that its author did not know */
  guarded: boolean
}

/** How what an act is about is called; `token`, its first one, is what rights are given by. */
export interface About<I> {
  (input: I, place: Place): string
  readonly token: string
  /** it is of one wall, and another wall's is nobody's affair here */
  readonly ofWall: boolean
  /** all of these that a node there may make the state of, with a subject's wildcards; null: at whichever wall */
  readonly all: (place: Place | null) => string
}

export interface ActRow<E extends Entries, R extends readonly Role[]> {
  input: E
  /** the kinds of window that may do it; none: only an automation does */
  roles: R
  /** the entity whose state it makes: the last act of an entity is its state */
  about: About<InputOfEntries<E>>
  /** null: it is this node's alone. Else it is an event, and every node of the wall folds it */
  shared: Shared | null
  /** the trail keeps it */
  audited: boolean
  /**
   * The same act that takes it back, by the state in which it was done; null: there is nothing to take back, or only
   * an act of its own may.
   */
  inverse: (input: InputOfEntries<E>, before: DeskState) => InputOfEntries<E> | null
  desk: AtDesk<InputOfEntries<E>> | null
}

const act = <const E extends Entries, const R extends readonly Role[]>(row: ActRow<E, R>): ActRow<E, R> => row

const never = (): null => null
const about = <I>(
  token: string,
  ofWall: boolean,
  entity: (input: I, place: Place) => string,
  all: About<I>['all'],
): About<I> => Object.assign(entity, { token, ofWall, all })
const ofAnyWall = (place: Place | null, what: string): string =>
  place === null ? `${what}.*.*` : wallEntity(place, what)
const theNode = about(
  'node',
  true,
  (_: unknown, place) => nodeEntity(place),
  // no other node
  (place) => (place === null ? `${ofAnyWall(null, 'node')}.*` : nodeEntity(place)),
)
const theScreen = about(
  'screen',
  true,
  ({ screen }: { screen: number }, place) => screenEntity(place, screen),
  (place) => `${ofAnyWall(place, 'screen')}.*`,
)
const theAlarm = about(
  'alarm',
  false,
  (entity: EntityRef) => alarmEntity(entity),
  () => 'alarm.>',
)
const ofTheWall = (what: string) =>
  about(
    what,
    true,
    (_: unknown, place) => wallEntity(place, what),
    (place) => ofAnyWall(place, what),
  )

const toAll: Shared = { lasts: null, guarded: false }
/** How long the numbers stand on the screens, ms. */
export const identifyFor = 6_000
/** After so long without a word of it a node is one that is not heard, ms. */
export const presentFor = 45_000

const ScreenNumber = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64))
/** No longer than a file's name: a wrong scene is called as its file is. */
const SceneName = v.pipe(v.string(), v.maxLength(255))

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
  'show-scene': act({
    input: { screen: ScreenNumber, scene: SceneName },
    roles: ['desk'],
    about: theScreen,
    shared: toAll,
    audited: true,
    inverse({ screen, scene }, { screens }) {
      const before = screens.find((each) => each.screen === screen)
      return before === undefined || before.scene === scene ? null : { screen, scene: before.scene }
    },
    desk: {
      group: 'wall',
      key: null,
      help: null,
      offers: ({ state: { screens, scenes } }) =>
        screens.flatMap(({ screen, scene: shown, ceiling }) =>
          scenes
            .filter(({ scene, problem, rank }) => scene !== shown && problem === null && rank <= ceiling)
            .map(({ scene, title }) => ({
              input: { screen, scene },
              words: { key: 'desk.palette.show', values: { screen, scene: title } },
            })),
        ),
      done: ({ screen, scene }, state) => ({
        key: 'desk.notice.scene',
        values: { screen, scene: titleOf(scene, state) },
      }),
      undone: ({ screen, scene }, state) => ({
        key: 'desk.notice.sceneBack',
        values: { screen, scene: titleOf(scene, state) },
      }),
    },
  }),
  /** this node is there, with these screens of the wall */
  present: act({
    input: { screens: v.pipe(v.array(OwnScreenSchema), v.maxLength(64)) },
    roles: [],
    about: theNode,
    shared: { lasts: presentFor, guarded: false },
    audited: false,
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
}

type Acts = typeof acts
export type ActId = keyof Acts
export const actIds = Object.keys(acts) as ActId[]

export type InputOf<A extends ActId> = InputOfEntries<Acts[A]['input']>
/** What is asked for: which act, and what it takes. */
export type ActInput<A extends ActId = ActId> = { [N in A]: { act: N } & InputOf<N> }[A]
/** The acts that a kind of window may do. */
export type ActsOf<R extends Role> = {
  [A in ActId]: R extends Acts[A]['roles'][number] ? A : never
}[ActId]

/** What somebody did, when; `at` ms since 1970. */
export interface Act<A extends ActId = ActId> {
  input: ActInput<A>
  author: Author
  at: number
}

/** The row of an act, for what does the same with each. */
export const rowOf = (id: ActId): ActRow<Entries, readonly Role[]> =>
  // each takes what its own schema lets through
  acts[id] as unknown as ActRow<Entries, readonly Role[]>

const schemaOf = (ids: readonly ActId[]): v.GenericSchema =>
  v.variant(
    'act',
    ids.map((id) => v.strictObject({ act: v.literal(id), ...rowOf(id).input })),
  )

/** What each kind of window may ask for. */
export const actsFor = Object.fromEntries(
  roles.map((role) => [role, schemaOf(actIds.filter((id) => rowOf(id).roles.includes(role)))]),
) as { [R in Role]: v.GenericSchema<ActInput<ActsOf<R>>> }

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
