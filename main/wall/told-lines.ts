/** What windows are told of lines that are addressed to functions: never of one above what they may show. */
import type { Rank } from '../../preload/contract/marking.ts'
import { heldBy } from '../../preload/contract/person.ts'
import {
  addressees,
  isAnswered,
  isOfRoom,
  isSameReceipt,
  type Addressed,
  type Call,
  type DeskTold,
  type Receipt,
  type ToldLine,
} from '../../preload/contract/told.ts'
import type { Policy } from '../policy/policy.ts'
import { sittingOf, type PersonPolicy } from './author.ts'
import type { State } from './state.ts'

export type ToldPolicy = Pick<Policy, 'organisation' | 'functions' | 'answerWithin'>
type Known = Pick<State, 'addressed' | 'receipts'>

const nothing = { delivered: null, read: null, acted: null }

type Functions = ToldPolicy['functions']

/** For as long as the policy is the same: it is asked for every line, window and change. */
const meantBy = new WeakMap<Functions, Map<string, Functions>>()
/** What people write is mostly the same few; what is more than anybody writes is found anew. */
const mostMeant = 2000
function meant(to: string, functions: Functions): Functions {
  const known = meantBy.get(functions) ?? new Map<string, Functions>()
  meantBy.set(functions, known)
  const before = known.get(to)
  if (before !== undefined) return before
  if (known.size >= mostMeant) known.clear()
  const found = addressees(to, functions)
  known.set(to, found)
  return found
}

/** The lines up to a rank, with what became of each at each function of the room that it is for. */
function linesUpTo(
  { addressed, receipts }: Known,
  { organisation, functions, answerWithin }: ToldPolicy,
  ceiling: Rank,
): ToldLine[] {
  const byLine = new Map<string, Receipt[]>()
  const lineOf = ({ product, entity }: Pick<Receipt, 'product' | 'entity'>): string => `${product} ${entity}`
  for (const receipt of receipts) {
    const line = lineOf(receipt)
    const known = byLine.get(line)
    if (known === undefined) byLine.set(line, [receipt])
    else known.push(receipt)
  }
  const told = (line: Addressed): ToldLine[] => {
    const { product, entity, number, published, by, to, rank } = line
    if (rank > ceiling || !isOfRoom(entity, organisation)) return []
    const all = meant(to, functions)
    if (all.length === 0) return []
    const own = byLine.get(lineOf(line)) ?? []
    return [
      {
        ...{ product, entity, number, published, by, rank, due: published + answerWithin },
        receipts: all.map(({ id }) => {
          const { delivered, read, acted } =
            own.find((each) => isSameReceipt(each, { product, entity, function: id })) ?? nothing
          return { function: id, delivered, read, acted }
        }),
      },
    ]
  }
  return addressed.lines.flatMap(told)
}

export const tellTold = (state: Known, policy: ToldPolicy, ceiling: Rank): DeskTold => ({
  lines: linesUpTo(state, policy, ceiling),
  left: state.addressed.left,
})

/** As many as a screen has room for; those that wait longest first. */
const mostCalls = 20

/** What a screen calls for once it is due: which line, and which functions, nothing of what it says. */
export const callsFor = (state: Known, policy: ToldPolicy, ceiling: Rank): Call[] =>
  linesUpTo(state, policy, ceiling)
    .flatMap(({ number, due, rank, receipts }): Call[] => {
      const silent = receipts.filter((each) => !isAnswered(each)).map((each) => each.function)
      const functions = policy.functions.filter(({ id }) => silent.includes(id)).map(({ name }) => name)
      return functions.length === 0 ? [] : [{ number, due, functions, rank }]
    })
    .sort((a, b) => a.due - b.due)
    .slice(0, mostCalls)

/** What this node's desk has and has not said that it has, for who sits there in the functions that it is for. */
export function undelivered(
  state: State,
  policy: ToldPolicy & PersonPolicy,
  node: string,
  ceiling: Rank,
): Pick<Receipt, 'product' | 'entity' | 'function'>[] {
  const own = new Set(heldBy(sittingOf(state, policy), node).map(({ id }) => id))
  if (own.size === 0) return []
  return linesUpTo(state, policy, ceiling).flatMap(({ product, entity, receipts }) =>
    receipts
      .filter((each) => own.has(each.function) && each.delivered === null && !isAnswered(each))
      .map(({ function: id }) => ({ product, entity, function: id })),
  )
}
