import { createHash, createHmac, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fail, ok, type Problem, type Result } from '../../preload/contract/result.ts'
import { readAuthority } from './authority.ts'
import { looksSealed, parseIdentityFile } from './identity-file.ts'
import { dateProblem, openIdentity, readIdentity, type Identity } from './open-identity.ts'
import { readPassphrase, type PassphraseSource } from './passphrase.ts'
import type { Secret } from './secret.ts'
import { watchFiles } from './watch-files.ts'
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
  /** what lies there now does not do, and why; what was opened before goes on */
  change: Problem | null
}

export interface SigningIn {
  now(): SignIn
  /** tries what a person typed; one at a time, and the longer in vain the slower */
  unlock(passphrase: Secret): Promise<Result<undefined>>
  /** looks at the files now, without waiting for the next look */
  look(): Promise<void>
  /** nothing signs in after it: the key is cleared */
  dispose(): void
}

export interface SigningInOptions {
  files: SignInFiles
  /** ms since 1970 */
  now(): number
  /** @param anew who signs in, or by whose word, is another: what runs with the one before starts again */
  changed(signedIn: SignIn, anew: boolean): void
  /** whether this node can go on with a certificate that came while it runs */
  fits?(identity: Identity): Promise<Result<unknown>>
  /** ms */
  pause?(time: number): Promise<unknown>
}

export const nobodyYet: SignIn = {
  identity: null,
  authority: null,
  problem: null,
  wanted: null,
  change: null,
}

const every = 10_000
/** After a wrong passphrase the next is tried this much later, ms; a person hardly notices the first. */
const slower = [250, 500, 1_000, 2_000, 4_000, 8_000]
export const pauseAfter = (failures: number): number => slower[Math.min(failures, slower.length) - 1] ?? 8_000

const sameEntrance = (a: SignIn, b: SignIn): boolean =>
  a.identity === b.identity && a.authority === b.authority && (a.problem === null) === (b.problem === null)

const sameProblem = (a: Problem | null | undefined, b: Problem | null | undefined): boolean =>
  a?.code === b?.code && a?.message === b?.message

const same = (a: SignIn, b: SignIn): boolean =>
  sameEntrance(a, b) &&
  sameProblem(a.problem, b.problem) &&
  sameProblem(a.change, b.change) &&
  (a.wanted === null) === (b.wanted === null) &&
  a.wanted?.refused === b.wanted?.refused

/** Of what is signed in with: a sealed identity's file says more, as that the next certificate is asked for. */
function digestOf(bytes: Buffer, file: string): string {
  const sealed = looksSealed(bytes) ? parseIdentityFile(bytes, file) : null
  const said = sealed?.ok === true ? JSON.stringify(sealed.value.current) : bytes
  return createHash('sha256').update(said).digest('hex')
}

/** All that is looked at again when it changes. */
const filesOf = ({ identity, authority, passphrase }: SignInFiles): string[] => {
  if (passphrase.from === 'file') return [identity, authority, passphrase.file]
  if (passphrase.from === 'credential' && passphrase.folder !== null)
    return [identity, authority, join(passphrase.folder, passphrase.name)]
  return [identity, authority]
}

/** A new file that does not do. */
const insteadOf = (error: Problem, file: string): Problem => ({
  code: 'identity.change-refused',
  message: `${error.message}; the session goes on with what was opened before`,
  subject: file,
})

/**
 * The authority's file, or what it said before: a session does not end because somebody writes it anew.
 *
 * @param before PEM; null: nobody trusted anybody yet
 */
export async function readTrusted(
  file: string,
  before: string | null,
): Promise<Pick<SignIn, 'authority' | 'problem' | 'change'>> {
  const read = await readAuthority(file)
  if (read.ok) return { authority: read.value, problem: null, change: null }
  return before === null
    ? { authority: null, problem: read.error, change: null }
    : { authority: before, problem: null, change: insteadOf(read.error, file) }
}

/** What is wrong with our own certificate, wherever it lies: its days, and all that is demanded of it. */
export const certificateProblem = (
  own: Pick<Identity, 'certificate' | 'facts'>,
  file: string,
  now: number,
): Problem | null => dateProblem(own, file, now) ?? ownProblem(own.certificate, file)

/**
 * Opens all that we sign in with; the first thing that is wrong is the problem. It is looked at again whenever a file
 * changes, and now and then without: a file that is put right, a certificate that is renewed, or one whose day comes or
 * is over, must not need a restart. A new file is taken once it opens; until then what was opened before goes on. A typed
 * passphrase is not kept: what it opened is.
 */
export async function keepSigningIn({
  files,
  now,
  changed,
  fits = () => Promise.resolve(ok(undefined)),
  pause = sleep,
}: SigningInOptions): Promise<SigningIn> {
  let opened: { identity: Identity; digest: string } | null = null
  /** a new one that this node can't go on with as things are, though it opens */
  let unfit: { identity: Identity; digest: string } | null = null
  /** what did not open and with what, by digests that nobody else could make: to stretch a passphrase takes a second */
  const mark = randomBytes(32)
  let closed: { digest: string; error: Problem } | null = null
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
    const digest = digestOf(bytes.value, files.identity)
    if (opened?.digest === digest) return ok(opened.identity)
    const identity = unfit?.digest === digest ? ok(unfit.identity) : await openNew(bytes.value, digest, typed)
    if (!identity.ok) return identity
    if (opened?.identity.certificate === identity.value.certificate) {
      // sealed anew, or with more certificates beside it: who signs in is the same
      identity.value.key.erase()
      opened = { ...opened, digest }
      unfit = null
      return ok(opened.identity)
    }
    unfit = { identity: identity.value, digest }
    const fit = opened === null ? ok(undefined) : await fitsNow(opened.identity, identity.value)
    if (!fit.ok) return fit
    opened = unfit
    unfit = null
    return identity
  }

  /** Nor does a session end for one that signs in nowhere, or not yet. */
  function fitsNow(before: Identity, next: Identity): Promise<Result<unknown>> {
    const error = unsound(next)
    return error === null || unsound(before) !== null ? fits(next) : Promise.resolve({ ok: false, error })
  }
  const unsound = (identity: Identity): Problem | null => certificateProblem(identity, files.identity, now())

  async function openNew(bytes: Buffer, content: string, typed: Secret | null): Promise<Result<Identity>> {
    const passphrase = typed === null ? await passphraseOf(files) : ok(typed)
    if (!passphrase.ok) return passphrase
    const words = passphrase.value.copy()
    const digest = createHmac('sha256', mark).update(content).update(words).digest('hex')
    words.fill(0)
    const identity: Result<Identity> =
      closed?.digest === digest
        ? { ok: false, error: { ...closed.error } }
        : openIdentity(bytes, passphrase.value, files.identity)
    passphrase.value.erase()
    closed = identity.ok ? null : { digest, error: identity.error }
    return identity
  }

  function wantedFor(error: Problem): SignIn['wanted'] {
    const asked = error.code === 'identity.passphrase-wanted' || error.code === 'identity.passphrase-wrong'
    if (files.passphrase.from !== 'prompt' || !asked) return null
    const refused = error.code === 'identity.passphrase-wrong' ? error : (last.wanted?.refused ?? null)
    return { certificate: files.identity, refused }
  }

  function without(error: Problem): SignIn {
    const wanted = wantedFor(error)
    return { ...nobodyYet, problem: wanted === null ? error : wanting(files), wanted }
  }

  /** One try with all that is there now. @returns what came of the certificate */
  async function tryOnce(typed: Secret | null): Promise<Result<undefined>> {
    const before = last
    const read = await open(typed)
    const identity = read.ok ? read.value : (opened?.identity ?? null)
    if (identity !== null) {
      const trusted = await readTrusted(files.authority, last.authority)
      last = {
        identity,
        authority: trusted.authority,
        problem: unsound(identity) ?? trusted.problem,
        wanted: read.ok ? null : wantedFor(read.error),
        change: read.ok ? trusted.change : insteadOf(read.error, files.identity),
      }
    } else if (!read.ok) {
      last = without(read.error)
    }
    if (!ended && !same(before, last)) changed(last, !sameEntrance(before, last))
    return read.ok ? ok(undefined) : read
  }
  const attempt = (typed: Secret | null): Promise<Result<undefined>> => {
    const mine = turn.then(() => tryOnce(typed))
    turn = mine.catch(() => undefined)
    return mine
  }

  const look = async () => {
    if (!unlocking && !ended) await attempt(null)
  }
  const later = () => {
    if (!ended) timer = setTimeout(() => void look().finally(later), every)
  }

  // before the first look: what changes after it is seen
  const watched = watchFiles(filesOf(files), () => void look())
  await attempt(null)
  later()
  return {
    now: () => last,
    look,
    async unlock(typed) {
      if (unlocking || last.wanted === null)
        return fail('ipc.refused', 'no passphrase is asked for now', files.identity)
      unlocking = true
      try {
        const answer = await attempt(typed)
        failures = answer.ok ? 0 : failures + 1
        if (!answer.ok) await pause(pauseAfter(failures))
        return answer
      } finally {
        unlocking = false
      }
    },
    dispose() {
      ended = true
      clearTimeout(timer)
      watched.dispose()
      opened?.identity.key.erase()
      unfit?.identity.key.erase()
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
