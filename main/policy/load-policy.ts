import type { Problem } from '../../preload/contract/result.ts'
import { closedPolicy, readPolicy, type Policy } from './policy.ts'
import { readTextFile } from './text-file.ts'

/** The node's policy, and why it is the closed one when the file could not be read. Never fails: a wall must open. */
export async function loadPolicy(
  file: string,
  localTimeZone: string,
): Promise<{ policy: Policy; problem: Problem | null }> {
  let text: string
  try {
    text = await readTextFile(file)
  } catch (error) {
    const message = `the policy could not be read: ${error instanceof Error ? error.message : String(error)}`
    return {
      policy: closedPolicy(localTimeZone),
      problem: { code: 'policy.invalid', message, subject: file },
    }
  }
  const read = readPolicy(text, file)
  return read.ok
    ? { policy: read.value, problem: null }
    : { policy: closedPolicy(localTimeZone), problem: read.error }
}
