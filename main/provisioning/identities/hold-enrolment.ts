/**
 * An enrolment at an EST server (RFC 7030) while it runs, which may be days where a person has to allow it. It runs here,
 * not in the window: that may be closed, where something else keeps this process. Ended, its request stays, and the next
 * one goes on with it.
 */
import { X509Certificate } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Enrolment, Pinned } from '../../../preload/contract/identities.ts'
import { fail, ok, type Problem, type Result } from '../../../preload/contract/result.ts'
import { enrolIdentity, type Reached } from '../../identity/est/enrol-identity.ts'
import { endpointOf } from '../../identity/est/exchange.ts'
import { readRequest } from '../../identity/read-request.ts'
import type { KeyKind } from '../../identity/request.ts'
import { Secret } from '../../identity/secret.ts'

export interface EnrolmentAsked {
  name: string
  subject: string
  names: readonly string[]
  /** null: what the server wants */
  key: KeyKind | null
  url: string
  /** PEM, and which of them was compared */
  authority: { pem: string; pinned: Pinned }
  /** both are erased once it has ended */
  secret: Secret
  passphrase: Secret
}

export interface HeldEnrolment {
  now(): Enrolment | null
  begin(asked: EnrolmentAsked): Result<undefined>
  cancel(): void
  putAway(): void
  dispose(): void
}

export interface HoldEnrolmentOptions {
  profile: string
  /** ms since 1970 */
  now(): number
  changed(): void
  outlivesWindow: boolean
  /** a new certificate is there: @returns what is wrong with it at the platform, or `untried` where none is known */
  attempt(name: string, passphrase: Secret): Promise<Problem | 'untried' | null>
  pause?(time: number, options: { signal: AbortSignal }): Promise<unknown>
}

const wait = (time: number, options: { signal: AbortSignal }) => sleep(time, undefined, options)

export function holdEnrolment(options: HoldEnrolmentOptions): HeldEnrolment {
  const { profile, now, changed, outlivesWindow, attempt, pause = wait } = options
  let enrolment: Enrolment | null = null
  let cancelling: AbortController | null = null

  const becomes = (more: Partial<Enrolment>): void => {
    if (enrolment === null) return
    enrolment = { ...enrolment, ...more }
    changed()
  }
  const reached = (step: Reached): void => {
    switch (step.step) {
      case 'key':
        return becomes({
          ...{ step: 'request', resumed: step.resumed },
          ...(readRequest(step.request) ?? {}),
        })
      case 'waiting': {
        const since = enrolment?.waiting?.since ?? now()
        return becomes({ waiting: { since, next: now() + step.after } })
      }
      case 'certificate':
        return becomes({
          ...{ step: 'trial', waiting: null },
          notAfter: Date.parse(new X509Certificate(step.certificate).validTo),
        })
    }
  }

  async function run(asked: EnrolmentAsked, signal: AbortSignal): Promise<void> {
    const { name, subject, names, key, url, authority, secret, passphrase } = asked
    try {
      const enrolled = await enrolIdentity({
        ...{ profile, name, secret, now, reached, tell: () => undefined },
        server: { url, authority: authority.pem },
        wishes: { subject, names: [...names], key: key ?? undefined },
        passphrase: () => Promise.resolve(ok(new Secret(passphrase.copy()))),
        pause: (time) => pause(time, { signal }),
      })
      if (!enrolled.ok) return becomes({ ended: 'failed', waiting: null, problem: enrolled.error })
      const tried = await attempt(name, passphrase)
      if (tried === 'untried') becomes({ ended: 'untried' })
      else becomes({ ended: tried === null ? 'done' : 'failed', problem: tried })
    } catch (error) {
      if (signal.aborted) becomes({ ended: 'cancelled', waiting: null })
      else becomes({ ended: 'failed', problem: { code: 'internal', message: String(error) } })
    } finally {
      secret.erase()
      passphrase.erase()
      cancelling = null
    }
  }

  return {
    now: () => enrolment,
    begin(asked) {
      if (enrolment !== null && enrolment.ended === null) {
        asked.secret.erase()
        asked.passphrase.erase()
        return fail('ipc.refused', 'another enrolment is under way', asked.name)
      }
      if (endpointOf(asked.url, 'cacerts') === null) {
        asked.secret.erase()
        asked.passphrase.erase()
        return fail('command.invalid', `${asked.url}: https://host[:port], of an EST server`, asked.url)
      }
      cancelling = new AbortController()
      enrolment = {
        ...{ name: asked.name, subject: asked.subject, names: [...asked.names], outlivesWindow },
        ...{ server: new URL(asked.url).host, authority: asked.authority.pinned, begun: now() },
        ...{ step: 'key', key: null, resumed: false, waiting: null, notAfter: null, ended: null },
        problem: null,
      }
      changed()
      void run(asked, cancelling.signal)
      return ok(undefined)
    },
    cancel() {
      cancelling?.abort()
    },
    putAway() {
      if (enrolment === null || enrolment.ended === null) return
      enrolment = null
      changed()
    },
    dispose() {
      cancelling?.abort()
    },
  }
}
