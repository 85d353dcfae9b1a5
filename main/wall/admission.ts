/** Whether an act can be done here, by what this node alone knows: its screens, its scenes. It is tried before it is done. */
import type { ActId, ActInput } from '../../preload/contract/act.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { answersTo } from '../../preload/contract/poll.ts'
import type { DeskState } from '../../preload/contract/state.ts'
import { inLanguage } from '../../preload/contract/words.ts'
import type { State } from './state.ts'

type Told = Pick<DeskState, 'told'>
type Admission<A extends ActId> = (state: State, input: ActInput<A>, desk: () => Told) => Result<undefined>

/** A line above this desk is none: it learns no more of it than of one that is not there. */
function isTold({ told: { lines } }: Told, input: ActInput<'read-line' | 'act-on-line'>): Result<undefined> {
  const line = lines.find(({ product, entity }) => product === input.product && entity === input.entity)
  const isFor = line?.receipts.some((each) => each.function === input.function) === true
  return isFor ? ok(undefined) : fail('line.unknown', 'no such line is for that function', input.entity)
}

/** An act that is not here can always be done. */
const admissions: { [A in ActId]?: Admission<A> } = {
  'accept-display'(state, { screen }) {
    const waits = state.plan.screens.some((each) => each.screen === screen && each.attached && !each.known)
    return waits
      ? ok(undefined)
      : fail('screen.unknown', `screen ${screen} has no display to be accepted`, String(screen))
  },
  'show-scene'(state, { screen, scene }) {
    const has = ({ screens }: { screens: readonly { screen: number }[] }): boolean =>
      screens.some((each) => each.screen === screen)
    if (![state.plan, ...state.others.values()].some(has))
      return fail('screen.unknown', `there is no screen ${screen}`, String(screen))
    if (!state.choosable.includes(scene)) return fail('scene.unknown', `there is no scene “${scene}”`, scene)
    return ok(undefined)
  },
  'answer-poll'(state, { poll: id, function: of, answer }) {
    const poll = state.polls.find((each) => each.id === id)
    const takes =
      poll?.functions.includes(of) === true && (answer === null || answersTo(poll.kind).includes(answer))
    if (poll === undefined || !takes) return fail('poll.unknown', 'nobody asks that function this', id)
    if (poll.closed === null) return ok(undefined)
    return fail('poll.closed', 'it takes no more answers', inLanguage(poll.title, state.language))
  },
  'close-poll': (state, { poll: id }) =>
    state.polls.some((each) => each.id === id)
      ? ok(undefined)
      : fail('poll.unknown', 'there is no such poll', id),
  'read-line': (_state, input, desk) => isTold(desk(), input),
  'act-on-line': (_state, input, desk) => isTold(desk(), input),
}

export const admit = (state: State, input: ActInput, desk: () => Told): Result<undefined> =>
  // each act meets what is written for its own name
  (admissions[input.act] as Admission<ActId> | undefined)?.(state, input, desk) ?? ok(undefined)
