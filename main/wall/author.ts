/** Who does what is asked for at this node: main alone says so, whatever a window claims. */
import type { ActInput } from '../../preload/contract/act.ts'
import type { Author } from '../../preload/contract/author.ts'
import { heldBy, type Sitting } from '../../preload/contract/person.ts'
import type { Policy } from '../policy/policy.ts'
import type { State } from './state.ts'

/** What policy says of persons and of what they may do. */
export type PersonPolicy = Pick<Policy, 'persons' | 'functions' | 'fourEyes' | 'breakGlass'>

export type Sits = Pick<State, 'person' | 'functions' | 'others' | 'unheard'>

/** Who sits at the desk, and what that lets them do. */
export const sittingOf = (state: Sits, policy: PersonPolicy): Sitting => ({
  person: state.person,
  elsewhere: [...state.others].flatMap(([node, { person }]) =>
    person === null || state.unheard.includes(node) ? [] : [{ person, node }],
  ),
  ...policy.persons,
  functions: policy.functions.map(({ id, name, may }) => ({
    ...{ id, name, may },
    held: state.functions.get(id) ?? null,
  })),
  fourEyes: policy.fourEyes,
  breakGlass: policy.breakGlass,
})

/** @param input what is done: of several functions, it is done in the one that it asks for; null: nothing of the table */
export function authorOf(state: Sits, policy: PersonPolicy, node: string, input: ActInput | null): Author {
  const nobody: Author = { person: null, function: null, node, automation: null }
  // whoever sits down says so; that nobody does is said by who leaves
  if (input?.act === 'change-person') return { ...nobody, person: input.person ?? state.person }
  if (state.person === null) return nobody
  const held = heldBy(sittingOf(state, policy), node)
  const asked =
    input &&
    held.find(({ id, may }) =>
      // who answers for a function does it in that one
      input.act === 'read-line' || input.act === 'act-on-line' || input.act === 'answer-poll'
        ? id === input.function
        : may.includes(input.act),
    )
  return { ...nobody, person: state.person, function: (asked ?? held[0])?.id ?? null }
}
