/**
 * A readiness poll: functions of the room are asked whether they are ready, and each answers for itself. A briefing's
 * roll-call is the same with another answer.
 */
import * as v from 'valibot'
import { AuthorSchema } from './author.ts'
import { FunctionIdSchema } from './person.ts'
import { RankSchema } from './picture.ts'
import { WordsSchema } from './words.ts'

/** `go`: go or no go. `present`: who is there. */
export const pollKinds = ['go', 'present'] as const
export type PollKind = (typeof pollKinds)[number]
export const pollAnswers = ['go', 'no-go', 'present'] as const
export type PollAnswer = (typeof pollAnswers)[number]

/** More than a room has functions. */
export const mostAsked = 40
export const PollIdSchema = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,40}$/))
const Title = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100))
const Reason = v.pipe(v.string(), v.trim(), v.maxLength(200))
/** As somebody wrote it, or once per language, as what is prepared is. */
export const PollTitleSchema = v.union([Title, v.strictObject({ fr: Title, en: Title })])
export const PollReasonSchema = v.union([Reason, v.strictObject({ fr: Reason, en: Reason })])
export const AskedSchema = v.pipe(
  v.array(FunctionIdSchema),
  v.minLength(1),
  v.maxLength(mostAsked),
  v.check((ids) => new Set(ids).size === ids.length, 'each function is asked once'),
)

/** Which answers a poll of that kind takes, the good one first. */
export const answersTo = (kind: PollKind): readonly PollAnswer[] =>
  kind === 'go' ? ['go', 'no-go'] : ['present']

/** `at`: ms since 1970 */
const AnsweredSchema = v.object({
  answer: v.picklist(pollAnswers),
  reason: PollReasonSchema,
  by: AuthorSchema,
  at: v.number(),
  /** it came after the poll was closed: it is shown, and does not count */
  late: v.boolean(),
})
export type Answered = v.InferOutput<typeof AnsweredSchema>

/** What windows are told of it. */
export const PollSchema = v.object({
  id: v.string(),
  title: PollTitleSchema,
  kind: v.picklist(pollKinds),
  /** what people of a room write to each other is marked as high as their desks may know */
  rank: RankSchema,
  /** who asks, as people call them */
  asker: WordsSchema,
  by: AuthorSchema,
  /** when it was asked, ms since 1970 */
  at: v.number(),
  closed: v.nullable(v.object({ by: AuthorSchema, at: v.number() })),
  /** in the order in which they were asked */
  functions: v.array(v.object({ id: v.string(), name: WordsSchema, answered: v.nullable(AnsweredSchema) })),
})
export type Poll = v.InferOutput<typeof PollSchema>
export type AskedFunction = Poll['functions'][number]

/** The one that people look at: of those that are open the last asked, else the last of all. */
export const currentOf = (polls: readonly Poll[]): Poll | null =>
  polls.findLast(({ closed }) => closed === null) ?? polls.at(-1) ?? null

export interface Standing {
  /** who said no, the last first */
  no: AskedFunction[]
  silent: AskedFunction[]
  yes: AskedFunction[]
}
export function standingOf({ functions }: Pick<Poll, 'functions'>): Standing {
  const counting = functions.filter(({ answered }) => answered?.late === false)
  const no = counting.filter(({ answered }) => answered?.answer === 'no-go')
  return {
    no: no.sort((a, b) => (b.answered?.at ?? 0) - (a.answered?.at ?? 0)),
    silent: functions.filter(({ answered }) => answered?.late !== false),
    yes: counting.filter(({ answered }) => answered?.answer !== 'no-go'),
  }
}

/** For how long a function has been asked without an answer, ms; a poll that is closed waits no longer. */
export const waitedFor = ({ at, closed }: Pick<Poll, 'at' | 'closed'>, now: number): number =>
  Math.max(0, (closed?.at ?? now) - at)
