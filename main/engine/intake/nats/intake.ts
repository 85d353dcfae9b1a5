/**
 * The platform over NATS: one connection at a time, TLS 1.3 only, no fallback and no other host than was named.
 * A connection that ends is never mended: everything that hung on it goes, and a new one begins where the cache is, with
 * the next of the servers that were named. What a server says of others in its cluster is not followed: it may have been
 * said before TLS, and whom this node trusts is not for a server to say.
 */
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { fail, type Problem } from '../../../../preload/contract/result.ts'
import {
  addressForm,
  hostAndPort,
  readServerAddress,
  type ServerAddress,
} from '../../../../preload/contract/server-address.ts'
import { closedTerms } from '../../../identity/trust/terms.ts'
import type { Intake, IntakeOptions } from '../intake.ts'
import { createLink } from '../link.ts'
import type { NatsAddress } from './address.ts'
import { connectByCard } from './card-dial.ts'
import { causeOf, isRefusal, saysMore, speaksFirst, withoutJetStream } from './cause.ts'
import { keepAsking } from './keep-asking.ts'
import { getObject, putObject } from './objects.ts'
import { lastOfTrail, mayNotWrite, notConnected, publish } from './publish.ts'
import { openRequests, type Requests } from './requests.ts'
import { factsOf, judgeProof, secureContextOf, type Demands, type Proof } from './secure.ts'
import { runSession } from './session.ts'
import { followShared } from './shared.ts'
import { connectTo, type Connected } from './transport.ts'
import { askVerdict, mayHideVerdict } from './verdict.ts'

const firstRetry = 250
const longestRetry = 15_000
const refusedRetry = 30_000
/** ms that a connection stands for one attempt to be forgotten: one that takes us and lets us go at once is asked ever more seldom */
const standsFor = 3000

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

const timing = { timeout: 10_000, pingInterval: 5000, maxPingOut: 3 }

export function startNats(options: IntakeOptions<NatsAddress>): Intake {
  const { address: platform } = options
  const byCard = 'line' in platform.tls
  const link = createLink(options.time, options.linked)
  const now = options.time.monotonic
  const addresses = platform.servers.map(readServerAddress).filter((address) => address !== null)
  // now, and not with the first connection: whoever gave us the key may clear it
  let terms = platform.trust ?? closedTerms
  const secureContext = tried(() => secureContextOf(platform.tls, terms))
  const { authority } = platform.tls
  let disposed = false
  let current: NatsConnection | null = null
  /** what its server proved, and to whom it was proved */
  let proved: { proof: Proof; address: ServerAddress } | null = null
  /** why a connection that stood was ended by us */
  let distrusted: Problem | null = null
  /** the platform has let us in before: where it turns us away now, it has taken that back */
  let admitted = false
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

  const judging = (address: ServerAddress): Omit<Demands, 'secureContext'> => ({
    ...{ address, authority, terms },
    now: Date.now,
  })

  /** @returns why it ended, null after dispose */
  const once = async (address: ServerAddress, live: () => void): Promise<Problem | null> => {
    const server = hostAndPort(address)
    const tlsFirst = byCard || platform.tlsFirst === true
    const demands = (): Demands => ({ ...judging(address), secureContext: secureContext() })
    let connected: Connected
    try {
      const alone = { reconnect: false, ignoreClusterUpdates: true }
      const own = { name: 'vigie', inboxPrefix: platform.inbox, ...timing, ...alone }
      connected = byCard
        ? await connectByCard(demands(), options.line ?? null, own)
        : await connectTo(demands(), { servers: server, ...own }, tlsFirst)
    } catch (error) {
      const problem = causeOf(error, server)
      if (tlsFirst && speaksFirst(error)) return { ...problem, code: 'platform.not-tls-first' }
      if (isRefusal(problem) || !(byCard || mayHideVerdict(error))) return problem
      const said = causeOf(await askVerdict(tlsFirst, demands()), server)
      return isRefusal(said) ? said : problem
    }
    const { connection, proof, agreed } = connected
    // the terms may have changed meanwhile
    const judged = judgeProof(proof, judging(address))
    if (disposed || judged.problem !== null) {
      await connection.close()
      return judged.problem
    }
    current = connection
    proved = { proof, address }
    distrusted = null
    try {
      let manager: JetStreamManager
      try {
        if (connection.info?.jetstream !== true) throw new Error('JetStream is not enabled on this server')
        manager = await jetstreamManager(connection)
      } catch (error) {
        return connection.isClosed() ? causeOf(error, server) : withoutJetStream(error, server)
      }
      live()
      admitted = true
      if (agreed !== null) options.secured?.(factsOf(agreed, proof, judging(address), judged.ocspUntil))
      requests = options.looks === null ? null : openRequests(connection, options.looks)
      answering = { connection, server }
      link.set({ state: 'live', since: now(), server, known: addresses.length })
      const unanswered = keepAsking(manager, connection)
      const stopShared = options.shared ? followShared(connection, manager, options.shared) : null
      const why = await runSession(connection, manager, options)
      stopShared?.()
      if (disposed) return null
      options.disconnected()
      if (distrusted !== null) return distrusted
      const mute = unanswered()
      if (mute !== null) return withoutJetStream(mute, server)
      if (why === undefined)
        return { code: 'platform.closed', message: 'the connection was cut', subject: server }
      const problem = causeOf(why, server)
      return problem.code === 'platform.unreachable' ? { ...problem, code: 'platform.closed' } : problem
    } finally {
      current = answering = proved = null
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
      const found = await once(address, () => {
        since = now()
      })
      const takenBack = admitted && found?.code === 'platform.refused-us'
      const problem: Problem | null = takenBack ? { ...found, code: 'platform.withdrew-us' } : found
      if (disposed || problem === null) return null
      if (since !== null) {
        attempt = Math.max(0, attempt - Math.floor((now() - since) / standsFor))
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
    putObject: (object) =>
      answering === null
        ? Promise.resolve(notConnected(platform.servers.join(', ')))
        : putObject(answering.connection, answering.server, object),
    getObject: (wanted, take) =>
      answering === null
        ? Promise.resolve(notConnected(platform.servers.join(', ')))
        : getObject(answering.connection, answering.server, wanted, take),
    lastOfTrail: (node) =>
      answering === null
        ? Promise.resolve(notConnected(platform.servers.join(', ')))
        : lastOfTrail(answering.connection, answering.server, node),
    trust(next) {
      terms = next
      const judged = proved && judgeProof(proved.proof, judging(proved.address))
      if (judged?.problem) {
        distrusted = judged.problem
        void current?.close().catch(() => undefined)
      }
      // what was refused for want of a list may be taken now
      wake()
    },
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
