import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DeliverPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import {
  createAuthority,
  toPkcs12,
  type Authority,
  type Issued,
  type Subject,
  type Validity,
} from '../../main/exercise/authority.ts'
import { setUpBus, type Product } from '../../main/exercise/bus.ts'
import { encode, type Message } from '../../main/exercise/message.ts'
import {
  actsOf,
  addingFiles,
  deliversOf,
  entersOf,
  looksOf,
  nodeUser,
  savesOf,
  trailOf,
} from '../../main/exercise/rights.ts'
import { startCluster } from '../../main/exercise/cluster.ts'
import type { Server, ServerUser } from '../../main/exercise/server.ts'
import { inboxOfUser } from '../../main/identity/inbox.ts'
import { streamOf, type ProductName } from '../../preload/contract/product.ts'

/** A client certificate as a node gets it: files for `--identity`, `--passphrase-file`, and PEM for TLS. */
export type Identity = Issued & {
  p12: Uint8Array
  passphrase: string
  identityFile: string
  passphraseFile: string
}

/** Where a leaf hangs on: by a wire of the test's, the only way that the hub names. */
export type Hub = { port: number; wire: number; password: string }

export type PlatformOptions = {
  /** how many nats-servers; several are one cluster, each stream on three of them */
  servers?: number
  products?: readonly Product[]
  /** products that the wall user may not read */
  refused?: readonly ProductName[]
  /** what the wall user may not write acts about: `screen`, `blank`, `pointing`, `numbers`, `node`, `alarm` */
  mayNotAct?: readonly string[]
  /** the server's certificate: other hosts or another validity make it one to refuse */
  hosts?: readonly string[]
  serverValidity?: Validity
  /** an authority of your own, so that two platforms can share one */
  authority?: Authority
  maxPayload?: number
  /** leaves may hang on it (`leaf.ts`) */
  leaves?: boolean
  /** its server listens for WebSockets too, with the same certificates (`webPort`); of one server only */
  web?: boolean
}

/** What it does as a server, it does at all of its servers; `url` and `port` are the first one's. */
export type Platform = Server & {
  /** where a leaf hangs on, and by what word; null: none may */
  hub: Hub | null
  /** where it listens for WebSockets; null: nowhere */
  webPort: number | null
  /** those who may come in now, with their rights */
  users(): readonly ServerUser[]
  products(): readonly ProductName[]
  /** by number: each may be killed, frozen and started by itself */
  servers: readonly Server[]
  /** the number of the server that leads a product's stream */
  leaderOf(product: ProductName): Promise<number>
  /** resolves when every copy of every stream is there and has all of it */
  inStep(): Promise<void>
  directory: string
  authority: Authority
  /** the authority's certificate, for `--ca` */
  caFile: string
  /** the wall's certificate: `OU=Vigie,CN=wall-01` */
  wall: Identity
  /** a connection that may do all; it is back when `restart` returns */
  feeder: NatsConnection
  /** a further client certificate of this authority; permitted from the next `permit` on */
  issue(subject: Subject, validity?: Validity): Promise<Identity>
  /** lets this identity in with the wall's rights, or with others; without it the server refuses it */
  permit(identity: Identity, refused?: readonly ProductName[], mayNotAct?: readonly string[]): Promise<void>
  /** takes an identity's rights away */
  forbid(identity: Identity): Promise<void>
  connectAs(identity: Identity): Promise<NatsConnection>
  addProducts(products: readonly Product[]): Promise<void>
  /** publishes and waits until the server has them all in its streams */
  publish(messages: readonly Message[]): Promise<void>
  /** what the cache's digest of this product must be: SHA-256 over `<sequence> <ce-id>\n` in order */
  digest(product: ProductName): Promise<StreamDigest>
  dispose(): Promise<void>
}

export type StreamDigest = { digest: string; messages: number; first: number; last: number }

/** Loopback, and between servers only: who may hang on knows the word. */
const leafPort = ({ port, wire, password }: Hub): string => `
leafnodes {
  listen: "127.0.0.1:${port}"
  advertise: "127.0.0.1:${wire}"
  authorization { user: leaf, password: "${password}" }
}
`

/** The certificate's subject is the user there, too. */
const webSocket = (port: number, directory: string): string => `
websocket {
  listen: "127.0.0.1:${port}"
  compression: false
  tls {
    cert_file: "${join(directory, 'server.pem')}"
    key_file: "${join(directory, 'server.key')}"
    ca_file: "${join(directory, 'authority.pem')}"
    verify_and_map: true
    timeout: 10
  }
}
`

const freePort = async (): Promise<number> => {
  const held = createServer().listen(0, '127.0.0.1')
  await once(held, 'listening')
  const { port } = held.address() as AddressInfo
  await once(held.close(), 'close')
  return port
}

const passphrase = 'correct horse battery staple'

const must = <T>(result: { ok: true; value: T } | { ok: false; error: { message: string } }): T => {
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

/** A real nats-server with mutual TLS, rights and products, for tests. Everything goes with `dispose`. */
export const startPlatform = async (options: PlatformOptions = {}): Promise<Platform> => {
  const directory = await mkdtemp(join(tmpdir(), 'vigie-platform-'))
  const now = Date.now()
  const authority = options.authority ?? (await createAuthority('Vigie test authority', now))
  const products: Product[] = [...(options.products ?? [])]
  const feederKeys = await authority.issueClient([['CN', 'feeder']])
  let count = 0

  const issue = async (subject: Subject, validity?: Validity): Promise<Identity> => {
    const issued = await authority.issueClient(subject, validity)
    const name = `identity-${++count}`
    const p12 = toPkcs12(issued, passphrase)
    const identityFile = join(directory, `${name}.p12`)
    const passphraseFile = join(directory, `${name}.txt`)
    await writeFile(identityFile, p12, { mode: 0o600 })
    await writeFile(passphraseFile, `${passphrase}\n`, { mode: 0o600 })
    return { ...issued, p12, passphrase, identityFile, passphraseFile }
  }

  const wall = await issue([
    ['CN', 'wall-01'],
    ['OU', 'Vigie'],
  ])
  const { refused: refusedToAll = [], mayNotAct: nobodyActs = [] } = options
  const rights = new Map([[wall.user, { refused: refusedToAll, mayNotAct: nobodyActs }]])
  const users = (): ServerUser[] => [
    { user: feederKeys.user },
    ...[...rights].map(([user, { refused, mayNotAct }]) => {
      const permitted = products.filter(({ name }) => !refused.includes(name))
      return nodeUser(user, {
        permitted: permitted.map(({ name }) => name),
        refused,
        writes: [
          savesOf(null),
          ...permitted
            .filter(({ descriptor }) => descriptor.kind === 'act')
            .flatMap(({ name }) => actsOf(name, null, mayNotAct)),
          ...(mayNotAct.includes('line') ? [] : [entersOf('ops.log', null)]),
          ...(mayNotAct.includes('document') ? [] : [deliversOf('vigie.document.v1', 'ops.documents', null)]),
          deliversOf('vigie.report.v1', 'command.reports', null),
          ...(mayNotAct.includes('observation')
            ? []
            : [deliversOf('vigie.feature.v1', 'ops.observations', null)]),
          ...(mayNotAct.includes('file') ? [] : addingFiles),
          ...looksOf(null).writes,
          ...(mayNotAct.includes('trail') ? [] : trailOf(null)),
        ],
        hears: looksOf(null).hears,
      })
    }),
  ]

  const caFile = join(directory, 'ca.pem')
  await writeFile(caFile, authority.certificate, { mode: 0o600 })
  const hub =
    options.leaves === true
      ? { port: await freePort(), wire: await freePort(), password: crypto.randomUUID() }
      : null
  const webPort = options.web === true ? await freePort() : null
  const cluster = must(
    await startCluster({
      ...(hub === null ? {} : { domain: 'hub', blocks: leafPort(hub) }),
      ...(webPort === null ? {} : { blocks: webSocket(webPort, directory) }),
      count: options.servers ?? 1,
      directory,
      authority: authority.certificate,
      server: await authority.issueServer(
        options.hosts ?? ['localhost', '127.0.0.1'],
        options.serverValidity,
      ),
      users: users(),
      removeOnDeath: directory,
      ...(options.maxPayload === undefined ? {} : { maxPayload: options.maxPayload }),
    }),
  )

  const { servers, copies } = cluster
  const [first] = servers
  if (first === undefined) throw new Error('a platform has a server')
  /** A cluster without a leader answers later. */
  const answered = async <T>(ask: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await ask()
      } catch (error) {
        if (servers.length === 1) throw error
        await sleep(200)
      }
    }
  }
  const all = async (act: (server: Server) => Promise<unknown>): Promise<void> => {
    await Promise.all(servers.map(act))
  }
  const hosts = servers.map(({ port }) => `127.0.0.1:${port}`)

  // The feeder must work where the test makes a server certificate that honest clients refuse.
  const feeder = await connect({
    servers: hosts,
    tls: {
      ca: authority.certificate,
      cert: feederKeys.certificate,
      key: feederKeys.key,
      rejectUnauthorized: false,
    },
    inboxPrefix: inboxOfUser(feederKeys.user),
    // a server that is frozen says nothing: the next one, soon
    ...(servers.length > 1 ? { pingInterval: 2000, maxPingOut: 2 } : {}),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
  })
  await setUpBus(feeder, products, copies)

  return {
    ...first,
    hub,
    webPort,
    users,
    products: () => products.map(({ name }) => name),
    servers,
    running: () => servers.some((server) => server.running()),
    stop: cluster.stop,
    kill: () => all((server) => server.kill()),
    inStep: () =>
      answered(async () => {
        const manager = await jetstreamManager(feeder)
        const streams = ['KV_catalog', ...products.map(({ name }) => streamOf(name))]
        for (const stream of servers.length === 1 ? [] : streams) {
          const { cluster: state } = await manager.streams.info(stream)
          const current = state?.replicas?.filter((copy) => copy.current && !copy.offline) ?? []
          if (current.length < copies - 1) throw new Error(`${stream} is not on all servers`)
        }
      }),
    freeze: () => servers.forEach((server) => server.freeze()),
    thaw: () => servers.forEach((server) => server.thaw()),
    setUsers: cluster.setUsers,
    async leaderOf(name) {
      const manager = await jetstreamManager(feeder, { checkAPI: false })
      return answered(async () => {
        const info = await manager.streams.info(streamOf(name))
        // a server that is alone is no cluster, and leads
        const leader = servers.length === 1 ? 0 : cluster.names.indexOf(info.cluster?.leader ?? '')
        if (leader < 0) throw new Error(`${name} has no leader`)
        return leader
      })
    },
    directory,
    authority,
    caFile,
    wall,
    feeder,
    async restart() {
      const each = await Promise.all(servers.map((server) => server.restart()))
      const restarted = each.find(({ ok }) => !ok) ?? each[0]!
      if (restarted.ok)
        for (;;) {
          const answered = await feeder.rtt().then(
            () => true,
            () => false,
          )
          if (answered) break
          await sleep(50)
        }
      return restarted
    },
    issue,
    async permit(identity, refused = refusedToAll, mayNotAct = nobodyActs) {
      rights.set(identity.user, { refused, mayNotAct })
      must(await cluster.setUsers(users()))
    },
    async forbid(identity) {
      rights.delete(identity.user)
      must(await cluster.setUsers(users()))
    },
    connectAs: (identity) =>
      connect({
        servers: servers.map(({ port }) => `localhost:${port}`),
        tls: { ca: authority.certificate, cert: identity.certificate, key: identity.key },
        inboxPrefix: inboxOfUser(identity.user),
        reconnect: false,
      }),
    async addProducts(more) {
      products.push(...more)
      // rights first: what a node may not read when it hears of it, it lists as refused
      must(await cluster.setUsers(users()))
      await setUpBus(feeder, more, copies)
    },
    async publish(messages) {
      const client = jetstream(feeder)
      const send = async (message: Message): Promise<void> => {
        const { subject, headers, payload } = encode(message)
        // what it took without saying so, it drops by its id
        await answered(() => client.publish(subject, payload, { headers }))
      }
      // each acknowledged, five hundred under way: order holds within one connection
      for (let at = 0; at < messages.length; at += 500)
        await Promise.all(messages.slice(at, at + 500).map(send))
    },
    digest: (product) => answered(() => streamDigest(feeder, product)),
    async dispose() {
      await feeder.close()
      await cluster.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Straight from the server, message by message, so that it owes nothing to the client's code. */
export const streamDigest = async (
  connection: NatsConnection,
  product: ProductName,
): Promise<StreamDigest> => {
  const manager = await jetstreamManager(connection, { checkAPI: false })
  const stream = streamOf(product)
  const { state } = await manager.streams.info(stream)
  const hash = createHash('sha256')
  let messages = 0
  if (state.messages > 0) {
    const consumer = await jetstream(connection).consumers.get(stream, {
      deliver_policy: DeliverPolicy.All,
      headers_only: true,
    })
    const iterator = await consumer.consume({ max_messages: 2000 })
    for await (const message of iterator) {
      hash.update(`${message.seq} ${message.headers?.get('ce-id') ?? ''}\n`)
      messages++
      if (message.seq >= state.last_seq) break
    }
    await iterator.close()
  }
  return { digest: hash.digest('hex'), messages, first: state.first_seq, last: state.last_seq }
}
