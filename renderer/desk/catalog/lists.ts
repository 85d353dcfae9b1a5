import type { CrlFacts } from '../../../preload/contract/trust.ts'
import type { Speech } from '../../speech/speech.ts'

/** How a list of revoked certificates stands, for people. */
export function listInWords(crl: CrlFacts, speech: Speech): string {
  const { state, source, number, nextUpdate, refusedFrom } = crl
  if (state === 'missing' || nextUpdate === null || refusedFrom === null)
    return speech.say('desk.trust.crl.missing', { source })
  const date = speech.date(state === 'fresh' ? nextUpdate : refusedFrom)
  return speech.say(`desk.trust.crl.${state}`, { number: number ?? '–', date })
}
