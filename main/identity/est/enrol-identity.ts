/**
 * A node's first certificate from an EST server. The key is made here and sealed before anything is asked for, so that
 * whatever ends meanwhile, the same request goes on: with the same key, and with a secret that is not used up.
 */
import { X509Certificate } from 'node:crypto'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import { addIdentity, identityFile, readIdentityNamed, replaceIdentity } from '../identities.ts'
import type { IdentityFile, OutstandingRequest } from '../identities.ts'
import { readAnswer } from '../import.ts'
import { makeKey, makeRequest, requestPem, type KeyKind, type RequestWishes } from '../request.ts'
import { sealKey } from '../sealed.ts'
import type { Secret } from '../secret.ts'
import { demandsOf, enrol, type Asked, type Enrolment } from './est.ts'
import type { EstServer } from './exchange.ts'

/** What of a request is said beforehand; the key's kind may be left to the server. */
export type Wishes = Omit<RequestWishes, 'key'> & { key?: KeyKind | undefined }

export interface FirstEnrolment {
  profile: string
  /** of the identity in this node's store, and of who asks */
  name: string
  server: EstServer
  wishes: Wishes
  /** used once */
  secret: Secret
  /** seals the key; asked for only where one is made */
  passphrase(): Promise<Result<Secret>>
  /** ms since 1970 */
  now(): number
  pause(time: number): Promise<unknown>
  /** how far it is */
  tell(line: string): void
  /** the same, for who shows it otherwise */
  reached?(step: Reached): void
}

/** How far an enrolment is. */
export type Reached =
  | { step: 'key'; request: string; resumed: boolean }
  /** ms until it is asked again */
  | { step: 'waiting'; after: number }
  | { step: 'certificate'; certificate: string }

export interface Enrolled {
  file: string
  certificate: string
}

const derOf = (pem: string): Buffer => Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64')

/** What an EST server is to be asked with. */
export const askedOf = ({ request, key }: OutstandingRequest): Asked => ({
  request: derOf(request),
  publicKey: key.publicKey,
})

/** The kind of key that is wished for, else the one that the server wants, else the one before or the usual one. */
export async function makeOutstanding(
  server: EstServer,
  { key, ...wishes }: Wishes,
  otherwise: KeyKind,
  passphrase: () => Promise<Result<Secret>>,
  now: number,
): Promise<Result<OutstandingRequest>> {
  const demands = key === undefined ? await demandsOf(server) : ok({ key })
  if (!demands.ok) return demands
  const pair = await makeKey(demands.value.key ?? otherwise)
  const request = makeRequest(pair, wishes)
  if (!request.ok) return request
  const typed = await passphrase()
  if (!typed.ok) return typed
  const sealed = sealKey(pair.privateKey, typed.value)
  typed.value.erase()
  return ok({ key: sealed, request: requestPem(request.value), since: new Date(now).toISOString() })
}

/** @returns the certificate that was issued as this node keeps it, beside the key that it is for */
export const currentOf = (
  outstanding: OutstandingRequest,
  { certificate, chain }: Extract<Enrolment, { state: 'issued' }>,
  host: string,
  now: number,
): Result<NonNullable<IdentityFile['current']>> => {
  const read = readAnswer(outstanding, Buffer.from([certificate, ...chain].join('\n')), host, now)
  return read.ok ? ok(read.value.current) : read
}

async function requestOf(
  options: FirstEnrolment,
): Promise<Result<IdentityFile & { outstanding: OutstandingRequest }>> {
  const { profile, name, server, wishes, passphrase, now, tell } = options
  const there = await readIdentityNamed(profile, name)
  if (there.ok) {
    const { current, outstanding } = there.value
    if (current !== null || outstanding === null)
      return fail('identity.exists', `there is an identity ${name} already: it renews itself`, name)
    tell(`the request of ${outstanding.since} is taken up again`)
    return ok({ ...there.value, outstanding })
  }
  if (there.error.code !== 'identity.unknown') return there
  const outstanding = await makeOutstanding(server, wishes, 'ec-p384', passphrase, now())
  if (!outstanding.ok) return outstanding
  const identity: IdentityFile & { outstanding: OutstandingRequest } = {
    vigie: 'identity',
    version: 1,
    current: null,
    outstanding: outstanding.value,
    replaced: null,
  }
  const added = await addIdentity(profile, name, identity)
  if (!added.ok) return added
  tell(`a key is made and sealed in ${added.value}`)
  return ok(identity)
}

/** Waits for as long as a person must allow it first; ended meanwhile, the next one goes on with the same request. */
export async function enrolIdentity(options: FirstEnrolment): Promise<Result<Enrolled>> {
  const { profile, name, server, secret, now, pause, tell, reached = () => undefined } = options
  const begun = now()
  const identity = await requestOf(options)
  if (!identity.ok) return identity
  const { outstanding } = identity.value
  const { request, since } = outstanding
  reached({ step: 'key', request, resumed: Date.parse(since) < begun })
  const asked = askedOf(outstanding)
  for (;;) {
    const answer = await enrol(server, asked, { by: 'secret', name, secret }, now())
    if (!answer.ok) return answer
    if (answer.value.state === 'waiting') {
      const { after } = answer.value
      reached({ step: 'waiting', after })
      tell(`the server waits for somebody to allow it; asked again in ${Math.round(after / 1000)} s`)
      await pause(after)
      continue
    }
    const current = currentOf(outstanding, answer.value, server.url, now())
    if (!current.ok) return current
    const next = { ...identity.value, current: current.value, outstanding: null }
    const kept = await replaceIdentity(profile, name, next, now())
    if (!kept.ok) return kept
    const { certificate } = current.value
    reached({ step: 'certificate', certificate })
    tell(`the certificate is there until ${new X509Certificate(certificate).validTo}`)
    return ok({ file: identityFile(profile, name), certificate })
  }
}
