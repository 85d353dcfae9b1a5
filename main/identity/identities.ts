/**
 * The identities of this node: one file each, written whole, in a folder that is its owner's. None is ever lost by
 * another that takes its place: it is kept beside, as `NAME.<n>.json`.
 */
import { X509Certificate } from 'node:crypto'
import { chmod, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { daysLeft } from '../../preload/contract/health.ts'
import { fail, ok, type Problem, type Result } from '../../preload/contract/result.ts'
import { anyPurpose, clientAuth, emailProtection, purposesOf } from './certificate-facts.ts'
import { readGuarded, reason } from './guarded-file.ts'
import { identityText, parseIdentityFile, type IdentityFile } from './identity-file.ts'
import { factsOf } from './open-identity.ts'
import { kindOfKey } from './request.ts'
import { writeWhole } from './write-whole.ts'

export type { CurrentIdentity, IdentityFile, OutstandingRequest } from './identity-file.ts'

const most = 1_000_000
/** Nobody replaces an identity so often that this is in the way; a folder is never searched without an end. */
const mostKept = 1_000

/** A name is a part of a file's name; a point in it says which of those that are kept. */
export const isIdentityName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/.test(name)
const isKeptName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}\.[1-9][0-9]{0,3}$/.test(name)

const folderOf = (profile: string): string => join(profile, 'identities')
export const identityFile = (profile: string, name: string): string => join(folderOf(profile), `${name}.json`)

const named = <T>(name: string): Result<T> =>
  fail('command.invalid', `${name}: an identity is named in A-Z a-z 0-9 _ -`, name)

/** @returns the identity of this name; `identity.unknown` where there is none */
export async function readIdentityNamed(profile: string, name: string): Promise<Result<IdentityFile>> {
  if (!isIdentityName(name) && !isKeptName(name)) return named(name)
  const file = identityFile(profile, name)
  try {
    const names = await readdir(folderOf(profile))
    if (!names.includes(`${name}.json`))
      return fail('identity.unknown', `this node has no identity ${name}`, name)
  } catch (error) {
    if (reason(error) === 'ENOENT') return fail('identity.unknown', `this node has no identity ${name}`, name)
    return fail('identity.file-unreadable', `the identities could not be read: ${reason(error)}`, file)
  }
  const bytes = await readGuarded(file, {
    guard: 'secret',
    most,
    unreadable: 'identity.file-unreadable',
    what: 'the identity',
  })
  return bytes.ok ? parseIdentityFile(bytes.value, file) : bytes
}

async function writing<T>(profile: string, write: () => Promise<T>): Promise<Result<T>> {
  const folder = folderOf(profile)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await chmod(folder, 0o700)
    return ok(await write())
  } catch (error) {
    return fail('identity.unwritable', `nothing was written: ${reason(error)}`, folder)
  }
}

/** @returns its file; `identity.exists` where the name is taken */
export async function addIdentity(
  profile: string,
  name: string,
  identity: IdentityFile,
): Promise<Result<string>> {
  if (!isIdentityName(name)) return named(name)
  const file = identityFile(profile, name)
  const written = await writing(profile, () => putNew(file, identity))
  if (!written.ok) return written
  return written.value
    ? ok(file)
    : fail('identity.exists', `there is an identity ${name} already: nothing was written`, name)
}

/** @returns false where there is one */
async function putNew(file: string, identity: IdentityFile): Promise<boolean> {
  try {
    await writeWhole(file, identityText(identity), { over: false })
    return true
  } catch (error) {
    if (reason(error) === 'EEXIST') return false
    throw error
  }
}

/** Whether something of the former would be gone with it: a key, or the certificate of one. */
function loses(former: IdentityFile, next: IdentityFile): boolean {
  const keys = [next.current?.key, next.outstanding?.key].map((key) => key?.sealed)
  if (former.current !== null && former.current.certificate !== next.current?.certificate) return true
  return former.outstanding !== null && !keys.includes(former.outstanding.key.sealed)
}

/**
 * Puts another in the place of an identity that is there. What the former held and the next does not is kept beside,
 * first, and marked: nothing is lost, at whatever moment the power goes.
 *
 * @param now ms since 1970
 * @returns the file, and the one that the former is kept in; null: nothing of it is gone
 */
export async function replaceIdentity(
  profile: string,
  name: string,
  next: IdentityFile,
  now: number,
): Promise<Result<{ file: string; kept: string | null }>> {
  const former = await readIdentityNamed(profile, name)
  if (!former.ok) return former
  return writing(profile, async () => {
    const kept = loses(former.value, next) ? await keep(profile, name, former.value, now) : null
    const file = identityFile(profile, name)
    await writeWhole(file, identityText(next), { over: true })
    return { file, kept }
  })
}

async function keep(profile: string, name: string, former: IdentityFile, now: number): Promise<string> {
  const replaced = new Date(now).toISOString()
  for (let count = 1; count <= mostKept; count++) {
    const file = identityFile(profile, `${name}.${count}`)
    if (await putNew(file, { ...former, replaced })) return file
  }
  throw new Error(`${mostKept} former ones are kept already`)
}

/** One that is kept too. @returns the file that is gone */
export async function removeIdentity(profile: string, name: string): Promise<Result<string>> {
  const there = await readIdentityNamed(profile, name)
  // one that can't be read can go
  if (!there.ok && there.error.code !== 'identity.file-unreadable') return there
  const file = identityFile(profile, name)
  const gone = await writing(profile, () => rm(file))
  return gone.ok ? ok(file) : gone
}

/** What is said of an identity; nothing in it is secret. */
export interface ListedIdentity {
  name: string
  file: string
  /** ready, waits for its first certificate, is only kept, or can't be read */
  state: 'ready' | 'requested' | 'replaced' | 'unreadable'
  subject: string | null
  issuer: string | null
  /** as `EC P-384` */
  key: string | null
  /** RFC 3339 */
  notBefore: string | null
  notAfter: string | null
  /** days that are left, as health says them: one that has begun counts; 0 and below: it has expired */
  daysLeft: number | null
  /** what its certificate is for: `platform` to sign in and to open the cache, `signature` for what it signs */
  serves: ('platform' | 'signature')[]
  /** since when another certificate is asked for */
  requested: string | null
  replaced: string | null
  problem: Problem | null
}

function servesFor(certificate: X509Certificate): ListedIdentity['serves'] {
  const given = purposesOf(certificate)
  const serves: ListedIdentity['serves'] = []
  if (given === null || given.includes(clientAuth) || given.includes(anyPurpose)) serves.push('platform')
  if (given === null || given.includes(emailProtection) || given.includes(anyPurpose))
    serves.push('signature')
  return serves
}

const nothing = {
  ...{ subject: null, issuer: null, key: null, notBefore: null, notAfter: null, daysLeft: null },
  ...{ serves: [], requested: null, replaced: null, problem: null },
}

const unreadable = (name: string, file: string, problem: Problem): ListedIdentity => ({
  ...nothing,
  ...{ name, file, problem, state: 'unreadable' },
})

function listed(name: string, file: string, identity: IdentityFile, now: number): ListedIdentity {
  const { current, outstanding, replaced } = identity
  const requested = outstanding?.since ?? null
  if (current === null)
    return {
      ...nothing,
      name,
      file,
      requested,
      replaced,
      state: replaced === null ? 'requested' : 'replaced',
    }
  try {
    const certificate = new X509Certificate(current.certificate)
    const facts = factsOf(certificate)
    if (facts === null) throw new Error('the certificate names nobody')
    return {
      ...{ name, file, requested, replaced, state: replaced === null ? 'ready' : 'replaced', problem: null },
      ...{ subject: facts.subject, issuer: facts.issuer, key: kindOfKey(certificate.publicKey) },
      notBefore: new Date(facts.notBefore).toISOString(),
      notAfter: new Date(facts.notAfter).toISOString(),
      daysLeft: daysLeft(facts.notAfter, now),
      serves: replaced === null ? servesFor(certificate) : [],
    }
  } catch {
    const message = 'the certificate in it cannot be read'
    return unreadable(name, file, { code: 'identity.file-unreadable', message, subject: file })
  }
}

/** All of them, those that are kept too, by name; one that can't be read is there with why. */
export async function listIdentities(profile: string, now: number): Promise<Result<ListedIdentity[]>> {
  let names: string[]
  try {
    names = await readdir(folderOf(profile))
  } catch (error) {
    if (reason(error) === 'ENOENT') return ok([])
    const why = `the identities could not be read: ${reason(error)}`
    return fail('identity.file-unreadable', why, folderOf(profile))
  }
  const known = names
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .filter((name) => isIdentityName(name) || isKeptName(name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  const all: ListedIdentity[] = []
  for (const name of known) {
    const file = identityFile(profile, name)
    const read = await readIdentityNamed(profile, name)
    all.push(read.ok ? listed(name, file, read.value, now) : unreadable(name, file, read.error))
  }
  return ok(all)
}
