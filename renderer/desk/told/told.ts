/** Lines that are addressed to functions, as this desk's person may answer them, and which of them call. */
import { isSame, type EntityRef } from '../../../preload/contract/entity.ts'
import { heldBy } from '../../../preload/contract/person.ts'
import { tokenOf } from '../../../preload/contract/place.ts'
import type { DeskState } from '../../../preload/contract/state.ts'
import { callingIn, isAnswered, type ToldLine } from '../../../preload/contract/told.ts'
import type { Acting } from '../acting.svelte.ts'
import type { DeskAct } from '../acts.ts'

type Here = Pick<DeskState, 'sitting' | 'node'>
type Receipts = ToldLine['receipts']

export const lineOf = ({ told }: Pick<DeskState, 'told'>, ref: EntityRef | null): ToldLine | null =>
  ref === null ? null : (told.lines.find((line) => isSame(line, ref)) ?? null)

/** What the person at this desk answers for. */
export function ownReceipts({ receipts }: Pick<ToldLine, 'receipts'>, { sitting, node }: Here): Receipts {
  const held = heldBy(sitting, node.name).map(({ id }) => id)
  return receipts.filter((each) => held.includes(each.function))
}

const about = ({ product, entity }: EntityRef, id: string) => ({ product, entity, function: id })

/** To say that it was read here: once for each function that has not answered. */
export const readsOf = (line: ToldLine, state: Here): DeskAct[] =>
  ownReceipts(line, state)
    .filter((each) => !isAnswered(each))
    .map((each) => ({ act: 'read-line', ...about(line, each.function) }))

/** To say that it was acted on: where all of this desk's have, that it was not after all. */
export function actsOn(line: ToldLine, state: Here): DeskAct[] {
  const own = ownReceipts(line, state)
  const open = own.filter(({ acted }) => acted === null)
  return (open.length > 0 ? open : own).map((each) => ({
    ...{ act: 'act-on-line', ...about(line, each.function), acted: each.acted === null },
  }))
}

/** How many functions it is for, and how many have read it and acted on it. */
export const countsOf = ({ receipts }: Pick<ToldLine, 'receipts'>) => ({
  count: receipts.length,
  read: receipts.filter(isAnswered).length,
  acted: receipts.filter(({ acted }) => acted !== null).length,
})

export interface Calling {
  line: ToldLine
  /** ids of those that have not answered in time */
  functions: string[]
  /** this desk's person is to answer */
  own: boolean
}

/**
 * What calls at this desk: what is for a function that is held here, and what was entered here and stays without an
 * answer. What is to be answered here first, then what waits longest.
 */
export function callsHere(state: Here & Pick<DeskState, 'told'>, now: number): Calling[] {
  const held = heldBy(state.sitting, state.node.name).map(({ id }) => id)
  const isFromHere = ({ by }: ToldLine): boolean =>
    by !== null && by.automation === null && tokenOf(by.node) === tokenOf(state.node.name)
  return state.told.lines
    .flatMap((line): Calling[] => {
      const silent = callingIn(line, now).map((each) => each.function)
      const mine = silent.filter((id) => held.includes(id))
      if (mine.length > 0) return [{ line, functions: mine, own: true }]
      return silent.length > 0 && isFromHere(line) ? [{ line, functions: silent, own: false }] : []
    })
    .sort((a, b) => Number(b.own) - Number(a.own) || a.line.due - b.line.due)
}

/** Whoever opens a line that is for them has read it. */
export function markRead(
  { state, acting }: { state: Here & Pick<DeskState, 'told'>; acting: Pick<Acting, 'perform'> },
  ref: EntityRef,
): void {
  const line = lineOf(state, ref)
  if (line !== null) for (const read of readsOf(line, state)) acting.perform(read)
}
