import type { Problem } from '../../preload/contract/result.ts'

/** Who may find that something keeps the node from its work, the most telling first. */
const finders = [
  'exercise',
  'identity',
  'engine',
  'vault',
  'policy',
  'settings',
  'renewal',
  'wall',
  'acts',
  'trail',
  'reports',
] as const
type Finder = (typeof finders)[number]

/** null: what this finder found is no more. */
export type TellProblem = (finder: Finder, problem: Problem | null) => void

/** Of several problems the first one's next step is the one to take; each that is new is told once. */
export function gatherProblems(
  told: (problem: Problem) => void,
  changed: (first: Problem | null) => void,
): TellProblem {
  const found = new Map<Finder, Problem>()
  return (finder, problem) => {
    const before = found.get(finder)
    if (problem === null) found.delete(finder)
    else found.set(finder, problem)
    if (problem !== null && (problem.code !== before?.code || problem.message !== before.message))
      told(problem)
    const first = finders.find((each) => found.has(each))
    changed(first === undefined ? null : (found.get(first) ?? null))
  }
}
