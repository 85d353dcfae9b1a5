/** A real nats-server with a certificate of the test's making, and the real intake that meets it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startNats } from '../../../../../main/engine/intake/nats/intake.ts'
import { createPlatformClock } from '../../../../../main/engine/time/platform-clock.ts'
import { createAuthority, type Authority, type Issued } from '../../../../../main/exercise/authority.ts'
import { startServer, type Server } from '../../../../../main/exercise/server.ts'
import { inboxOf } from '../../../../../main/identity/inbox.ts'
import type { TrustTerms } from '../../../../../main/identity/trust/terms.ts'
import type { Connection } from '../../../../../preload/contract/picture.ts'
import type { ServerFacts } from '../../../../../preload/contract/trust.ts'
import type { Made } from '../../../../platform/certificates.ts'
import { until } from '../../engine/an-engine.ts'

export interface Met {
  server: Server
  connections: Connection[]
  facts: ServerFacts[]
  trust(terms: TrustTerms): void
  /** resolves when the last connection's state is this */
  state(state: Connection['state']): Promise<Connection>
  /** … and that of one of these codes */
  problem(): Promise<string>
}

export interface Meeting {
  own: Made
  /** PEM, what the intake trusts */
  pinned: string
  terms?: TrustTerms
  /** of the server's configuration */
  blocks?: string
  client?: Issued
}

export async function gatherMeetings() {
  // whom the server lets in is none of what is tried here
  const clients: Authority = await createAuthority('Clients', Date.now())
  const wall = await clients.issueClient([['CN', 'wall-01']])
  const open: (() => Promise<unknown>)[] = []
  return {
    wall,
    add: (close: () => Promise<unknown>) => void open.push(close),
    async close() {
      for (const close of open.splice(0).reverse()) await close()
    },
    async meet({ own, pinned, terms, blocks = '' }: Meeting): Promise<Met> {
      const directory = await mkdtemp(join(tmpdir(), 'vigie-meet-'))
      const started = await startServer({
        directory,
        // the last one there is whom it takes for the authority of its own certificate (OCSP)
        authority: `${clients.certificate}\n${pinned}`,
        server: { certificate: own.certificate, key: own.key, user: '' },
        users: [{ user: wall.user }],
        removeOnDeath: directory,
        blocks,
      })
      if (!started.ok) throw new Error(started.error.message)
      const server = started.value
      open.push(async () => {
        await server.kill()
        await rm(directory, { recursive: true, force: true })
      })
      return { server, ...meetAt(`tls://localhost:${server.port}`, pinned, terms) }
    },
    meetAt,
  }

  /** @param tlsFirst for what is no nats-server */
  function meetAt(
    address: string,
    pinned: string,
    terms?: TrustTerms,
    tlsFirst = false,
  ): Omit<Met, 'server'> {
    const connections: Connection[] = []
    const facts: ServerFacts[] = []
    const nothing = (): undefined => undefined
    const intake = startNats({
      address: {
        protocol: 'nats',
        intake: 'platform',
        servers: [address],
        inbox: inboxOf(wall.certificate),
        tls: { certificate: wall.certificate, key: wall.key, authority: pinned },
        tlsFirst,
        ...(terms && { trust: terms }),
      },
      looks: null,
      time: createPlatformClock(
        () => Date.now(),
        () => performance.now(),
      ),
      random: () => 0,
      linked: (now) => connections.push(now),
      secured: (server) => facts.push(server),
      disconnected: nothing,
      schemaFault: () => null,
      problem: nothing,
      shared: null,
      product: () => Promise.resolve(null),
      distrusted: nothing,
      withdrawn: nothing,
      listed: nothing,
    })
    open.push(() => intake.dispose())
    const state: Met['state'] = async (wanted) => {
      await until(() => connections.at(-1)?.state === wanted, `the connection is ${wanted}`)
      return connections.at(-1)!
    }
    return {
      connections,
      facts,
      state,
      trust: (next) => intake.trust?.(next),
      async problem() {
        await until(() => connections.some(({ state: now }) => now !== 'connecting'), 'it is over')
        const last = connections.at(-1)!
        return 'problem' in last ? last.problem.code : last.state
      },
    }
  }
}
