/**
 * The wall as acts make it: what the platform has settled, reduced in its order, and over it what was done here and is not
 * settled yet. Nothing here is changed in place: what is to be on the disk first is known before it shows.
 */
import { rowOf, type Act, type ActInput } from '../../preload/contract/act.ts'
import type { Author } from '../../preload/contract/author.ts'
import type { Outgoing, SettledAct } from '../../preload/contract/outbox.ts'
import { reduce } from './acts.ts'
import type { State } from './state.ts'

/** The last act that the platform has of an entity. */
export interface Known {
  id: string
  sequence: number
  published: number
  input: ActInput
  by: Author
  at: number
  /** the last one before it that another node did; null: none is known */
  foreign: Foreign | null
  /** the log was read anew since, and has not shown it again: it may be another log */
  stale: boolean
}
export type Foreign = Omit<Known, 'foreign' | 'stale'>

/** An act that was done here, and that the platform has not settled yet. */
export interface Own {
  out: Outgoing
  input: ActInput
  /** false: it shows only once it is settled */
  shown: boolean
  /** it is in the outbox; else only this process has it */
  kept: boolean
}

/** An act of the platform that counts here. */
export interface Settling {
  act: SettledAct
  input: ActInput
}

export interface Fold {
  /** what main found, what is settled, and what is this node's alone */
  base: State
  /** by entity, the one that was heard last at the end */
  known: ReadonlyMap<string, Known>
  /** in the order in which it was done */
  own: readonly Own[]
  /** a blank that no platform has: only the desk here takes it back */
  holds: boolean
  /** ids of what was done here after that began, and takes it back; nothing older ever does */
  lifts: readonly string[]
}

/** More than the picture has of a product: what goes is known to be of no use. */
const mostKnown = 20_000

/**
 * The last act about it that another node than this did, and that counts against what knew no further than `after`. Here
 * and below names are compared as written: one that is only written alike counts as another's, and the picture stays
 * away.
 */
export function overtaking(known: Known | undefined, node: string, after: number | null): Foreign | null {
  const last = known === undefined || known.by.node !== node ? known : known.foreign
  return last && last.sequence > (after ?? 0) ? last : null
}

const accordOf = ({ accord }: Outgoing['body']): Pick<Act, 'accord'> =>
  accord === undefined ? {} : { accord }
const actOf = ({ out, input }: Own): Act => ({
  ...{ input, author: out.body.by, at: out.at },
  ...accordOf(out.body),
})

/** false: it is of no effect, as another's act or a blank that holds here came between */
export function hasEffect({ known, holds, lifts }: Fold, { out, input }: Own): boolean {
  if (holds && input.act === 'unblank' && !lifts.includes(out.id)) return false
  return !out.guarded || overtaking(known.get(out.entity), out.body.by.node, out.body.after) === null
}

/** What people see. */
export function shownOf(fold: Fold): State {
  const { base, own, holds } = fold
  const over = (state: State, each: Own): State =>
    each.shown && hasEffect(fold, each) ? reduce(state, actOf(each)) : state
  return own.reduce(over, holds ? { ...base, blanked: true } : base)
}

/** What this node knows of an entity, as it says with what it does about it: a sequence, null: nothing. */
export function knownOf({ known }: Fold, entity: string): number | null {
  const last = known.get(entity)
  return last === undefined || last.stale ? null : last.sequence
}

const isUnblank = ({ input }: Own): boolean => input.act === 'unblank'
const idOf = ({ out }: Own): string => out.id

const isShared = ({ act }: ActInput): boolean => rowOf(act).shared !== null

/**
 * Done at once: it is this node's alone, or nobody else is there. What was done here before about the same is of no
 * effect any more.
 *
 * @param entity what it is about
 * @returns the ids of what it replaces
 */
export function take(fold: Fold, act: Act, entity: string): { fold: Fold; replaced: string[] } {
  const before = isShared(act.input) ? fold.own.filter(({ out }) => out.entity === entity) : []
  const own = before.length === 0 ? fold.own : fold.own.filter((each) => !before.includes(each))
  const replaced = before.map(({ out }) => out.id)
  // what the platform says of it stays as it is
  if (act.input.act === 'blank') return { fold: { ...fold, own, holds: true, lifts: [] }, replaced }
  const holds = act.input.act !== 'unblank' && fold.holds
  const lifts = holds ? fold.lifts : []
  const known = new Map(fold.known)
  // where the platform has another of it in force, that is new once it is told again
  if (rowOf(act.input.act).shared?.lasts === null) known.delete(entity)
  return { fold: { ...fold, base: reduce(fold.base, act), known, own, holds, lifts }, replaced }
}

/** Done here, for everybody: after what was done before, or before all of it. */
export const add = (fold: Fold, own: readonly Own[], first: boolean): Fold => ({
  ...fold,
  own: first ? [...own, ...fold.own] : [...fold.own, ...own],
  // what was done before this process says nothing of what holds since
  lifts: fold.holds && !first ? [...fold.lifts, ...own.filter(isUnblank).map(idOf)] : fold.lifts,
})

export const keep = (fold: Fold, id: string, kept: boolean): Fold => ({
  ...fold,
  own: fold.own.map((each) => (each.out.id === id ? { ...each, kept } : each)),
})

/** The platform has had it, and something else about the same since. */
export const forget = (fold: Fold, id: string): Fold => ({
  ...fold,
  own: fold.own.filter(({ out }) => out.id !== id),
})

/** It never gets there; a blank holds here all the same. */
export function drop(fold: Fold, id: string): Fold {
  const dropped = fold.own.find(({ out }) => out.id === id)
  if (dropped === undefined) return fold
  const own = fold.own.filter((each) => each !== dropped)
  if (dropped.input.act !== 'blank') return { ...fold, own }
  const since = fold.own.slice(fold.own.indexOf(dropped)).filter(isUnblank).map(idOf)
  const lifts = fold.holds ? since.filter((id) => fold.lifts.includes(id)) : since
  return { ...fold, own, holds: true, lifts }
}

/** What this node did and somebody replaced who can't have known of it. */
export interface Lost {
  lost: Known
  won: Known
}

export interface Settled {
  fold: Fold
  lost: Lost | null
  /** it gave the picture back past this node's blank: whoever hears only the last act about it gives it back, too */
  passedOver: boolean
}

/**
 * @param node this one: its own signs of life, and what nobody needs afterwards, were done when they were done
 * @param acts in the platform's order; what is known already changes nothing
 * @param anew these and those behind them are all that is in force: the log was read from its beginning, or is another
 */
export function settle(fold: Fold, node: string, acts: readonly Settling[], anew = false): Settled {
  const known = new Map(
    anew ? [...fold.known].map(([entity, each]) => [entity, { ...each, stale: true }]) : fold.known,
  )
  let { base, own, holds, lifts } = fold
  let lost: Lost | null = null
  let passedOver = false
  for (const { act, input } of acts) {
    const { id, entity, body, published } = act
    const mine = own.find(({ out }) => out.id === id)
    if (mine !== undefined) own = own.filter((each) => each !== mine)
    const before = known.get(entity)
    const isBehind = before !== undefined && !isNewer(act, before)
    if (isBehind && (!before.stale || id === before.id)) {
      known.set(entity, { ...before, stale: before.stale && id !== before.id })
      continue
    }
    // what was known of another log says nothing of this one
    const last = before !== undefined && before.sequence < act.sequence ? before : undefined
    const now = knownBy(act, input, last)
    known.delete(entity)
    known.set(entity, now)

    const { guarded, lasts } = rowOf(input.act).shared ?? { guarded: false, lasts: null }
    const passed = guarded ? overtaking(last, body.by.node, body.after) : null
    if (passed !== null) {
      passedOver ||= passed.by.node === node && passed.input.act === 'blank'
      continue
    }
    if (lasts !== null && body.by.node === node) continue
    // the log went back: the picture is not given back with it
    if (isBehind && input.act === 'unblank' && base.blanked && !holds) [holds, lifts] = [true, []]
    if (last !== undefined && isLost(last, now, act, node)) lost = { lost: last, won: now }
    // a sign of life is as old as the platform says, whatever its author's clock is
    const done = { input, author: body.by, at: lasts === null ? act.at : published }
    base = reduce(base, { ...done, ...accordOf(body) })
    if (input.act === 'unblank' && lifts.includes(id)) [holds, lifts] = [false, []]
    if (input.act === 'unblank' && mine !== undefined) {
      const done = fold.own.indexOf(mine)
      own = own.filter((each) => each.input.act !== 'blank' || fold.own.indexOf(each) > done)
    }
  }
  for (const entity of known.keys()) {
    if (known.size <= mostKnown) break
    // what the wall's screens show is needed for as long as they show it
    if (['alarm.', 'told.', 'poll.'].some((token) => entity.startsWith(token))) known.delete(entity)
  }
  const next = { ...fold, base, known, own, holds, lifts }
  const isAsked = own.some((each) => isUnblank(each) && hasEffect(next, each))
  return { fold: next, lost, passedOver: passedOver && base.blanked && !isAsked }
}

/**
 * A lower sequence that was published later: the stream was made anew. One id at two sequences is two acts: whoever hears
 * only the second takes it for one.
 */
const isNewer = ({ sequence, published }: SettledAct, before: Known): boolean =>
  sequence > before.sequence || published > before.published

function knownBy(
  { id, sequence, published, body, at }: SettledAct,
  input: ActInput,
  last: Known | undefined,
): Known {
  const { foreign: before, stale: _, ...previous } = last ?? { foreign: null, stale: false }
  const isOther = last !== undefined && last.by.node !== body.by.node
  return {
    ...{ id, sequence, input, by: body.by, at, stale: false },
    published: Math.max(published, last?.published ?? 0),
    foreign: isOther ? (previous as Foreign) : before,
  }
}

/** One makes what the other made. Whoever takes a function makes it theirs. */
const isAlike = (one: ActInput, other: ActInput): boolean =>
  JSON.stringify(one) === JSON.stringify(other) && rowOf(one.act).about.token !== 'function'

const isLost = (mine: Known, won: Known, { body }: SettledAct, node: string): boolean =>
  mine.by.node === node &&
  mine.by.automation === null &&
  won.by.node !== node &&
  (body.after ?? 0) < mine.sequence &&
  !isAlike(mine.input, won.input)
