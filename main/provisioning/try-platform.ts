/** The way to a platform, step by step, so that whoever sets a node up sees where it ends. */
import { lookup } from 'node:dns/promises'
import { connect as connectSocket, isIP, type Socket } from 'node:net'
import { checkServerIdentity, connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import type { TrialStepName } from '../../preload/contract/identities.ts'
import type { Problem } from '../../preload/contract/result.ts'
import { hostAndPort, type ServerAddress } from '../../preload/contract/server-address.ts'
import { printable } from '../../preload/contract/text.ts'
import { causeOf, Distrust, isRefusal, speaksFirst, withoutJetStream } from '../engine/intake/nats/cause.ts'
import { secureContextOf, type Demands } from '../engine/intake/nats/secure.ts'
import { connectTo } from '../engine/intake/nats/transport.ts'
import { askVerdict, mayHideVerdict } from '../engine/intake/nats/verdict.ts'
import { inboxOf, userOf } from '../identity/inbox.ts'
import { dateProblem, type Identity } from '../identity/open-identity.ts'
import { closedTerms } from '../identity/trust/terms.ts'

export interface Step {
  step: TrialStepName
  passed: boolean
  said: string
  /** what it found, as it is called everywhere: addresses, a version of TLS, a user */
  found: string
  /** since the step before */
  ms: number
}

export interface Trial {
  server: string
  /** those that were taken; the last one failed where there is a problem */
  steps: Step[]
  problem: Problem | null
}

export interface TrialOptions {
  address: ServerAddress
  tlsFirst: boolean
  identity: Identity
  /** PEM */
  authority: string
  /** ms since 1970 */
  now: number
  told(step: Step): void
}

/** A server that is there answers sooner. */
const patience = 10_000
/** A server's first line, before TLS; one that is longer is none of NATS. */
const mostInfo = 65_536

/** Throws what `causeOf` reads; after it nothing of it hangs on the socket. */
function within<T>(socket: Socket, work: (done: (value: T) => void) => void, late: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(new Error(late)), patience)
    const over = () => {
      clearTimeout(timer)
      socket.off('error', fail).off('close', closed)
    }
    const fail = (error: Error) => {
      over()
      socket.on('error', () => undefined).destroy()
      reject(error)
    }
    const closed = () => fail(new Error('the server closed the connection'))
    socket.on('error', fail).on('close', closed)
    work((value) => {
      over()
      resolve(value)
    })
  })
}

const openSocket = ({ host, port }: ServerAddress): Promise<Socket> => {
  const socket = connectSocket(port, host)
  return within(socket, (done) => socket.once('connect', () => done(socket)), 'nobody answers at this port')
}

/** What a NATS server says before TLS; nothing in it is believed. */
function hearInfo(socket: Socket): Promise<undefined> {
  let heard = 0
  const silent = 'the server says nothing: if it begins with TLS (handshake_first), --tls-first is needed'
  return within(
    socket,
    (done) =>
      socket.on('data', function hear(data: Buffer) {
        heard += data.length
        if (heard > mostInfo) socket.destroy(new Error('this is no NATS server'))
        else if (data.includes('\n')) {
          socket.off('data', hear)
          done(undefined)
        }
      }),
    silent,
  )
}

/** Without our certificate, and without a judgement: that comes step by step. Nothing is said to the server. */
function shakeHands(socket: Socket, options: ConnectionOptions): Promise<TLSSocket> {
  const secure = connectTls({
    ...options,
    socket,
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  })
  socket.once('close', () => secure.destroy())
  return within(secure, (done) => secure.once('secureConnect', () => done(secure)), 'TLS was not answered')
}

/** Ends at the first step that fails. */
export async function tryPlatform(options: TrialOptions): Promise<Trial> {
  const { address, tlsFirst, identity, authority, now, told } = options
  const server = hostAndPort(address)
  const steps: Step[] = []
  let last = performance.now()
  const took = (step: TrialStepName, passed: boolean, said: string, found = '') => {
    const since = last
    last = performance.now()
    const ms = Math.round(last - since)
    const one = { step, passed, said: printable(said, 300), found: printable(found, 300), ms }
    steps.push(one)
    told(one)
  }
  const failed = (step: TrialStepName, problem: Problem): Trial => {
    took(step, false, problem.message)
    return { server, steps, problem }
  }
  const unreachable = (error: unknown): Problem => causeOf(error, server)

  if (isIP(address.host) === 0) {
    try {
      const found = await lookup(address.host, { all: true })
      const all = found.map((one) => one.address).join(', ')
      took('name', true, `${address.host} is ${all}`, all)
    } catch (error) {
      return failed('name', { ...unreachable(error), message: `${address.host} has no address` })
    }
  } else took('name', true, `${address.host} is an address`, address.host)

  let socket: Socket
  try {
    socket = await openSocket(address)
  } catch (error) {
    return failed('tcp', unreachable(error))
  }
  took('tcp', true, `${server} answers`, server)

  const tls = {
    ca: authority,
    minVersion: 'TLSv1.3',
    servername: isIP(address.host) === 0 ? address.host : '',
  } as const
  let secure: TLSSocket
  try {
    if (!tlsFirst) await hearInfo(socket)
    secure = await shakeHands(socket, tls)
  } catch (error) {
    socket.on('error', () => undefined).destroy()
    const problem = unreachable(error)
    return failed(
      'tls',
      tlsFirst && speaksFirst(error) ? { ...problem, code: 'platform.not-tls-first' } : problem,
    )
  }
  const peer = secure.getPeerCertificate()
  // Node says it as a code, though its types do not
  const untrusted = secure.authorizationError as unknown as string | undefined
  const spoken = `${secure.getProtocol() ?? 'TLS'}, ${secure.getCipher().name}`
  took('tls', true, spoken, spoken)
  secure.on('error', () => undefined).destroy()
  socket.on('error', () => undefined).destroy()
  if (!secure.authorized && untrusted)
    return failed('authority', unreachable(Object.assign(new Error(untrusted), { code: untrusted })))
  took('authority', true, 'the server’s certificate comes from the authority')
  const otherHost = checkServerIdentity(address.host, peer)
  if (otherHost !== undefined) return failed('host', unreachable(otherHost))
  took('host', true, `the server’s certificate names ${address.host}`, address.host)

  const dates = dateProblem(identity, identity.facts.subject, now)
  if (dates !== null) return failed('dates', dates)
  const until = new Date(identity.facts.notAfter).toISOString().slice(0, 10)
  took('dates', true, `our certificate is valid until ${until}`, until)
  return signIn(options, server, { steps, took, failed })
}

async function signIn(
  { address, tlsFirst, identity, authority }: TrialOptions,
  server: string,
  {
    steps,
    took,
    failed,
  }: {
    steps: Step[]
    took(step: TrialStepName, passed: boolean, said: string, found?: string): void
    failed(step: TrialStepName, problem: Problem): Trial
  },
): Promise<Trial> {
  const user = userOf(identity.certificate)
  const key = identity.key.copy()
  const certificate = [identity.certificate, ...identity.chain].join('\n')
  const demands: Demands = {
    ...{ address, authority, terms: closedTerms, now: Date.now },
    secureContext: secureContextOf({ certificate, key, authority }, closedTerms),
  }
  key.fill(0)
  const accepted = () => took('certificate', true, 'the server took our certificate')
  let connection: NatsConnection
  try {
    const options = { servers: server, reconnect: false, ignoreClusterUpdates: true, timeout: patience }
    const own = { name: 'vigie provision test', inboxPrefix: inboxOf(identity.certificate) }
    connection = (await connectTo(demands, { ...options, ...own }, tlsFirst)).connection
  } catch (error) {
    const problem = causeOf(error, server)
    // what the platform's certificate is worth beyond TLS
    if (isDistrusted(error)) return failed('trust', problem)
    if (isUnknownUser(error)) {
      accepted()
      return failed('user', { ...problem, message: `the server knows no user ${user}: ${problem.message}` })
    }
    if (isRefusal(problem) || !mayHideVerdict(error)) return failed('certificate', problem)
    const said = causeOf(await askVerdict(tlsFirst, demands), server)
    return failed('certificate', isRefusal(said) ? said : problem)
  }
  accepted()
  took('user', true, `the server let us in as ${user}`, user)
  try {
    if (connection.info?.jetstream !== true) throw new Error('JetStream is not enabled on this server')
    await jetstreamManager(connection)
  } catch (error) {
    return failed('jetstream', withoutJetStream(error, server))
  } finally {
    await connection.close()
  }
  took('jetstream', true, 'JetStream answers')
  return { server, steps, problem: null }
}

function isDistrusted(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof Distrust) return true
  return false
}

/** Our certificate was good enough for TLS; who it stands for may do nothing here. */
function isUnknownUser(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if (at.name === 'AuthorizationError' || /authorization violation/i.test(at.message)) return true
  return false
}
