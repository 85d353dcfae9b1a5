/**
 * The platform over NATS: one connection at a time, TLS 1.3 only, no fallback and no other host than was named.
 * A connection that ends is never mended: everything that hung on it goes, and a new one begins where the cache is.
 */
import { checkServerIdentity, createSecureContext, type SecureContext } from 'node:tls'
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream'
import { errors, type NatsConnection } from '@nats-io/nats-core'
import { connect } from '@nats-io/transport-node'
import type { Connection } from '../../../../preload/contract/picture.ts'
import type { ReadDescriptor } from '../../../../preload/contract/descriptor.ts'
import type { ProductName } from '../../../../preload/contract/product.ts'
import type { Problem } from '../../../../preload/contract/result.ts'
import type { Platform } from '../../orders.ts'
import type { PlatformClock } from '../../platform-clock.ts'
import { createBackfill } from '../backfill.ts'
import { watchCatalog } from './catalog.ts'
import { causeOf, isRefusal, speaksFirst } from './cause.ts'
import { follow, type Following, type Sink } from './follow.ts'
import { askVerdict, mayHideVerdict } from './verdict.ts'

export interface IntakeOptions {
  platform: Platform
  time: PlatformClock
  /** 0 up to 1: spreads the retries of many walls */
  random: () => number
  /** times are monotonic: no clock that is set may lengthen a cut or shorten a wait */
  connection: (connection: Connection) => void
  /** a live connection ended without our wish */
  disconnected: () => void
  /** @returns where the product's messages go; null: there are too many, this one is not read */
  product: (product: ProductName, read: ReadDescriptor) => Promise<Sink | null>
  /** its descriptor can't be used any more; `marking`: what it says of that, '' where it says nothing */
  distrusted: (product: ProductName, marking: string) => void
  withdrawn: (product: ProductName) => void
  /** every product of the catalog was told; null: as far as can be said of one that says nothing */
  listed: (all: ReadonlySet<ProductName> | null) => void
  problem: (problem: Problem) => void
}

export interface Intake {
  dispose(): Promise<void>
}

const firstRetry = 250
const longestRetry = 15_000
const refusedRetry = 30_000
const catalogRetry = 5000

interface Address {
  host: string
  port: string
}

/** `tls://host:port`, several separated by commas. */
function addressesOf(servers: string): Address[] {
  return servers
    .split(',')
    .map((server) => /^tls:\/\/(\[[^\]]+\]|[^:/]+):(\d{1,5})\/?$/.exec(server.trim()))
    .filter((match) => match !== null)
    .map(([, host = '', port = '']) => ({ host: host.replace(/^\[|\]$/g, ''), port }))
}

/** The keys are read once: nothing of them is kept but what OpenSSL needs. @throws where they are none */
const secureContextOf = ({ tls: { certificate, key, authority } }: Platform): SecureContext =>
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
  platform: Omit<Platform, 'tls'>,
  secureContext: SecureContext,
  { host, port }: Address,
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

/** What hangs on one connection. @returns when the connection has ended, with why */
async function runSession(
  connection: NatsConnection,
  manager: JetStreamManager,
  options: IntakeOptions,
): Promise<Error | undefined> {
  const followed = new Map<ProductName, Following>()
  const backfill = createBackfill()
  let over = false
  let stopCatalog = (): void => undefined

  const forbidden = async (): Promise<void> => {
    for await (const status of connection.status()) {
      if (status.type !== 'error' || !(status.error instanceof errors.PermissionViolationError)) continue
      const tokens = status.error.subject.split('.')
      for (const following of followed.values())
        if (tokens.includes(following.stream)) following.forbidden(status.error)
    }
  }

  // of one product one after the other: a descriptor that changes twice must not be followed twice
  const orders = new Map<ProductName, Promise<void>>()
  const inTurn = (product: ProductName, order: () => Promise<void> | void): void => {
    const told = (orders.get(product) ?? Promise.resolve()).then(order).catch((error: unknown) => {
      // what ends with the connection is no problem
      if (!over) options.problem({ code: 'internal', message: String(error), subject: product })
    })
    orders.set(product, told)
    void told.then(() => {
      if (orders.get(product) === told) orders.delete(product)
    })
  }
  const catalog = async (): Promise<void> => {
    while (!over && !connection.isClosed()) {
      const all = new Set<ProductName>()
      try {
        await watchCatalog(
          connection,
          {
            listed(product, read) {
              all.add(product)
              inTurn(product, async () => {
                const sink = await options.product(product, read)
                if (!sink) {
                  followed.get(product)?.stop()
                  followed.delete(product)
                }
                if (sink && !over && !followed.has(product))
                  followed.set(
                    product,
                    follow(connection, manager, options.platform.inbox, sink, backfill, options.time),
                  )
              })
            },
            refused(product, problem, marking) {
              all.add(product)
              inTurn(product, () => {
                followed.get(product)?.stop()
                followed.delete(product)
                options.distrusted(product, marking)
                options.problem(problem)
              })
            },
            withdrawn(product) {
              inTurn(product, () => {
                followed.get(product)?.stop()
                followed.delete(product)
                options.withdrawn(product)
              })
            },
            complete(certain) {
              void Promise.all(orders.values()).then(() => options.listed(certain ? all : null))
            },
            problem: options.problem,
          },
          (stop) => {
            stopCatalog = stop
          },
        )
      } catch (error) {
        if (over || connection.isClosed()) return
        options.problem({
          code: 'product.not-permitted',
          message: `catalog: ${String(error)}`,
          subject: 'catalog',
        })
      }
      if (over || connection.isClosed()) return
      await new Promise((resolve) => setTimeout(resolve, catalogRetry).unref())
    }
  }

  void forbidden()
  void catalog()
  const why = await connection.closed()
  over = true
  stopCatalog()
  for (const following of followed.values()) following.stop()
  await Promise.all(orders.values())
  return why === undefined ? undefined : why
}

export function startIntake(options: IntakeOptions): Intake {
  const { platform } = options
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
  const once = async (address: Address, live: () => void): Promise<Problem | null> => {
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
      options.connection({ state: 'live', since: now(), server })
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
        options.connection({ state: 'refused', since, problem })
        return
      }
      attempt++
      options.connection({ state: 'connecting', since: now(), attempt })
      const problem = await once(address, () => {
        attempt = 0
      })
      if (disposed || problem === null) return
      if (isRefusal(problem)) {
        options.connection({ state: 'refused', since: now(), problem })
        await pause(refusedRetry)
      } else {
        const wait = backOff(attempt)
        options.connection({ state: 'waiting', since: now(), retryAt: now() + wait, problem })
        await pause(wait)
      }
    }
  }

  const running = run()
  return {
    async dispose() {
      disposed = true
      wake()
      await current?.close().catch(() => undefined)
      await running
    },
  }
}
