/**
 * One thing less of what people share: against the revision that was read, so that nobody's is erased unseen. It is said at
 * once or not at all: what waited for hours would take away what nobody looked at since.
 */
import { fail, ok, type Problem, type Result } from '../../../preload/contract/result.ts'
import type { EraseOutcome, SharedErasure } from '../../../preload/contract/shared.ts'
import type { Publication } from '../intake/intake.ts'
import type { SharedUpstream } from '../intake/sharing.ts'

export interface ErasingOptions {
  /** null: there is no connection, or what is there was not told of yet */
  upstream: () => SharedUpstream | null
  publish: (publication: Publication) => Promise<Result<{ sequence: number }>>
  /** it is not there any more, since this revision */
  gone: (key: string, revision: number) => void
}

export type Erase = (erasure: SharedErasure) => Promise<Result<EraseOutcome>>

const unsure = (key: string, { message }: Pick<Problem, 'message'>): Result<never> =>
  fail('shared.not-erased', message, key)

export function createErasing({ upstream, publish, gone }: ErasingOptions): Erase {
  const done = (key: string, revision: number): Result<EraseOutcome> => {
    gone(key, revision)
    return ok({ outcome: 'confirmed', revision })
  }
  return async ({ id, key, after, at }) => {
    const from = upstream()
    if (from === null) return unsure(key, { message: 'it is erased on the platform or not at all' })
    const told = await publish({
      ...{ to: { shared: key }, type: '', source: '/vigie', expires: null },
      ...{ id, time: at, body: new Uint8Array(0), erases: true, expected: after },
    })
    if (told.ok) return done(key, told.value.sequence)
    if (told.error.code === 'act.refused') return told
    if (told.error.code !== 'act.overtaken') return unsure(key, told.error)
    const last = await from.last(key)
    if (!last.ok) return unsure(key, last.error)
    const { revision, isThere } = last.value
    // somebody else erased it; a copy that is behind says of nothing later that it is gone
    if (!isThere && revision > after) return done(key, revision)
    const message = `it is not at revision ${after} any more`
    return ok({ outcome: 'overtaken', problem: { code: 'shared.overtaken', message, subject: key } })
  }
}
