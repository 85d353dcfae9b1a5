/**
 * What stretches a passphrase takes a second of this process, and is asked for by a page: one at a time over all that the
 * window asks, and the longer in vain the slower, so that no page keeps main busy or tries words by the hundred.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { fail, type Result } from '../../preload/contract/result.ts'
import { pauseAfter } from '../identity/sign-in.ts'

/** @returns `ipc.refused` where another is under way */
export type OneTry = <T>(act: () => Promise<Result<T>>) => Promise<Result<T>>

export function oneTry(pause: (time: number) => Promise<unknown> = sleep): OneTry {
  let busy = false
  let failures = 0
  return async (act) => {
    if (busy) return fail('ipc.refused', 'another passphrase is tried now')
    busy = true
    try {
      const answer = await act()
      if (answer.ok) failures = 0
      else if (answer.error.code === 'identity.passphrase-wrong') await pause(pauseAfter(++failures))
      return answer
    } finally {
      busy = false
    }
  }
}
