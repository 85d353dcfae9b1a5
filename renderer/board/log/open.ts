/** Decisions and tasks in words: how they stand, by when, and whose they are. */
import type { Owner } from '../../../preload/contract/event.ts'
import { isOverdue } from '../../../preload/contract/open-lines.ts'
import type { Speech } from '../../speech/speech.ts'
import type { AsOpen } from './lines.ts'

export const ownerInWords = (owner: Owner | null): string => owner?.name ?? ''

/** `en retard 12 min`, `échéance 19:55`, `faite`; a decision is looked at again, a task is done. */
export function openInWords(
  { kind, due, standing }: Pick<AsOpen, 'kind' | 'due' | 'standing'>,
  speech: Pick<Speech, 'say' | 'minutes' | 'when'>,
  now: number,
): string {
  if (standing.is !== 'open') return speech.say(`log.standing.${kind}.${standing.is}`)
  if (due === null) return speech.say('decisions.noDue')
  return isOverdue(standing, due, now)
    ? speech.say('decisions.late', { age: speech.minutes(now - due) })
    : speech.say('decisions.due', { time: speech.when(due, now) })
}
