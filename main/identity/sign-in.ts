import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { fail, ok, type Problem, type Result } from '../../preload/contract/result.ts'
import { readAuthority } from './authority.ts'
import { dateProblem, openIdentity, readIdentity, type Identity } from './open-identity.ts'
import { readPassphrase, type PassphraseSource } from './passphrase.ts'
import type { Secret } from './secret.ts'
import { ownProblem } from './trust/own.ts'

/** Where the administrator put what we sign in with. */
export interface SignInFiles {
  identity: string
  passphrase: PassphraseSource
  authority: string
}

/** `identity` without `authority`, or with a problem: the cache opens, but we don't sign in. */
export interface SignIn {
  identity: Identity | null
  /** PEM */
  authority: string | null
  problem: Problem | null
  /** somebody must type the passphrase of this certificate, and why the last one did not do; null: nobody must */
  wanted: { certificate: string; refused: Problem | null } | null
}

export interface SigningIn {
  now(): SignIn
  /** tries what a person typed; one at a time, and the longer in vain the slower */
  unlock(passphrase: Secret): Promise<Result<undefined>>
  /** nothing signs in after it: the key is cleared */
  dispose(): void
}

export interface SigningInOptions {
  files: SignInFiles
  /** ms since 1970 */
  now(): number
  changed(signedIn: SignIn): void
  /** ms */
  pause?(time: number): Promise<unknown>
}

export const nobodyYet: SignIn = { identity: null, authority: null, problem: null, wanted: null }

const every = 10_000
/** After a wrong passphrase the next is tried this much later, ms; a person hardly notices the first. */
const slower = [250, 500, 1_000, 2_000, 4_000, 8_000]

const same = (a: SignIn, b: SignIn): boolean =>
  a.identity?.certificate === b.identity?.certificate &&
  a.authority === b.authority &&
  a.problem?.code === b.problem?.code &&
  a.problem?.message === b.problem?.message &&
  a.wanted?.refused === b.wanted?.refused

/**
 * Opens all that we sign in with; the first thing that is wrong is the problem. Tries again while something is: a
 * file that is put right, or a certificate whose day comes, must not need a restart. A typed passphrase is not kept:
 * what it opened is, until the certificate's file is another.
 */
export async function keepSigningIn({
  files,
  now,
  changed,
  pause = sleep,
}: SigningInOptions): Promise<SigningIn> {
  let opened: { identity: Identity; digest: string } | null = null
  let last = nobodyYet
  let failures = 0
  let unlocking = false
  let ended = false
  /** one try after the other: what a person typed must not be overtaken by a try without it */
  let turn: Promise<unknown> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  async function open(typed: Secret | null): Promise<Result<Identity>> {
    const bytes = await readIdentity(files.identity)
    if (!bytes.ok) return bytes
    const digest = createHash('sha256').update(bytes.value).digest('hex')
    if (opened?.digest === digest) return ok(opened.identity)
    opened = null
    const passphrase = typed === null ? await passphraseOf(files) : ok(typed)
    if (!passphrase.ok) return passphrase
    const identity = openIdentity(bytes.value, passphrase.value, files.identity)
    passphrase.value.erase()
    if (identity.ok) opened = { identity: identity.value, digest }
    return identity
  }

  function without(error: Problem): SignIn {
    const asked = error.code === 'identity.passphrase-wanted' || error.code === 'identity.passphrase-wrong'
    if (files.passphrase.from !== 'prompt' || !asked) return { ...nobodyYet, problem: error }
    const refused = error.code === 'identity.passphrase-wrong' ? error : (last.wanted?.refused ?? null)
    return { ...nobodyYet, problem: wanting(files), wanted: { certificate: files.identity, refused } }
  }

  /** One try with all that is there now. @returns what came of the certificate */
  async function tryOnce(typed: Secret | null): Promise<Result<undefined>> {
    const before = last
    const identity = await open(typed)
    if (identity.ok) {
      const authority = await readAuthority(files.authority)
      const dates = dateProblem(identity.value, files.identity, now())
      last = {
        identity: identity.value,
        authority: authority.ok ? authority.value : null,
        problem:
          dates ??
          ownProblem(identity.value.certificate, files.identity) ??
          (authority.ok ? null : authority.error),
        wanted: null,
      }
    } else {
      last = without(identity.error)
    }
    if (!ended && !same(before, last)) changed(last)
    return identity.ok ? ok(undefined) : identity
  }
  const attempt = (typed: Secret | null): Promise<Result<undefined>> => {
    const mine = turn.then(() => tryOnce(typed))
    turn = mine.catch(() => undefined)
    return mine
  }

  const later = () => {
    if (!ended && last.problem !== null) timer = setTimeout(() => void tryAgain(), every)
  }
  const tryAgain = async () => {
    if (!unlocking) await attempt(null)
    later()
  }

  await attempt(null)
  later()
  return {
    now: () => last,
    async unlock(typed) {
      if (unlocking || last.wanted === null)
        return fail('ipc.refused', 'no passphrase is asked for now', files.identity)
      unlocking = true
      try {
        const answer = await attempt(typed)
        failures = answer.ok ? 0 : failures + 1
        if (!answer.ok) await pause(slower[Math.min(failures, slower.length) - 1] ?? 8_000)
        return answer
      } finally {
        unlocking = false
      }
    },
    dispose() {
      ended = true
      clearTimeout(timer)
      opened?.identity.key.erase()
    },
  }
}

const wanting = ({ identity }: SignInFiles): Problem => ({
  code: 'identity.passphrase-wanted',
  message: 'the passphrase is asked for at the desk',
  subject: identity,
})

const passphraseOf = async (files: SignInFiles): Promise<Result<Secret>> =>
  files.passphrase.from === 'prompt' ? { ok: false, error: wanting(files) } : readPassphrase(files.passphrase)
