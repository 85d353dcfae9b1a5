/** What a list of revoked certificates means for this node, in words. */
import type { CrlFacts, ServerFacts } from '../../../preload/contract/trust.ts'
import type { Speech } from '../../speech/speech.ts'

/** When something of another day is, to the minute. */
export const momentOf = (at: number, speech: Speech): string => `${speech.date(at)}, ${speech.time(at)}`

/** What happens with it, and what would: nobody is to find out from a platform that is refused. */
export function consequenceOf({ state, nextUpdate, refusedFrom }: CrlFacts, speech: Speech): string {
  if (nextUpdate === null || refusedFrom === null || state === 'missing')
    return speech.say('provisioning.trust.then.missing')
  return speech.say(`provisioning.trust.then.${state}`, {
    next: momentOf(nextUpdate, speech),
    refused: momentOf(refusedFrom, speech),
  })
}

/** How grave it is: `good` is not said with a colour. */
export const graveOf = (state: CrlFacts['state']): 'good' | 'warn' | 'bad' =>
  state === 'fresh' ? 'good' : state === 'stale' ? 'warn' : 'bad'

/** What the server says of itself. */
export function ocspOf(server: ServerFacts | null, speech: Speech): string {
  if (server === null) return speech.say('provisioning.trust.ocsp.noServer')
  const until = server.ocspUntil
  return until === null || server.ocsp !== 'good'
    ? speech.say(`provisioning.trust.ocsp.${server.ocsp}`)
    : speech.say('provisioning.trust.ocsp.goodUntil', { until: momentOf(until, speech) })
}
