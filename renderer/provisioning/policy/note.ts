import type { PolicyDifference } from '../../../preload/contract/policies.ts'
import { isKey, type Say } from '../../speech/words.ts'

/** Values of a policy that have words of their own. */
const worded = new Set(['yes', 'no', 'blank', 'stay'])

/** A value as `rulesOf` has it, for people. */
export function valueOf(value: string | null, say: Say): string {
  if (value === null) return '–'
  if (worded.has(value)) return say(`policy.${value}` as 'policy.yes')
  const act = value.split(', ').map((each) => {
    const key = `provisioning.policy.act.${each}`
    return isKey(key) ? say(key) : each
  })
  const days = /^(\d+(?:\.\d+)?) d$/.exec(value)?.[1]
  return days === undefined ? act.join(', ') : `${days} ${say('provisioning.policy.day')}`
}

/** What it was, and what follows from the change. */
export function noteOf(difference: PolicyDifference | undefined, say: Say): string {
  if (difference === undefined) return ''
  const { rule, direction, was } = difference
  const key = `provisioning.policy.follows.${rule}.${direction}`
  const said =
    was === null
      ? say('provisioning.policy.was.nothing')
      : say('provisioning.policy.was', { was: valueOf(was, say) })
  return isKey(key) ? say('provisioning.policy.was.follows', { said, follows: say(key) }) : said
}
