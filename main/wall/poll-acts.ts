/** What acts make of readiness polls: asked, answered, closed. Pure, as `acts.ts` is. */
import type { Act } from '../../preload/contract/act.ts'
import { pollActs } from '../../preload/contract/poll-acts.ts'
import { answersTo, type Answered, type Poll } from '../../preload/contract/poll.ts'
import { oneLine } from '../../preload/contract/text.ts'
import type { Words } from '../../preload/contract/words.ts'
import type { Policy } from '../policy/policy.ts'
import type { State } from './state.ts'

/** More than a day has; those that were asked first go first. By the platform's order, as an author's clock may be wrong. */
const mostPolls = 40
/** One node's own go first: it takes nobody else's away. */
const mostOfNode = 20

/** A poll as acts have made it; what its functions are called is each node's policy's to say. */
export interface AskedPoll extends Omit<Poll, 'functions' | 'rank' | 'asker'> {
  functions: readonly string[]
  /** by function */
  answers: ReadonlyMap<string, Answered>
}

const onOneLine = (words: Words, most: number): Words =>
  typeof words === 'string'
    ? oneLine(words, most)
    : { fr: oneLine(words.fr, most), en: oneLine(words.en, most) }

const changed = (state: State, id: string, to: (poll: AskedPoll) => AskedPoll): State =>
  state.polls.some((each) => each.id === id)
    ? { ...state, polls: state.polls.map((each) => (each.id === id ? to(each) : each)) }
    : state

function kept(polls: readonly AskedPoll[]): readonly AskedPoll[] {
  const { node } = polls.at(-1)!.by
  const own = polls.filter(({ by }) => by.node === node)
  const first = own.length > mostOfNode ? own[0] : polls.length > mostPolls ? polls[0] : undefined
  return first === undefined ? polls : polls.filter((each) => each !== first)
}

export const pollReducers = {
  'ask-poll'(state: State, { input, author, at }: Act<'ask-poll'>): State {
    const { poll: id, title, functions, kind } = input
    // what somebody has answered stays what they were asked
    if (state.polls.some((each) => each.id === id)) return state
    const asked: AskedPoll = {
      ...{ id, title: onOneLine(title, 100), kind, functions, by: author, at },
      ...{ closed: null, answers: new Map() },
    }
    return { ...state, polls: kept([...state.polls, asked]) }
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
        answers.set(of, {
          answer,
          reason: onOneLine(reason, 200),
          by: author,
          at,
          late: poll.closed !== null,
        })
      return { ...poll, answers }
    })
  },
  'close-poll': (state: State, { input: { poll: id, closed }, author, at }: Act<'close-poll'>): State =>
    changed(state, id, (poll) => ({
      ...poll,
      closed: closed ? { by: author, at } : null,
      // whatever was said before it is in time for it: on a node that hears of the last closing alone, too
      answers: new Map([...poll.answers].map(([of, said]) => [of, { ...said, late: false }])),
    })),
}

/** With the functions as this node's policy calls them. */
export const tellPolls = (
  { polls }: State,
  { functions: known, deskCeiling: rank }: Pick<Policy, 'functions' | 'deskCeiling'>,
): Poll[] =>
  polls.map(({ functions, answers, ...poll }) => ({
    ...poll,
    rank,
    asker: known.find(({ id }) => id === poll.by.function)?.name ?? poll.by.person ?? poll.by.node,
    functions: functions.map((id) => ({
      id,
      name: known.find((each) => each.id === id)?.name ?? id,
      answered: answers.get(id) ?? null,
    })),
  }))
