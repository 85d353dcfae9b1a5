/** The node's policy, held from the start to the end of the process. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Problem } from '../preload/contract/result.ts'
import type { Begun } from './life.ts'
import { holdPolicy, type HeldPolicy } from './policy/hold-policy.ts'
import { steadyClock } from './steady-clock.ts'

/** @param exercise nothing is anybody's secret: a policy need not be signed */
export async function openPolicy(
  { options, profile, out, parts }: Begun,
  exercise: boolean,
  problem: (problem: Problem | null) => void,
): Promise<HeldPolicy> {
  const resources = join(out, 'resources')
  // an exercise may say what its own walls show
  const scenarios = join(resources, 'scenarios', options.exercise.scenario, 'policy.yaml')
  const builtIn = exercise && existsSync(scenarios) ? scenarios : join(resources, 'policy.yaml')
  // a clock that is set while we run ends no policy and revives none, and a node that slept for a month is a month older:
  // performance.now() stands still on Linux while the machine sleeps
  return parts.add(
    await holdPolicy({
      ...{ order: options.policy, builtIn, profile, exercise },
      localTimeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      now: steadyClock(),
      problem,
    }),
  )
}
