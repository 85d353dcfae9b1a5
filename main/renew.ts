/** The certificate that somebody signed in with renews itself while this node runs. */
import type { EstServer } from './identity/est/exchange.ts'
import { readPassphrase } from './identity/passphrase.ts'
import {
  keepRenewing,
  renewOnce,
  storedAt,
  type Renewal,
  type RenewalStep,
  type Renewing,
  type Rewrapped,
} from './identity/renewal.ts'
import { Secret } from './identity/secret.ts'
import type { SigningIn, SignInFiles } from './identity/sign-in.ts'
import type { Enrolling } from './policy/policy.ts'
import type { TellProblem } from './wall/problems.ts'
import { fail, ok, type Result } from '../preload/contract/result.ts'

export interface RenewHere {
  /** as the policy says now; null: nothing is renewed by itself */
  enrol(): Enrolling | null
  files: SignInFiles
  signing: Pick<SigningIn, 'now' | 'look'>
  vault: Rewrapped
  problems: TellProblem
  now(): number
  /** for the log */
  did?(step: RenewalStep): void
}

const untilSomebody = 600_000

export interface RenewedHere extends Renewing {
  /** what a person typed, for one look: it is not kept */
  typed(passphrase: Secret): void
}

const another = (subject: string) =>
  fail('identity.change-refused', 'another certificate is in use than the one in the file', subject)

export function renewHere({
  enrol,
  files,
  signing,
  vault,
  problems,
  now,
  did = () => undefined,
}: RenewHere): RenewedHere {
  const stored = storedAt(files.identity)
  let typed: Secret | null = null
  let ended = false
  const signedIn = () => signing.now().identity

  async function passphrase(): Promise<Result<Secret>> {
    if (files.passphrase.from !== 'prompt') return readPassphrase(files.passphrase)
    if (typed === null)
      return fail('enrol.passphrase-awaited', 'the new key is sealed once somebody types it', files.identity)
    return ok(new Secret(typed.copy()))
  }

  async function once(): Promise<Result<Renewal>> {
    // what is typed while this look is under way is for the next one
    const own = typed
    try {
      const { authority } = signing.now()
      const asked = enrol()
      // whoever signs in has it looked at again
      if (asked === null || signedIn() === null || authority === null)
        return ok({ state: 'early', due: now() + untilSomebody } as const)
      if (stored === null) {
        const why = 'only an identity in this node’s own store is renewed by itself'
        return fail<Renewal>('enrol.not-renewable', why, files.identity)
      }
      const server: EstServer = { url: asked.est, authority }
      return await renewOnce({
        ...{ ...stored, server, before: asked.before, kind: asked.key, passphrase, now, vault, did },
        keyOf(certificate) {
          const identity = signedIn()
          return Promise.resolve(
            identity?.certificate.trim() === certificate.trim()
              ? ok(new Secret(identity.key.copy()))
              : another(files.identity),
          )
        },
        async use(certificate) {
          await signing.look()
          const { identity, change, problem } = signing.now()
          // one that signs in nowhere is not in use: the one before is not given up for it
          if (identity?.certificate.trim() === certificate.trim() && problem === null) return ok(undefined)
          const error = problem ?? change
          return error === null ? another(files.identity) : { ok: false, error }
        },
      })
    } finally {
      own?.erase()
      if (typed === own) typed = null
    }
  }

  const renewing = keepRenewing({
    once,
    now,
    problem: (problem) => problems('renewal', problem),
    host: () => new URL(enrol()?.est ?? 'https://localhost').host,
  })
  return {
    ...renewing,
    typed(passphrase) {
      typed?.erase()
      typed = null
      if (ended || enrol() === null) return passphrase.erase()
      typed = passphrase
      renewing.look()
    },
    async dispose() {
      ended = true
      // a look that is under way seals with it
      await renewing.dispose()
      typed?.erase()
      typed = null
    },
  }
}

/** A typed passphrase that was the right one seals the next key, too, if one is due just then. */
export const withTyped = (signing: SigningIn, renewing: Pick<RenewedHere, 'typed'>): SigningIn => ({
  ...signing,
  async unlock(passphrase) {
    const copy = new Secret(passphrase.copy())
    const answer = await signing.unlock(passphrase)
    if (answer.ok) renewing.typed(copy)
    else copy.erase()
    return answer
  },
})
