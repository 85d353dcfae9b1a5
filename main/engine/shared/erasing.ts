/**
 * One thing less of what people share: against the revision that was read, so that nobody's is erased unseen. It is said at
 * once or not at all: what waited for hours would take away what nobody looked at since.
 */
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import type { SaveOutcome } from '../../../preload/contract/shared.ts'
import type { Publication } from '../intake/intake.ts'
import type { SharedUpstream } from '../intake/sharing.ts'

export interface ErasingOptions {
  /** null: there is no connection, or what is there was not told of yet */
  upstream: () => SharedUpstream | null
  publish: (publication: Publication) => Promise<Result<{ sequence: number }>>
  /** it is not there any more, since this revision */
  gone: (key: string, revision: number) => void
}

/** @param after the revision that is to be erased */
export type Erase = (key: string, after: number, at: number) => Promise<Result<SaveOutcome>>

export function createErasing({ upstream, publish, gone }: ErasingOptions): Erase {
  const done = (key: string, revision: number): Result<SaveOutcome> => {
    gone(key, revision)
    return ok({ outcome: 'confirmed', revision })
  }
  return async (key, after, at) => {
    const from = upstream()
    if (from === null) return fail('platform.unreachable', 'it is erased on the platform or not at all', key)
    const told = await publish({
      to: { shared: key },
      type: '',
      source: '/vigie',
      expires: null,
      // said again, it counts once: a revision is erased once
      ...{ id: `erase.${key}.${after}`, time: at, body: new Uint8Array(0), erases: true, expected: after },
    })
    if (told.ok) return done(key, told.value.sequence)
    if (told.error.code !== 'act.overtaken') return told
    const last = await from.last(key)
    if (!last.ok) return last
    const { revision, isThere } = last.value
    // somebody else erased it, or it was this one, and nobody heard that it came there
    if (!isThere) return done(key, revision)
    const message = `it is at revision ${revision}, not at ${after}`
    return ok({ outcome: 'overtaken', problem: { code: 'shared.overtaken', message, subject: key } })
  }
}
