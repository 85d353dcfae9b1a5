import type { Problem } from '../../preload/contract/result.ts'
import { closedPolicy, readPolicy, type Policy } from './policy.ts'
import { readWritten } from './written.ts'

/**
 * The node's policy, and why it is the closed one when the file could not be read or others may change it. Never
 * fails: a wall must open.
 *
 * @param given by whoever runs this node; null: the one that comes with Vigie
 */
export async function loadPolicy(
  given: string | null,
  builtIn: string,
  localTimeZone: string,
): Promise<{ policy: Policy; problem: Problem | null }> {
  const file = given ?? builtIn
  const origin = given === null ? 'vigie' : 'option'
  const text = await readWritten(file, origin, 'policy.invalid', 'the policy')
  const read = text.ok ? readPolicy(text.value, file) : text
  return read.ok
    ? { policy: read.value, problem: null }
    : { policy: closedPolicy(localTimeZone), problem: read.error }
}
