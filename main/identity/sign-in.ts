import type { Problem } from '../../preload/contract/result.ts'
import { readAuthority } from './authority.ts'
import { dateProblem, openIdentity, type Identity } from './open-identity.ts'

/** Where the administrator put what we sign in with. */
export interface SignInFiles {
  identity: string
  passphraseFile: string
  authority: string
}

/** `identity` without `authority`, or with a problem: the cache opens, but we don't sign in. */
export interface SignIn {
  identity: Identity | null
  /** PEM */
  authority: string | null
  problem: Problem | null
}

/** Opens all of it; the first thing that is wrong is the problem. */
export async function signIn(files: SignInFiles, now: number): Promise<SignIn> {
  const identity = await openIdentity(files.identity, files.passphraseFile)
  if (!identity.ok) return { identity: null, authority: null, problem: identity.error }
  const authority = await readAuthority(files.authority)
  const dates = dateProblem(identity.value, files.identity, now)
  return {
    identity: identity.value,
    authority: authority.ok ? authority.value : null,
    problem: dates ?? (authority.ok ? null : authority.error),
  }
}

const every = 10_000

const same = (a: SignIn, b: SignIn): boolean =>
  a.identity?.certificate === b.identity?.certificate &&
  a.authority === b.authority &&
  a.problem?.code === b.problem?.code

/**
 * Tries again while something is wrong: a file that is put right, or a certificate whose day comes, must not need
 * a restart.
 *
 * @returns stops trying
 */
export function keepSigningIn(
  files: SignInFiles,
  first: SignIn,
  now: () => number,
  changed: (signedIn: SignIn) => void,
): () => void {
  let last = first
  let timer: NodeJS.Timeout | undefined
  let ended = false
  const later = () => {
    if (!ended && last.problem !== null) timer = setTimeout(() => void tryAgain(), every)
  }
  const tryAgain = async () => {
    const next = await signIn(files, now())
    if (ended) return
    if (!same(last, next)) changed(next)
    last = next
    later()
  }
  later()
  return () => {
    ended = true
    clearTimeout(timer)
  }
}
