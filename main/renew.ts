/** The certificate that somebody signed in with renews itself while this node runs. */
import { X509Certificate } from 'node:crypto'
import type { EstServer } from './identity/est/exchange.ts'
import type { Identity } from './identity/open-identity.ts'
import { readPassphrase } from './identity/passphrase.ts'
import { keepRenewing, renewOnce, storedAt, type Renewing, type Rewrapped } from './identity/renewal.ts'
import { Secret } from './identity/secret.ts'
import type { SigningIn, SignInFiles } from './identity/sign-in.ts'
import { signerOf, type Signer } from './identity/signer.ts'
import { addSigner, removeSlot } from './identity/vault/change-slots.ts'
import { fingerprintOf } from './identity/wrapping.ts'
import type { Enrolling } from './policy/policy.ts'
import type { TellProblem } from './wall/problems.ts'
import { fail, ok, type Result } from '../preload/contract/result.ts'

export interface RenewHere {
  enrol: Enrolling | null
  files: SignInFiles
  signing: Pick<SigningIn, 'now' | 'look'>
  vault: Rewrapped
  problems: TellProblem
  now(): number
}

const untilSomebody = 600_000

export interface RenewedHere extends Renewing {
  /** what a person typed, for one look: it is not kept */
  typed(passphrase: Secret): void
}

const another = (subject: string) =>
  fail<never>('identity.change-refused', 'another certificate is in use than the one in the file', subject)

/** @returns null where nothing is renewed by itself */
export function renewHere({ enrol, files, ...more }: RenewHere): RenewedHere | null {
  if (enrol === null) return null
  const stored = storedAt(files.identity)
  if (stored !== null) return renewStored({ enrol, files, stored, ...more })
  const message = 'only an identity in this node’s own store is renewed by itself'
  more.problems('renewal', { code: 'enrol.not-renewable', message, subject: files.identity })
  return null
}

function renewStored({
  enrol,
  files,
  stored,
  signing,
  vault,
  problems,
  now,
}: RenewHere & { enrol: Enrolling; stored: { profile: string; name: string } }): RenewedHere {
  let typed: Secret | null = null
  const signedIn = () => signing.now().identity

  async function passphrase(): Promise<Result<Secret>> {
    if (files.passphrase.from !== 'prompt') return readPassphrase(files.passphrase)
    if (typed === null)
      return fail('enrol.passphrase-awaited', 'the new key is sealed once somebody types it', files.identity)
    return ok(new Secret(typed.copy()))
  }

  async function once() {
    const { authority } = signing.now()
    // whoever signs in has it looked at again
    if (signedIn() === null || authority === null)
      return ok({ state: 'early', due: now() + untilSomebody } as const)
    const server: EstServer = { url: enrol.est, authority }
    // what is typed while this look is under way is for the next one
    const own = typed
    try {
      return await renewOnce({
        ...{ ...stored, server, before: enrol.before, kind: enrol.key, passphrase, now, vault },
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
          if (identity?.certificate.trim() === certificate.trim()) return ok(undefined)
          const error = change ?? problem
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
    host: new URL(enrol.est).host,
  })
  return {
    ...renewing,
    typed(passphrase) {
      typed?.erase()
      typed = passphrase
      renewing.look()
    },
  }
}

/** The vault of a cache, by whoever signs in now. @param cache the folder that it lies in */
export function rewrapped(cache: string, identity: () => Identity | null): Rewrapped {
  const bySigner = async (act: (signer: Signer) => Promise<Result<unknown>>): Promise<Result<unknown>> => {
    const own = identity()
    return own === null ? fail('cache.key-refused', 'nobody has signed in', cache) : act(signerOf(own))
  }
  return {
    add: (next) => bySigner((signer) => addSigner(cache, signer, signerOf(next))),
    drop: (certificate) =>
      bySigner(async (signer) => {
        const slot = fingerprintOf(new X509Certificate(certificate).publicKey)
        const removed = await removeSlot(cache, signer, slot)
        return removed.ok || removed.error.code === 'vault.slot-unknown' ? ok(undefined) : removed
      }),
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
