/**
 * The platform over NATS: one connection at a time, TLS 1.3 only, no fallback and no other host than was named.
 * A connection that ends is never mended: everything that hung on it goes, and a new one begins where the cache is.
 */
import { checkServerIdentity, createSecureContext, type SecureContext } from 'node:tls'
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { connect } from '@nats-io/transport-node'
import type { Problem } from '../../../../preload/contract/result.ts'
import type { Intake, IntakeOptions } from '../intake.ts'
import { createLink } from '../link.ts'
import type { NatsAddress } from './address.ts'
import { causeOf, isRefusal, speaksFirst } from './cause.ts'
import { runSession } from './session.ts'
import { askVerdict, mayHideVerdict } from './verdict.ts'

const firstRetry = 250
const longestRetry = 15_000
const refusedRetry = 30_000

interface Server {
  host: string
  port: string
}

/** `tls://host:port`, several separated by commas. */
function addressesOf(servers: string): Server[] {
  return servers
    .split(',')
    .map((server) => /^tls:\/\/(\[[^\]]+\]|[^:/]+):(\d{1,5})\/?$/.exec(server.trim()))
    .filter((match) => match !== null)
    .map(([, host = '', port = '']) => ({ host: host.replace(/^\[|\]$/g, ''), port }))
}

/** The keys are read once: nothing of them is kept but what OpenSSL needs. @throws where they are none */
const secureContextOf = ({ tls: { certificate, key, authority } }: NatsAddress): SecureContext =>
  createSecureContext({
    cert: certificate,
    key: typeof key === 'string' ? key : Buffer.from(key.buffer, key.byteOffset, key.byteLength),
    ca: authority,
    minVersion: 'TLSv1.3',
  })

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

const dial = (
  platform: Omit<NatsAddress, 'tls'>,
  secureContext: SecureContext,
  { host, port }: Server,
): Promise<NatsConnection> => {
  // the library hands on what it does not know
  const tls = { ...tlsFor(secureContext, host), handshakeFirst: platform.tlsFirst === true }
  return connect({
    servers: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
    tls,
    name: 'vigie',
    inboxPrefix: platform.inbox,
    reconnect: false,
    ignoreClusterUpdates: true,
    timeout: 10_000,
    pingInterval: 5000,
    maxPingOut: 3,
  })
}

export function startNats(options: IntakeOptions<NatsAddress>): Intake {
  const { address: platform } = options
  const link = createLink(options.time, options.linked)
  const now = options.time.monotonic
  const addresses = addressesOf(platform.servers)
  // now, and not with the first connection: whoever gave us the key may clear it
  const secureContext = tried(() => secureContextOf(platform))
  let disposed = false
  let current: NatsConnection | null = null
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
  const once = async (address: Server, live: () => void): Promise<Problem | null> => {
    const server = `${address.host}:${address.port}`
    let connection: NatsConnection
    try {
      connection = await dial(platform, secureContext(), address)
    } catch (error) {
      const problem = causeOf(error, server)
      if (platform.tlsFirst === true && speaksFirst(error))
        return { ...problem, code: 'platform.not-tls-first' }
      if (isRefusal(problem) || !mayHideVerdict(error)) return problem
      const tls = tlsFor(secureContext(), address.host)
      const verdict = await askVerdict(address.host, Number(address.port), platform.tlsFirst === true, tls)
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
        const message = error instanceof Error ? error.message : String(error)
        return connection.isClosed()
          ? causeOf(error, server)
          : { code: 'platform.no-jetstream', message, subject: server }
      }
      live()
      link.set({ state: 'live', since: now(), server })
      const why = await runSession(connection, manager, options)
      if (disposed) return null
      options.disconnected()
      if (why === undefined)
        return { code: 'platform.closed', message: 'the connection was cut', subject: server }
      const problem = causeOf(why, server)
      return problem.code === 'platform.unreachable' ? { ...problem, code: 'platform.closed' } : problem
    } finally {
      current = null
      await connection.close().catch(() => undefined)
    }
  }

  const run = async (): Promise<void> => {
    const since = now()
    let attempt = 0
    let index = 0
    while (!disposed) {
      const address = addresses[index++ % addresses.length]
      if (!address) {
        const problem: Problem = {
          code: 'platform.unreachable',
          message: 'no address of the form tls://host:port',
          subject: platform.servers,
        }
        link.set({ state: 'refused', since, problem })
        return
      }
      attempt++
      link.set({ state: 'connecting', since: now(), attempt })
      const problem = await once(address, () => {
        attempt = 0
      })
      if (disposed || problem === null) return
      if (isRefusal(problem)) {
        link.set({ state: 'refused', since: now(), problem })
        await pause(refusedRetry)
      } else {
        const wait = backOff(attempt)
        link.set({ state: 'waiting', since: now(), retryAt: now() + wait, problem })
        await pause(wait)
      }
    }
  }

  const running = run()
  return {
    link: link.now,
    async dispose() {
      disposed = true
      wake()
      await current?.close().catch(() => undefined)
      await running
    },
  }
}
