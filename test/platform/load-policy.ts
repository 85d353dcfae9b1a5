import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { holdPolicy } from '../../main/policy/hold-policy.ts'
import type { Policy } from '../../main/policy/policy.ts'
import type { Problem } from '../../preload/contract/result.ts'

/** The policy as the exercise starts with it: nobody has to sign it there. */
export async function loadPolicy(
  file: string | null,
  builtIn: string,
  localTimeZone: string,
): Promise<{ policy: Policy; problem: Problem | null }> {
  const profile = await mkdtemp(join(tmpdir(), 'vigie-policy-'))
  let problem: Problem | null = null
  const held = await holdPolicy({
    ...{ order: { file, authority: null, node: null }, builtIn, profile, exercise: true, localTimeZone },
    now: () => Date.now(),
    problem: (told) => (problem = told),
  })
  held.dispose()
  await rm(profile, { recursive: true, force: true })
  return { policy: held.now(), problem }
}
