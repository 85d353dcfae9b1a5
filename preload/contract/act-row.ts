/** What a row of the table of acts says (`act.ts`), and how what an act is about is called. */
import type * as v from 'valibot'
import type texts from '../../resources/translations/fr.json'
import type { Author } from './author.ts'
import type { EntityRef } from './entity.ts'
import { alarmEntity, nodeEntity, screenEntity, wallEntity, type Place } from './place.ts'
import type { PictureRole } from './role.ts'
import type { DeskState } from './state.ts'
import type { Words } from './words.ts'

export type TextKey = keyof typeof texts
/**
 * What is told: somebody's own words, or a text of ours with what stands in it. Words in several languages are said in
 * the reader's, an entity as people write it, and one text may stand in another.
 */
export type Said =
  { words: Words } | { key: TextKey; values?: Record<string, number | Words | EntityRef | Said> }

/** Where the palette lists it, in this order. */
export const groups = ['selected', 'board', 'report', 'wall', 'go', 'desk', 'products', 'found'] as const
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

export interface AtDesk<I> extends Way<I> {
  /** what it is called until it is confirmed, where it is not done before that */
  asked?: Said
  /** what is told when it was done; null: it is plain to see */
  done: (input: I, state: DeskState) => Said | null
  /** … and when it was done to take another back, where that is said otherwise */
  undone?: (input: I, state: DeskState) => Said
}

export type Entries = v.ObjectEntries
export type InputOfEntries<E extends Entries> = v.InferOutput<v.StrictObjectSchema<E, undefined>>

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

export interface ActRow<E extends Entries, R extends readonly PictureRole[]> {
  input: E
  /** the kinds of window that may do it; none: only an automation does */
  roles: R
  /** the entity whose state it makes: the last act of an entity is its state */
  about: About<InputOfEntries<E>>
  /** null: it is this node's alone. Else it is an event, and every node of the wall folds it */
  shared: Shared | null
  /** the trail keeps it */
  audited: boolean
  /** its author can have done it, by what the act says of itself alone; else it counts for nobody. Absent: anybody can */
  mayBe?: (input: InputOfEntries<E>, author: Author) => boolean
  /**
   * The same act that takes it back, by the state in which it was done; null: there is nothing to take back, or only
   * an act of its own may.
   */
  inverse: (input: InputOfEntries<E>, before: DeskState) => InputOfEntries<E> | null
  desk: AtDesk<InputOfEntries<E>> | null
}

export const act = <const E extends Entries, const R extends readonly PictureRole[]>(
  row: ActRow<E, R>,
): ActRow<E, R> => row

export const never = (): null => null
export const about = <I>(
  token: string,
  ofWall: boolean,
  entity: (input: I, place: Place) => string,
  all: About<I>['all'],
): About<I> => Object.assign(entity, { token, ofWall, all })
export const ofAnyWall = (place: Place | null, what: string): string =>
  place === null ? `${what}.*.*` : wallEntity(place, what)
export const theNode = about(
  'node',
  true,
  (_: unknown, place) => nodeEntity(place),
  // no other node
  (place) => (place === null ? `${ofAnyWall(null, 'node')}.*` : nodeEntity(place)),
)
export const theScreen = about(
  'screen',
  true,
  ({ screen }: { screen: number }, place) => screenEntity(place, screen),
  (place) => `${ofAnyWall(place, 'screen')}.*`,
)
export const theAlarm = about(
  'alarm',
  false,
  (entity: EntityRef) => alarmEntity(entity),
  () => 'alarm.>',
)
export const ofTheWall = (what: string) =>
  about(
    what,
    true,
    (_: unknown, place) => wallEntity(place, what),
    (place) => ofAnyWall(place, what),
  )
/** … one of several of a kind, by its id. */
export const oneOfTheWall = <K extends string>(what: K) =>
  about(
    what,
    true,
    (input: { [N in K]: string }, place) => `${wallEntity(place, what)}.${input[what]}`,
    (place) => `${ofAnyWall(place, what)}.*`,
  )

export const toAll: Shared = { lasts: null, guarded: false }
