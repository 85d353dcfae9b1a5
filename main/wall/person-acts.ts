/** What acts make of who sits where, who has which function, and what waits for a second person. Pure, as `acts.ts` is. */
import { mayBeAsked, readAct, type Act } from '../../preload/contract/act.ts'
import type { Accord, HeldFunction } from '../../preload/contract/person.ts'
import { isHeldAt, isOfferedTo, isSameSeat, seatOf } from '../../preload/contract/person.ts'
import type { State } from './state.ts'

/** More than any room has; those that were taken longest ago go first. */
const mostFunctions = 100
/** More than anybody reads. */
const mostProposals = 50
const mostAlone = 20

type Functions = State['functions']

export function held(functions: Functions, id: string, now: HeldFunction): Functions {
  const next = new Map(functions).set(id, now)
  if (next.size <= mostFunctions) return next
  const [oldest] = [...next].sort(([a, one], [b, other]) => one.at - other.at || (a < b ? -1 : 1))
  if (oldest !== undefined) next.delete(oldest[0])
  return next
}

const free: HeldFunction = { holder: null, at: 0, offered: null, declined: null, takenFrom: null }

/**
 * Each says by itself who has the function from now on: a node that hears only the last act about it knows as much as one
 * that heard all.
 */
export const functionReducers = {
  'take-function'(state: State, { input, author, at }: Act<'take-function'>): State {
    const holder = seatOf(author)
    if (holder === null) return state
    const before = state.functions.get(input.function)
    const wasGiven = isOfferedTo(before, holder.person)
    const had = before?.holder ?? null
    const isOthers = had !== null && !wasGiven && !isSameSeat(had, holder)
    const now = { ...free, holder, at, takenFrom: isOthers ? had : null }
    return { ...state, functions: held(state.functions, input.function, now) }
  },
  'hand-over-function'(state: State, { input, author, at }: Act<'hand-over-function'>): State {
    const holder = seatOf(author)
    if (holder === null) return state
    const before = state.functions.get(input.function)
    const since = before && isHeldAt(before, holder) ? before.at : at
    const now = { ...free, holder, at: since, offered: input.to }
    return { ...state, functions: held(state.functions, input.function, now) }
  },
  'decline-function'(state: State, { input, author, at }: Act<'decline-function'>): State {
    const holder = { person: input.holder, node: input.at }
    const before = state.functions.get(input.function)
    const since = before && isHeldAt(before, holder) ? before.at : at
    const now = { ...free, holder, at: since, declined: author.person }
    return { ...state, functions: held(state.functions, input.function, now) }
  },
  'leave-function': (state: State, { input, at }: Act<'leave-function'>): State => ({
    ...state,
    functions: held(state.functions, input.function, { ...free, at }),
  }),
}

const without = ({ proposals }: State, id: string): State['proposals'] =>
  proposals.some((each) => each.id === id) ? proposals.filter((each) => each.id !== id) : proposals

export const proposalReducers = {
  propose(state: State, { input: { proposal: id, what, takes }, author, at }: Act<'propose'>): State {
    const input = readAct(what, takes)
    // what somebody may be reading stays what it is
    const isKnown = state.proposals.some((each) => each.id === id)
    if (input === null || !mayBeAsked(input.act) || author.person === null || isKnown) return state
    const proposals = [...state.proposals, { id, input, by: author, at, declined: null }]
    return { ...state, proposals: proposals.slice(-mostProposals) }
  },
  'decline-proposal': (
    state: State,
    { input: { proposal: id }, author }: Act<'decline-proposal'>,
  ): State => ({
    ...state,
    proposals: state.proposals.map((each) => (each.id === id ? { ...each, declined: author } : each)),
  }),
  'end-proposal': (state: State, { input }: Act<'end-proposal'>): State => ({
    ...state,
    proposals: without(state, input.proposal),
  }),
}

/** What was done by two waits no longer, and what one did alone everybody reads. */
export function settleAccord(state: State, { input, author, at }: Act, accord: Accord): State {
  const next = { ...state, proposals: without(state, accord.proposal) }
  if (accord.how === 'agreed' || state.alone.some(({ id }) => id === accord.proposal)) return next
  const one = { id: accord.proposal, input, by: author, at, reason: accord.reason }
  return { ...next, alone: [...state.alone, one].slice(-mostAlone) }
}
