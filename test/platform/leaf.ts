/**
 * A server in the field: a leaf of the platform's, with a JetStream of its own. It mirrors the hub's streams under their
 * own names, so what nodes read there has the hub's sequences, and goes on while the leaf is cut. What they write goes to
 * the hub's own streams: the hub says what is taken, and nobody does while it is not there.
 */
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { jetstreamManager, type StreamConfig } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { startServer, type Server } from '../../main/exercise/server.ts'
import { streamOf } from '../../preload/contract/product.ts'
import type { Platform } from './platform.ts'
import { startProxy } from './proxy.ts'

export interface Leaf {
  server: Server
  /** may do all, at the leaf */
  admin: NatsConnection
  cut(): void
  mend(): void
  /** resolves when this stream of the leaf is where the hub's is */
  inStep(stream: string): Promise<void>
  dispose(): Promise<void>
}

export async function startLeaf(platform: Platform): Promise<Leaf> {
  const { hub, authority } = platform
  if (hub === null) throw new Error('a platform without `leaves` has none')
  const wire = await startProxy(hub.port, hub.wire)
  const admin = await authority.issueClient([['CN', 'leaf']])
  const directory = await mkdtemp(join(platform.directory, 'leaf-'))
  const started = await startServer({
    directory,
    authority: authority.certificate,
    server: await authority.issueServer(['localhost', '127.0.0.1']),
    users: [{ user: admin.user }, ...platform.users()],
    domain: 'leaf',
    blocks: `
leafnodes {
  reconnect: 1
  remotes: [ { url: "nats://leaf:${hub.password}@127.0.0.1:${hub.wire}" } ]
}
`,
  })
  if (!started.ok) throw new Error(started.error.message)
  const server = started.value
  const connection = await connect({
    servers: `localhost:${server.port}`,
    tls: { ca: authority.certificate, cert: admin.certificate, key: admin.key },
  })
  const manager = await jetstreamManager(connection)
  for (const name of ['KV_catalog', 'KV_shared', ...platform.products().map(streamOf)]) {
    const mirror = { name, external: { api: '$JS.hub.API', deliver: '' } }
    const config = { name, mirror, allow_direct: true } as Partial<StreamConfig> & { name: string }
    await manager.streams.add(name.startsWith('KV_') ? { ...config, max_msgs_per_subject: 1 } : config)
  }
  const atHub = await jetstreamManager(platform.feeder, { checkAPI: false })
  return {
    server,
    admin: connection,
    cut: () => wire.cut(),
    mend: () => wire.mend(),
    async inStep(stream) {
      for (;;) {
        const [here, there] = await Promise.all([manager.streams.info(stream), atHub.streams.info(stream)])
        if (here.state.last_seq === there.state.last_seq) return
        await sleep(100)
      }
    },
    async dispose() {
      await connection.close()
      await server.stop()
      await wire.dispose()
    },
  }
}
