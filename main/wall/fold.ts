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
  /** a blank that no platform has: nobody else can take it back but who knew of a later one */
  holds: boolean
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

const actOf = ({ out, input }: Own): Act => ({ input, author: out.body.by, at: out.at })

/** What people see. */
export function shownOf({ base, known, own, holds }: Fold): State {
  const over = (state: State, each: Own): State => {
    const { entity, guarded, body } = each.out
    if (!each.shown) return state
    if (guarded && overtaking(known.get(entity), body.by.node, body.after) !== null) return state
    return reduce(state, actOf(each))
  }
  return own.reduce(over, holds ? { ...base, blanked: true } : base)
}

/** What this node knows of an entity, as it says with what it does about it: a sequence, null: nothing. */
export function knownOf({ known }: Fold, entity: string): number | null {
  const last = known.get(entity)
  return last === undefined || last.stale ? null : last.sequence
}

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
  if (act.input.act === 'blank') return { fold: { ...fold, own, holds: true }, replaced }
  const holds = act.input.act !== 'unblank' && fold.holds
  return { fold: { ...fold, base: reduce(fold.base, act), own, holds }, replaced }
}

/** Done here, for everybody: after what was done before, or before all of it. */
export const add = (fold: Fold, own: readonly Own[], first: boolean): Fold => ({
  ...fold,
  own: first ? [...own, ...fold.own] : [...fold.own, ...own],
})

export const keep = (fold: Fold, id: string, kept: boolean): Fold => ({
  ...fold,
  own: fold.own.map((each) => (each.out.id === id ? { ...each, kept } : each)),
})

/** It never gets there; a blank holds here all the same. */
export function drop(fold: Fold, id: string): Fold {
  const dropped = fold.own.find(({ out }) => out.id === id)
  if (dropped === undefined) return fold
  const holds = fold.holds || dropped.input.act === 'blank'
  return { ...fold, own: fold.own.filter((each) => each !== dropped), holds }
}

/** What this node did and somebody replaced who can't have known of it. */
export interface Lost {
  lost: Known
  won: Known
}

/**
 * @param node this one: its own signs of life, and what nobody needs afterwards, were done when they were done
 * @param acts in the platform's order; what is known already changes nothing
 * @param anew these and those behind them are all that is in force: the log was read from its beginning, or is another
 */
export function settle(
  fold: Fold,
  node: string,
  acts: readonly Settling[],
  anew = false,
): { fold: Fold; lost: Lost | null } {
  const known = new Map(
    anew ? [...fold.known].map(([entity, each]) => [entity, { ...each, stale: true }]) : fold.known,
  )
  let { base, own, holds } = fold
  let lost: Lost | null = null
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
    if (guarded && overtaking(last, body.by.node, body.after) !== null) continue
    if (lasts !== null && body.by.node === node) continue
    // the log went back: the picture is not given back with it
    if (isBehind && input.act === 'unblank') holds ||= base.blanked
    if (last !== undefined && isLost(last, now, act, node)) lost = { lost: last, won: now }
    // a sign of life is as old as the platform says, whatever its author's clock is
    base = reduce(base, { input, author: body.by, at: lasts === null ? act.at : published })
    if (input.act === 'blank') holds = false
    if (input.act === 'unblank' && mine !== undefined) {
      holds = false
      const done = fold.own.indexOf(mine)
      own = own.filter((each) => each.input.act !== 'blank' || fold.own.indexOf(each) > done)
    }
  }
  for (const entity of known.keys()) {
    if (known.size <= mostKnown) break
    // what the wall's screens show is needed for as long as they show it
    if (entity.startsWith('alarm.')) known.delete(entity)
  }
  return { fold: { ...fold, base, known, own, holds }, lost }
}

/** A lower sequence that was published later: the stream was made anew. */
const isNewer = ({ id, sequence, published }: SettledAct, before: Known): boolean =>
  id !== before.id && (sequence > before.sequence || published > before.published)

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

const isLost = (mine: Known, won: Known, { body }: SettledAct, node: string): boolean =>
  mine.by.node === node &&
  mine.by.automation === null &&
  won.by.node !== node &&
  (body.after ?? 0) < mine.sequence &&
  JSON.stringify(mine.input) !== JSON.stringify(won.input)
