import type { Problem } from '../../preload/contract/result.ts'
import type { Say } from '../speech/words.ts'

const subjectOf = (problem: Problem, say: Say): string => problem.subject ?? say('problem.subject.unknown')

/** What happened, to what. */
export const causeOf = (problem: Problem, say: Say): string =>
  say(`problem.${problem.code}.cause`, { subject: subjectOf(problem, say) })

/** What to do. */
export const nextOf = (problem: Problem, say: Say): string =>
  say(`problem.${problem.code}.next`, { subject: subjectOf(problem, say) })
