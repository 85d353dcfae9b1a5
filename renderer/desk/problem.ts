import type { ProblemCode } from '../../preload/contract/result.ts'
import type { Say } from '../speech/words.ts'

/** A problem, whether it came as an answer or in main's state. */
export interface Told {
  code: ProblemCode
  message: string
  subject?: string | undefined
}

const subjectOf = (problem: Told, say: Say): string => problem.subject ?? say('problem.subject.unknown')

/** What happened, to what. */
export const causeOf = (problem: Told, say: Say): string =>
  say(`problem.${problem.code}.cause`, { subject: subjectOf(problem, say) })

/** What to do. */
export const nextOf = (problem: Told, say: Say): string =>
  say(`problem.${problem.code}.next`, { subject: subjectOf(problem, say) })
