/**
 * A certificate that is renewed before it ends, by the EST server that the policy names, with a new key. Each step is on
 * the disk before the next one begins, and says by itself what the next one is: ended between any two, the next start
 * goes on. The vault opens with the new key before the old one is given up, and nothing is thrown away that something
 * still opens with.
 */
import { X509Certificate } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import * as v from 'valibot'
import { fail, ok, type Problem, type Result } from '../../preload/contract/result.ts'
import { askedOf, currentOf, makeOutstanding } from './est/enrol-identity.ts'
import { mostWait, reEnrol, type Enrolment } from './est/est.ts'
import type { EstServer } from './est/exchange.ts'
import { isIdentityName, readIdentityNamed, removeIdentity, replaceIdentity } from './identities.ts'
import type { IdentityFile } from './identities.ts'
import { kindOfKey, type KeyKind } from './request.ts'
import type { Identity } from './open-identity.ts'
import { fingerprintOf, openSealedKey } from './sealed.ts'
import type { Secret } from './secret.ts'
import { writeWhole } from './write-whole.ts'

/** What a renewal has done, in this order. */
export const renewalSteps = [
  'asked',
  'issued',
  'vault-holds-both',
  'replaced',
  'in-use',
  'vault-let-go',
  'done',
] as const
export type RenewalStep = (typeof renewalSteps)[number]

/** What a certificate's key opens besides the platform. */
export interface Rewrapped {
  /** From now on this one opens it too; again, nothing changes. The key is erased afterwards. */
  add(next: Pick<Identity, 'certificate' | 'key'>): Promise<Result<unknown>>
  /** @param certificate PEM, which opens it no longer; again, nothing changes */
  drop(certificate: string): Promise<Result<unknown>>
}

export interface RenewalOptions {
  /** this node's store, and the identity in it */
  profile: string
  name: string
  server: EstServer
  /** ms before the end; null: when a third of its life is left */
  before: number | null
  /** of the new key; null: what the server wants, or as it was */
  kind: KeyKind | null
  /** seals the new key, and opens it for the vault; asked for only then */
  passphrase(): Promise<Result<Secret>>
  /** @returns a copy of the key of this certificate, PEM, which shows the server who asks; it is erased after use */
  keyOf(certificate: string): Promise<Result<Secret>>
  vault: Rewrapped
  /** the file is another: @returns once this node signs in with this certificate, PEM */
  use(certificate: string): Promise<Result<unknown>>
  /** somebody asks for it now, whenever it is due */
  byHand?: boolean
  /** ms since 1970 */
  now(): number
  did?(step: RenewalStep): void
}

export type Renewal =
  | { state: 'early'; due: number }
  | { state: 'waiting'; until: number }
  | { state: 'renewed'; notAfter: number }

/** @returns the store and the name of an identity's file; null: it is in no node's store, so nothing is renewed there */
export function storedAt(file: string): { profile: string; name: string } | null {
  const folder = dirname(file)
  const name = basename(file, '.json')
  return basename(folder) === 'identities' && file.endsWith('.json') && isIdentityName(name)
    ? { profile: dirname(folder), name }
    : null
}

const hour = 3_600_000
const day = 24 * hour

/**
 * @param before ms before its end; null: when a third of its life is left
 * @param since when it was taken into use, ms since 1970: a clock that is wrong must not have one after the other made
 * @returns ms since 1970
 */
export function dueOf(certificate: X509Certificate, before: number | null, since: number): number {
  const from = Date.parse(certificate.validFrom)
  const to = Date.parse(certificate.validTo)
  const tenth = (to - from) / 10
  const due = before === null ? from + ((to - from) * 2) / 3 : Math.max(to - before, from + tenth)
  return Math.max(due, since + Math.min(hour, tenth))
}

const Pem = v.pipe(v.string(), v.maxLength(65_536), v.startsWith('-----BEGIN CERTIFICATE-----'))

/** How far one is, beside the identity; nothing in it is secret. */
const ProgressSchema = v.strictObject({
  /** whose request is ours: SHA-256 of the public key, hex */
  publicKey: v.string(),
  /** not asked again before, ms since 1970 */
  until: v.nullable(v.number()),
  issued: v.nullable(v.strictObject({ certificate: Pem, chain: v.array(Pem) })),
  /** what it takes the place of */
  former: v.nullable(Pem),
})
type Progress = v.InferOutput<typeof ProgressSchema>

const progressFile = (profile: string, name: string) => join(profile, 'identities', `${name}.renewal`)

/** One that can't be read is none: the worst is that a certificate is asked for once more. */
async function readProgress(profile: string, name: string): Promise<Progress | null> {
  try {
    const read = v.safeParse(ProgressSchema, JSON.parse(await readFile(progressFile(profile, name), 'utf8')))
    return read.success ? read.output : null
  } catch {
    return null
  }
}

async function writeProgress(profile: string, name: string, progress: Progress): Promise<Result<Progress>> {
  const file = progressFile(profile, name)
  try {
    await writeWhole(file, `${JSON.stringify(progress, null, 2)}\n`, { over: true })
    return ok(progress)
  } catch (error) {
    return fail('identity.unwritable', String(error), file)
  }
}

/** As a request names them; RFC 7030 §4.2.2 wants the same names again. */
function namesOf({ subjectAltName = '' }: X509Certificate): string[] {
  const named = [...subjectAltName.matchAll(/(?:^|, )(?:DNS|IP Address|email):([^,"]+)/g)]
  return named.map(([, name = '']) => name)
}

const kinds: Readonly<Record<string, KeyKind>> = {
  'EC P-256': 'ec-p256',
  'EC P-384': 'ec-p384',
  'RSA 4096': 'rsa-4096',
}
const sameKind = ({ publicKey }: X509Certificate): KeyKind => kinds[kindOfKey(publicKey) ?? ''] ?? 'rsa-3072'

type Signed = IdentityFile & { current: NonNullable<IdentityFile['current']> }

/** Goes on with a renewal as far as it gets, or begins one that is due. */
export async function renewOnce(options: RenewalOptions): Promise<Result<Renewal>> {
  const { profile, name, before, now } = options
  const read = await readIdentityNamed(profile, name)
  if (!read.ok) return read
  const { current } = read.value
  if (current === null) return fail('identity.no-certificate', 'its first certificate is not there yet', name)
  const identity: Signed = { ...read.value, current }
  const progress = await readProgress(profile, name)
  if (progress?.issued?.certificate === current.certificate) return finish(options, progress)
  const ours = identity.outstanding !== null && identity.outstanding.key.publicKey === progress?.publicKey
  if (ours && progress.issued !== null) return take(options, identity, progress)
  // taken into use by a clock that was ahead: that says nothing
  const since = Date.parse(current.since)
  const due = dueOf(new X509Certificate(current.certificate), before, since > now() ? 0 : since)
  if (now() < due && options.byHand !== true) return ok({ state: 'early', due })
  if (ours && progress.until !== null && now() < progress.until && progress.until <= now() + mostWait)
    return ok({ state: 'waiting', until: progress.until })
  if (identity.outstanding !== null && !ours)
    return fail(
      'enrol.not-renewable',
      'another certificate was asked for by hand: nothing is renewed before it is there',
      name,
    )
  return ask(options, identity, ours ? progress : null)
}

/** @param progress of a request that is out; null: there is none */
async function ask(
  options: RenewalOptions,
  { outstanding: there, ...identity }: Signed,
  progress: Progress | null,
): Promise<Result<Renewal>> {
  const { profile, name, server, now, did } = options
  const { current } = identity
  const former = new X509Certificate(current.certificate)
  let outstanding = progress === null ? null : there
  let asked = progress
  if (outstanding === null || asked === null) {
    const subject = former.subject.split('\n').join(', ')
    const wishes = { subject, names: namesOf(former), key: options.kind ?? undefined }
    const made = await makeOutstanding(server, wishes, sameKind(former), options.passphrase, now())
    if (!made.ok) return made
    outstanding = made.value
    // whose it is first: a request that nobody knows of would be taken for a person's
    const noted = await writeProgress(profile, name, {
      ...{ publicKey: outstanding.key.publicKey, until: null, issued: null, former: null },
    })
    if (!noted.ok) return noted
    asked = noted.value
    const kept = await replaceIdentity(profile, name, { ...identity, outstanding }, now())
    if (!kept.ok) return kept
    did?.('asked')
  }
  const answer = await renewWith(options, current, askedOf(outstanding))
  if (!answer.ok) return answer
  if (answer.value.state === 'waiting') {
    const until = now() + answer.value.after
    const noted = await writeProgress(profile, name, { ...asked, until })
    return noted.ok ? ok({ state: 'waiting', until }) : noted
  }
  const { certificate, chain } = answer.value
  const issued = { ...asked, issued: { certificate, chain }, former: current.certificate, until: null }
  const noted = await writeProgress(profile, name, issued)
  if (!noted.ok) return noted
  did?.('issued')
  return take(options, { ...identity, outstanding }, noted.value)
}

async function renewWith(
  { server, keyOf, now }: RenewalOptions,
  { certificate, chain }: Signed['current'],
  asked: Parameters<typeof reEnrol>[1],
): Promise<Result<Enrolment>> {
  const key = await keyOf(certificate)
  if (!key.ok) return key
  try {
    const chained = [certificate, ...chain].join('\n')
    return await reEnrol(server, asked, { by: 'certificate', certificate: chained, key: key.value }, now())
  } finally {
    key.value.erase()
  }
}

/** The vault first: whichever of the two files is there after a power cut, its key opens it. */
async function take(options: RenewalOptions, identity: Signed, progress: Progress): Promise<Result<Renewal>> {
  const { profile, name, server, vault, passphrase, now, did } = options
  const { outstanding } = identity
  const { issued } = progress
  if (outstanding === null || issued === null) return fail('internal', 'nothing was issued', name)
  const current = currentOf(outstanding, { state: 'issued', ...issued }, server.url, now())
  const begins = current.ok ? Date.parse(new X509Certificate(current.value.certificate).validFrom) : 0
  const ends = Date.parse(new X509Certificate(identity.current.certificate).validTo)
  if (!current.ok || begins > Math.max(ends, now() + day)) {
    // as good as not issued: asked for again with a new key
    await rm(progressFile(profile, name), { force: true })
    await replaceIdentity(profile, name, { ...identity, outstanding: null }, now())
    const late = `it begins on ${new Date(begins).toISOString().slice(0, 10)}, after the end of the one in use`
    return current.ok ? fail('identity.unfit', late, server.url) : current
  }
  // the one in use is not given up for one that signs in nowhere yet
  if (now() < begins) return ok({ state: 'early', due: begins })
  const typed = await passphrase()
  if (!typed.ok) return typed
  const key = openSealedKey(outstanding.key, typed.value, name)
  typed.value.erase()
  if (!key.ok) return key
  const added = await vault.add({ certificate: current.value.certificate, key: key.value })
  key.value.erase()
  if (!added.ok) return added
  did?.('vault-holds-both')
  const next = { ...identity, current: current.value, outstanding: null }
  const replaced = await replaceIdentity(profile, name, next, now())
  if (!replaced.ok) return replaced
  did?.('replaced')
  return finish(options, { ...progress, issued: { ...issued, certificate: current.value.certificate } })
}

/** The new one is in its place: what only the old one needed is let go once the node runs with the new one. */
async function finish(options: RenewalOptions, { issued, former }: Progress): Promise<Result<Renewal>> {
  const { profile, name, vault, use, did } = options
  if (issued === null || former === null) return fail('internal', 'nothing was issued', name)
  const used = await use(issued.certificate)
  if (!used.ok) return used
  did?.('in-use')
  const dropped = await vault.drop(former)
  if (!dropped.ok) return dropped
  did?.('vault-let-go')
  await letGo(profile, name, former)
  await rm(progressFile(profile, name), { force: true })
  did?.('done')
  return ok({ state: 'renewed', notAfter: Date.parse(new X509Certificate(issued.certificate).validTo) })
}

/** The store keeps what is replaced: of a certificate that another took the place of, nothing opens with its key. */
async function letGo(profile: string, name: string, former: string): Promise<void> {
  const publicKey = fingerprintOf(new X509Certificate(former).publicKey)
  for (let count = 1; ; count++) {
    const kept = await readIdentityNamed(profile, `${name}.${count}`)
    if (!kept.ok && kept.error.code === 'identity.unknown') return
    if (kept.ok && kept.value.current?.key.publicKey === publicKey)
      await removeIdentity(profile, `${name}.${count}`)
  }
}

const minute = 60_000
/** After failures, ms. */
const patience = [minute, 5 * minute, 15 * minute, 60 * minute, 360 * minute]
/** A clock may be set: it is never slept longer. */
const longest = 360 * minute

export interface Renewing {
  /** now, too: something that it waited for may be there */
  look(): void
  dispose(): Promise<void>
}

export interface KeepRenewing {
  /** one look */
  once(): Promise<Result<Renewal>>
  now(): number
  /** null: all is well, or it is not due */
  problem(problem: Problem | null): void
  /** where a person is waited for */
  host(): string
  wait?(time: number, then: () => void): { dispose(): void }
}

const later = (time: number, then: () => void) => {
  const timer = setTimeout(then, time)
  return { dispose: () => clearTimeout(timer) }
}

/** Looks at once, and again when it may be due. */
export function keepRenewing({ once, now, problem, host, wait = later }: KeepRenewing): Renewing {
  let failures = 0
  let ended = false
  let waiting: { dispose(): void } | null = null

  const nextIn = (result: Result<Renewal>): number => {
    if (!result.ok) {
      failures++
      problem(result.error)
      return patience[Math.min(failures, patience.length) - 1] ?? longest
    }
    failures = 0
    const { value } = result
    if (value.state === 'waiting') {
      problem({
        code: 'enrol.waiting',
        message: 'a person has to allow the next certificate',
        subject: host(),
      })
      return value.until - now()
    }
    problem(null)
    return value.state === 'early' ? value.due - now() : 0
  }
  let looking: Promise<void> = Promise.resolve()
  const look = () => {
    waiting?.dispose()
    looking = looking
      .then(() => (ended ? null : once()))
      .catch((error: unknown) => fail<Renewal>('internal', String(error)))
      .then((result) => {
        if (ended || result === null) return
        waiting?.dispose()
        waiting = wait(Math.min(longest, Math.max(1_000, nextIn(result))), look)
      })
  }
  look()
  return {
    look,
    async dispose() {
      ended = true
      waiting?.dispose()
      await looking
    },
  }
}
