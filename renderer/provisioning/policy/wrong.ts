import type { WrongValue } from '../../../preload/contract/policies.ts'
import { isKey, type Say } from '../../speech/words.ts'
import { fields } from './fields.ts'

/** What the schema asks of a value, in words; its own where we have none. */
export function wrongOf({ asked, limit, message }: WrongValue, rule: string, say: Say): string {
  if (asked === 'missing') return say('provisioning.policy.wrong.missing')
  if (asked === 'unknown') return say('provisioning.policy.wrong.unknown')
  if (asked === 'number' || asked === 'integer') return say('provisioning.policy.wrong.number')
  if (asked === 'min_value' && limit !== null) return say('provisioning.policy.wrong.min', { limit })
  if (asked === 'max_value' && limit !== null) return say('provisioning.policy.wrong.max', { limit })
  const own = `provisioning.policy.wrong.${rule}`
  if (isKey(own)) return say(own)
  const isDuration = fields.some((each) => each.rule === rule && each.kind === 'duration')
  if (isDuration && asked === 'regex') return say('provisioning.policy.wrong.duration')
  return say('provisioning.policy.wrong.other', { message })
}
