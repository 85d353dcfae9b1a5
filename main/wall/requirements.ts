/** What policy asks of whoever does something here: a person, a function, a second person. It is tried before it is done. */
import { lineRight, releaseRight, rowOf, type ActId, type ActInput } from '../../preload/contract/act.ts'
import type { Author } from '../../preload/contract/author.ts'
import {
  heldBy,
  isHeldAt,
  isOfferedTo,
  isSamePerson,
  lacking,
  seatOf,
} from '../../preload/contract/person.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { sittingOf, type PersonPolicy, type Sits } from './author.ts'
import type { Proposal, State } from './state.ts'

/** Who sits here, and what of their relief waits. */
type Sitters = Sits & Partial<Pick<State, 'reliefs'>>

type Trial<A extends ActId> = (
  input: ActInput<A>,
  state: Sitters,
  policy: PersonPolicy,
  author: Author,
) => Result<undefined>

const nobody = (): Result<never> => fail('person.wanted', 'nobody sits at this desk')
const isKnown = ({ persons: { list, free } }: PersonPolicy, name: string): boolean =>
  free || list.includes(name)
const unknown = (name: string): Result<never> =>
  fail('person.unknown', 'the policy does not name this person', name)
const noFunction = (id: string, why: string): Result<never> => fail('function.unknown', why, id)
/** Whoever hands something on has it. */
const has = (id: string, state: Sits, policy: PersonPolicy, { node }: Author): Result<undefined> => {
  const held = heldBy(sittingOf(state, policy), node)
  return held.some((each) => each.id === id) ? ok(undefined) : noFunction(id, 'this person has it not')
}

const answersFor = (id: string, state: Sits, policy: PersonPolicy, author: Author): Result<undefined> =>
  state.person === null ? nobody() : has(id, state, policy, author)
const reliefOver = (id: string): Result<never> => fail('relief.over', 'nobody offers it to this person', id)

const trials: { [A in ActId]?: Trial<A> } = {
  'change-person': ({ person }, _state, policy) =>
    person === null || isKnown(policy, person) ? ok(undefined) : unknown(person),
  'take-function'({ function: id }, { person }, { functions }) {
    if (person === null) return nobody()
    return functions.some((each) => each.id === id) ? ok(undefined) : noFunction(id, 'there is none')
  },
  'hand-over-function': ({ function: id }, state, policy, author) => has(id, state, policy, author),
  'leave-function': ({ function: id }, state, policy, author) => has(id, state, policy, author),
  'decline-function'({ function: id, holder, at }, { person, functions }) {
    if (person === null) return nobody()
    const now = functions.get(id)
    const isIts = isHeldAt(now, { person: holder, node: at })
    return isIts && isOfferedTo(now, person)
      ? ok(undefined)
      : noFunction(id, 'nobody offers it to this person now')
  },
  'read-line': ({ function: id }, state, policy, author) => answersFor(id, state, policy, author),
  'act-on-line': ({ function: id }, state, policy, author) => answersFor(id, state, policy, author),
  'answer-poll': ({ function: id }, state, policy, author) => answersFor(id, state, policy, author),
  'offer-relief'({ to, functions }, state, policy, author) {
    if (state.person === null) return nobody()
    if (!isKnown(policy, to)) return unknown(to)
    if (isSamePerson(to, state.person))
      return fail('proposal.same-person', 'whoever relieves them is another', to)
    const lacked = functions.map((id) => has(id, state, policy, author)).find(({ ok }) => !ok)
    return lacked ?? ok(undefined)
  },
  'end-relief'({ relief }, { person, reliefs = [] }) {
    if (person === null) return nobody()
    const found = reliefs.find(({ id }) => id === relief)
    const isTheirs =
      found !== undefined && [found.to, found.by.person ?? ''].some((each) => isSamePerson(each, person))
    return isTheirs ? ok(undefined) : reliefOver(relief)
  },
  relieve({ relief, functions: taken }, { person, functions, reliefs = [] }) {
    if (person === null) return nobody()
    const found = reliefs.find(({ id }) => id === relief)
    const before = found && seatOf(found.by)
    if (found === undefined || !before || !isSamePerson(found.to, person)) return reliefOver(relief)
    if (isSamePerson(before.person, person))
      return fail('proposal.same-person', 'whoever relieves them is another', person)
    // all of it or nothing, as it was offered
    const isWhole =
      found.functions.every((id) => taken.includes(id)) && taken.every((id) => found.functions.includes(id))
    const gone = found.functions.find((id) => !isHeldAt(functions.get(id), before))
    if (!isWhole || gone !== undefined)
      return fail('relief.changed', 'what was offered is theirs no longer', gone ?? relief)
    return ok(undefined)
  },
  'decline-proposal': (_input, { person }) => (person === null ? nobody() : ok(undefined)),
}

/** Whether whoever sits here holds a function that this asks for, if it asks for one. */
function holdsFor(asked: string, state: Sits, policy: PersonPolicy, { node }: Author): Result<undefined> {
  const [lacks] = lacking(sittingOf(state, policy), node, asked)
  if (lacks === undefined) return ok(undefined)
  const name = typeof lacks.name === 'string' ? lacks.name : lacks.name.fr
  return fail('function.wanted', `it is for who holds “${lacks.id}”`, name)
}

export const mayEnterLines = (state: Sits, policy: PersonPolicy, author: Author): Result<undefined> =>
  holdsFor(lineRight, state, policy, author)

/** A person releases a synthesis: it leaves in their name. */
export const mayRelease = (state: Sits, policy: PersonPolicy, author: Author): Result<undefined> =>
  holdsFor(releaseRight, state, policy, author)

/** Whether whoever sits here may do it, by person and function. What does things by itself needs neither. */
export function mayDo(
  input: ActInput,
  state: Sitters,
  policy: PersonPolicy,
  author: Author,
): Result<undefined> {
  if (author.automation !== null) return ok(undefined)
  const holds = holdsFor(input.act, state, policy, author)
  if (!holds.ok) return holds
  // each act meets what is written for its own name
  return (trials[input.act] as Trial<ActId> | undefined)?.(input, state, policy, author) ?? ok(undefined)
}

/** Whether it waits for a second person. */
export const asksForTwo = ({ act }: ActInput, { fourEyes }: PersonPolicy, { automation }: Author): boolean =>
  automation === null && fourEyes.includes(act)

/** One of the two must be who it is for, as this node knows it now: another's policy may have let it be proposed. */
export function eitherMay(
  { input, by }: Proposal,
  state: Sitters,
  policy: PersonPolicy,
  author: Author,
): Result<undefined> {
  const may = mayDo(input, state, policy, author)
  if (may.ok || by.person === null) return may
  const proposers = mayDo(input, { ...state, person: by.person }, policy, { ...by, automation: null })
  return proposers.ok ? proposers : may
}

const textOf = (input: ActInput): string => JSON.stringify(Object.entries(input).sort())

/** @returns what waits under that id, if it is what was read there and can still be done here */
export function waitingOf(
  { proposals }: Pick<State, 'proposals'>,
  id: string,
  did: ActInput,
  { person, node }: Author,
): Result<Proposal> {
  if (person === null) return nobody()
  const found = proposals.find((each) => each.id === id)
  if (found === undefined || found.declined !== null || textOf(found.input) !== textOf(did))
    return fail('proposal.over', 'it waits no longer', id)
  if (rowOf(found.input.act).shared === null && found.by.node !== node)
    return fail('proposal.elsewhere', `it is ${found.by.node}’s own affair`, found.by.node)
  return ok(found)
}

/** A second person is another person. */
export const isSecond = ({ by }: Proposal, { person }: Author): boolean =>
  person !== null && by.person !== null && !isSamePerson(person, by.person)
