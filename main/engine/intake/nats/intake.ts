/**
 * The platform over NATS: one connection at a time, TLS 1.3 only, no fallback and no other host than was named.
 * A connection that ends is never mended: everything that hung on it goes, and a new one begins where the cache is, with
 * the next of the servers that were named. What a server says of others in its cluster is not followed: it may have been
 * said before TLS, and whom this node trusts is not for a server to say.
 */
import { checkServerIdentity, createSecureContext, type SecureContext } from 'node:tls'
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream'
import { wsconnect, type NatsConnection } from '@nats-io/nats-core'
import { connect } from '@nats-io/transport-node'
import { fail, type Problem } from '../../../../preload/contract/result.ts'
import {
  addressForm,
  hostAndPort,
  readServerAddress,
  type ServerAddress,
} from '../../../../preload/contract/server-address.ts'
import type { Intake, IntakeOptions } from '../intake.ts'
import { createLink } from '../link.ts'
import type { NatsAddress } from './address.ts'
import type { CardLine } from './card-line.ts'
import { causeOf, isRefusal, saysMore, speaksFirst, withoutJetStream } from './cause.ts'
import { keepAsking } from './keep-asking.ts'
import { mayNotWrite, notConnected, publish } from './publish.ts'
import { openRequests, type Requests } from './requests.ts'
import { runSession } from './session.ts'
import { followShared } from './shared.ts'
import { askVerdict, judgeServer, mayHideVerdict } from './verdict.ts'

const firstRetry = 250
const longestRetry = 15_000
const refusedRetry = 30_000
/** ms that a connection stands before it counts: one that takes us and lets us go is asked ever more seldom, too */
const stood = 30_000

/** The keys are read once: nothing of them is kept but what OpenSSL needs. @throws where they are none */
const secureContextOf = ({ tls }: NatsAddress): SecureContext =>
  createSecureContext({ ...keysOf(tls), ca: tls.authority, minVersion: 'TLSv1.3' })

function keysOf(tls: NatsAddress['tls']) {
  // a card gives none: a server is judged without
  if ('line' in tls) return {}
  const { certificate: cert, key } = tls
  return {
    cert,
    key: typeof key === 'string' ? key : Buffer.from(key.buffer, key.byteOffset, key.byteLength),
  }
}

/** The same as `make`, already made: what it returned or threw. */
function tried<T>(make: () => T): () => T {
  try {
    const made = make()
    return () => made
  } catch (error) {
    return () => {
      throw error
    }
  }
}

const tlsFor = (secureContext: SecureContext, host: string) => ({
  secureContext,
  rejectUnauthorized: true,
  // The library upgrades a socket, and Node then forgets an address that is no name: say it ourselves.
  checkServerIdentity: (_name: string, peer: Parameters<typeof checkServerIdentity>[1]) =>
    checkServerIdentity(host, peer),
})

const dial = async (
  platform: NatsAddress,
  line: CardLine | null,
  secureContext: SecureContext,
  address: ServerAddress,
): Promise<NatsConnection> => {
  if ('line' in platform.tls) {
    await judgeServer(address.host, address.port, tlsFor(secureContext, address.host))
    const wsFactory = line?.sockets ?? (() => Promise.reject(new Error('there is no card’s line')))
    return wsconnect({ servers: `wss://${hostAndPort(address)}`, wsFactory, ...common(platform) })
  }
  // the library hands on what it does not know
  const tls = { ...tlsFor(secureContext, address.host), handshakeFirst: platform.tlsFirst === true }
  return connect({ servers: hostAndPort(address), tls, ...common(platform) })
}

const common = (platform: Pick<NatsAddress, 'inbox'>) => ({
  name: 'vigie',
  inboxPrefix: platform.inbox,
  reconnect: false,
  ignoreClusterUpdates: true,
  timeout: 10_000,
  pingInterval: 5000,
  maxPingOut: 3,
})

export function startNats(options: IntakeOptions<NatsAddress>): Intake {
  const { address: platform } = options
  const byCard = 'line' in platform.tls
  const link = createLink(options.time, options.linked)
  const now = options.time.monotonic
  const addresses = platform.servers.map(readServerAddress).filter((address) => address !== null)
  // now, and not with the first connection: whoever gave us the key may clear it
  const secureContext = tried(() => secureContextOf(platform))
  let disposed = false
  let current: NatsConnection | null = null
  /** one that the platform has answered by */
  let answering: { connection: NatsConnection; server: string } | null = null
  let requests: Requests | null = null
  /** since one of them took us for as long as that */
  let attempt = 0
  let wake = (): void => undefined

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  /** Half fixed, half by chance. */
  const backOff = (attempt: number): number =>
    Math.min(longestRetry, firstRetry * 2 ** Math.min(attempt, 10)) * (0.5 + options.random() / 2)

  /** @returns why it ended, null after dispose */
  const once = async (address: ServerAddress, live: () => void): Promise<Problem | null> => {
    const server = hostAndPort(address)
    let connection: NatsConnection
    try {
      connection = await dial(platform, options.line ?? null, secureContext(), address)
    } catch (error) {
      const problem = causeOf(error, server)
      if (platform.tlsFirst === true && speaksFirst(error))
        return { ...problem, code: 'platform.not-tls-first' }
      if (isRefusal(problem) || !(byCard || mayHideVerdict(error))) return problem
      const tls = tlsFor(secureContext(), address.host)
      const verdict = await askVerdict(address.host, address.port, byCard || platform.tlsFirst === true, tls)
      const said = causeOf(verdict, server)
      return isRefusal(said) ? said : problem
    }
    if (disposed) {
      await connection.close()
      return null
    }
    current = connection
    try {
      let manager: JetStreamManager
      try {
        if (connection.info?.jetstream !== true) throw new Error('JetStream is not enabled on this server')
        manager = await jetstreamManager(connection)
      } catch (error) {
        return connection.isClosed() ? causeOf(error, server) : withoutJetStream(error, server)
      }
      live()
      requests = options.looks === null ? null : openRequests(connection, options.looks)
      answering = { connection, server }
      link.set({ state: 'live', since: now(), server, known: addresses.length })
      const unanswered = keepAsking(manager, connection)
      const stopShared = options.shared ? followShared(connection, manager, options.shared) : null
      const why = await runSession(connection, manager, options)
      stopShared?.()
      if (disposed) return null
      options.disconnected()
      const mute = unanswered()
      if (mute !== null) return withoutJetStream(mute, server)
      if (why === undefined)
        return { code: 'platform.closed', message: 'the connection was cut', subject: server }
      const problem = causeOf(why, server)
      return problem.code === 'platform.unreachable' ? { ...problem, code: 'platform.closed' } : problem
    } finally {
      current = answering = null
      requests = null
      await connection.close().catch(() => undefined)
    }
  }

  /** Each server once, as long as none takes us. @returns why none did, or why the one that did no longer does; null after dispose */
  const round = async (first: number): Promise<{ next: number; problem: Problem; wait: number } | null> => {
    let told: Problem | null = null
    let refusals = 0
    for (let at = 0; at < addresses.length; at++) {
      const index = (first + at) % addresses.length
      const address = addresses[index]
      if (!address) break
      attempt++
      link.set({ state: 'connecting', since: now(), attempt })
      let since: number | null = null
      const problem = await once(address, () => {
        since = now()
      })
      if (disposed || problem === null) return null
      if (since !== null) {
        if (now() - since >= stood) attempt = 0
        return { next: index + 1, problem, wait: backOff(Math.ceil(attempt / addresses.length)) }
      }
      if (told === null || saysMore(problem, told)) told = problem
      if (!isRefusal(problem)) continue
      refusals++
      // at once: another server may take us, and then nobody would hear of it
      link.set({ state: 'refused', since: now(), problem })
    }
    if (told === null) return null
    const wait = refusals === addresses.length ? refusedRetry : backOff(Math.ceil(attempt / addresses.length))
    return { next: first, problem: told, wait }
  }

  const run = async (): Promise<void> => {
    if (addresses.length === 0) {
      const subject = platform.servers.join(', ')
      const message = `no address of the form ${addressForm}`
      link.set({
        state: 'refused',
        since: now(),
        problem: { code: 'platform.unreachable', message, subject },
      })
      return
    }
    // many walls, spread over the servers
    let first = Math.floor(options.random() * addresses.length)
    while (!disposed) {
      const over = await round(first)
      if (!over) return
      const { next, problem, wait } = over
      first = next
      if (isRefusal(problem)) link.set({ state: 'refused', since: now(), problem })
      else link.set({ state: 'waiting', since: now(), retryAt: now() + wait, problem })
      await pause(wait)
    }
  }

  const running = run()
  return {
    publish: (publication) =>
      answering === null
        ? Promise.resolve(notConnected(platform.servers.join(', ')))
        : publish(answering.connection, answering.server, publication),
    mayNotWrite: (product, entities) =>
      answering === null ? Promise.resolve(null) : mayNotWrite(answering.connection, product, entities),
    look: (node, asked) =>
      requests?.look(node, asked) ??
      Promise.resolve(fail('wall.unanswered', 'this node is not connected', node)),
    link: link.now,
    async dispose() {
      disposed = true
      wake()
      await current?.close().catch(() => undefined)
      await running
    },
  }
}
