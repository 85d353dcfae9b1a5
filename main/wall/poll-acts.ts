/** What acts make of readiness polls: asked, answered, closed. Pure, as `acts.ts` is. */
import type { Act } from '../../preload/contract/act.ts'
import { pollActs } from '../../preload/contract/poll-acts.ts'
import { answersTo, type Answered, type Poll } from '../../preload/contract/poll.ts'
import { oneLine } from '../../preload/contract/text.ts'
import type { Policy } from '../policy/policy.ts'
import type { State } from './state.ts'

/** More than a day has; those that were asked first go first, on every node the same. */
const mostPolls = 20

/** A poll as acts have made it; what its functions are called is each node's policy's to say. */
export interface AskedPoll extends Omit<Poll, 'functions'> {
  functions: readonly string[]
  /** by function */
  answers: ReadonlyMap<string, Answered>
}

const changed = (state: State, id: string, to: (poll: AskedPoll) => AskedPoll): State =>
  state.polls.some((each) => each.id === id)
    ? { ...state, polls: state.polls.map((each) => (each.id === id ? to(each) : each)) }
    : state

const asking = (a: AskedPoll, b: AskedPoll): number => a.at - b.at || (a.id < b.id ? -1 : 1)

export const pollReducers = {
  'ask-poll'(state: State, { input, author, at }: Act<'ask-poll'>): State {
    const { poll: id, title, functions, kind } = input
    // what somebody has answered stays what they were asked
    if (state.polls.some((each) => each.id === id)) return state
    const asked: AskedPoll = {
      ...{ id, title: oneLine(title, 100), kind, functions, by: author, at },
      ...{ closed: null, answers: new Map() },
    }
    return { ...state, polls: [...state.polls, asked].sort(asking).slice(-mostPolls) }
  },
  'answer-poll'(state: State, { input, author, at }: Act<'answer-poll'>): State {
    const { poll: id, function: of, answer, reason } = input
    // who says so must have been able to
    if (!pollActs['answer-poll'].mayBe?.(input, author)) return state
    return changed(state, id, (poll) => {
      if (!poll.functions.includes(of)) return poll
      const answers = new Map(poll.answers)
      if (answer === null) answers.delete(of)
      else if (answersTo(poll.kind).includes(answer))
        answers.set(of, { answer, reason: oneLine(reason, 200), by: author, at })
      return { ...poll, answers }
    })
  },
  'close-poll': (state: State, { input: { poll: id, closed }, author, at }: Act<'close-poll'>): State =>
    changed(state, id, (poll) => ({ ...poll, closed: closed ? { by: author, at } : null })),
}

/** With the functions as this node's policy calls them. */
export const tellPolls = ({ polls }: State, { functions: known }: Pick<Policy, 'functions'>): Poll[] =>
  polls.map(({ functions, answers, ...poll }) => ({
    ...poll,
    functions: functions.map((id) => ({
      id,
      name: known.find((each) => each.id === id)?.name ?? id,
      answered: answers.get(id) ?? null,
    })),
  }))
