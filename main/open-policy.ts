/** The node's policy, held from the start to the end of the process. */
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
  // a clock that is set while we run ends no policy and revives none, and a node that slept for a month is a month older:
  // performance.now() stands still on Linux while the machine sleeps
  return parts.add(
    await holdPolicy({
      ...{ order: options.policy, builtIn: join(out, 'resources', 'policy.yaml'), profile, exercise },
      localTimeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      now: steadyClock(),
      problem,
    }),
  )
}
