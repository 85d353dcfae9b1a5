/**
 * Rows of the table of acts (`act.ts`): a readiness poll is asked, answered function by function, and closed. Each of these
 * is an entity of its own, so that the last act of each says all that there is to know of it.
 */
import * as v from 'valibot'
import { about, act, never, ofAnyWall, toAll } from './act-row.ts'
import type { Author } from './author.ts'
import { FunctionIdSchema } from './person.ts'
import { wallEntity, type Place } from './place.ts'
import {
  AskedSchema,
  PollIdSchema,
  PollReasonSchema,
  PollTitleSchema,
  pollAnswers,
  pollKinds,
} from './poll.ts'
import type { DeskState } from './state.ts'
import type { Words } from './words.ts'

const thePoll = <I extends { poll: string }>(part: (input: I) => string) =>
  about(
    'poll',
    true,
    (input: I, place: Place) => `${wallEntity(place, 'poll')}.${part(input)}`,
    (place) => `${ofAnyWall(place, 'poll')}.*`,
  )
const pollOf = (id: string, { node }: DeskState) => (node.polls ?? []).find((each) => each.id === id)
const titleOf = (id: string, state: DeskState): Words => pollOf(id, state)?.title ?? id

export const pollActs = {
  'ask-poll': act({
    input: {
      poll: PollIdSchema,
      title: PollTitleSchema,
      functions: AskedSchema,
      kind: v.picklist(pollKinds),
    },
    roles: ['desk'],
    about: thePoll(({ poll }) => `asked_${poll}`),
    shared: toAll,
    audited: true,
    // whoever asked closes it: what was answered meanwhile is not undone with it
    inverse: never,
    desk: {
      group: null,
      key: null,
      help: null,
      offers: () => [],
      done: ({ title, functions }) => ({
        key: 'desk.notice.pollAsked',
        values: { title, count: functions.length },
      }),
    },
  }),
  /** by who holds the function; `answer` null: they take it back */
  'answer-poll': act({
    input: {
      poll: PollIdSchema,
      function: FunctionIdSchema,
      answer: v.nullable(v.picklist(pollAnswers)),
      reason: PollReasonSchema,
    },
    roles: ['desk'],
    about: thePoll(({ poll, function: id }) => `${id}_${poll}`),
    shared: toAll,
    audited: true,
    mayBe: ({ function: id }, { person, function: held, automation }: Author) =>
      person !== null && automation === null && held === id,
    inverse(input, state) {
      const asked = pollOf(input.poll, state)?.functions.find(({ id }) => id === input.function)
      if (asked === undefined) return null
      const { answer = null, reason = '' } = asked.answered ?? {}
      return answer === input.answer && reason === input.reason ? null : { ...input, answer, reason }
    },
    desk: {
      group: null,
      key: null,
      help: null,
      offers: () => [],
      done: ({ poll, function: id, answer }, state) => ({
        key: answer === null ? 'desk.notice.pollAnswerTakenBack' : 'desk.notice.pollAnswered',
        values: {
          title: titleOf(poll, state),
          function: state.sitting.functions.find((each) => each.id === id)?.name ?? id,
          ...(answer !== null && { answer: { key: `poll.answer.${answer}` as const } }),
        },
      }),
    },
  }),
  'close-poll': act({
    input: { poll: PollIdSchema, closed: v.boolean() },
    roles: ['desk'],
    about: thePoll(({ poll }) => `closed_${poll}`),
    shared: toAll,
    audited: true,
    inverse(input, state) {
      const poll = pollOf(input.poll, state)
      if (poll === undefined || (poll.closed !== null) === input.closed) return null
      return { ...input, closed: !input.closed }
    },
    desk: {
      group: null,
      key: null,
      help: null,
      offers: () => [],
      done: ({ poll, closed }, state) => ({
        key: closed ? 'desk.notice.pollClosed' : 'desk.notice.pollOpened',
        values: { title: titleOf(poll, state) },
      }),
    },
  }),
}
export const pollActIds: readonly string[] = Object.keys(pollActs)
