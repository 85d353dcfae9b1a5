/** A platform whose first word is TLS: a real nats-server behind a TLS terminator that wants our certificate. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { connect as connectPlain, createServer as createPlain, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { connect } from '@nats-io/transport-node'
import { jetstream } from '@nats-io/jetstream'
import { afterEach, describe, expect, it } from 'vitest'
import { createAuthority, type Authority } from '../../../../../main/exercise/authority.ts'
import { setUpBus } from '../../../../../main/exercise/bus.ts'
import { encode } from '../../../../../main/exercise/message.ts'
import { inboxOf } from '../../../../../main/identity/inbox.ts'
import type { Address } from '../../../../../main/engine/intake/addresses.ts'
import { startPlatform } from '../../../../platform/platform.ts'
import { message, product } from '../../../../platform/product.ts'
import {
  addressOf,
  keysOf,
  persisted,
  profileFolder,
  remove,
  startEngine,
  type AnEngine,
} from '../an-engine.ts'
import type { Keys } from '../../../../platform/unlocked.ts'

const name = 'security.incidents'
const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

/** On loopback, and content without TLS; it says that it could, as one with handshake_first does. */
async function plainServer(authority: Authority): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-plain-'))
  const at = (name: string) => join(folder, name)
  const { certificate, key } = await authority.issueServer(['localhost'])
  await writeFile(at('server.pem'), certificate)
  await writeFile(at('server.key'), key, { mode: 0o600 })
  await writeFile(
    at('server.conf'),
    `listen: "127.0.0.1:-1"
     ports_file_dir: "${folder}"
     jetstream { store_dir: "${at('store')}" }
     tls { cert_file: "${at('server.pem')}", key_file: "${at('server.key')}" }
     allow_non_tls: true`,
  )
  const server = spawn('nats-server', ['-c', at('server.conf')])
  open.push(async () => {
    server.kill('SIGKILL')
    await once(server, 'exit')
    await rm(folder, { recursive: true })
  })
  let port: string | undefined
  for (let tries = 0; tries < 500 && port === undefined; tries++) {
    for (const file of await readdir(folder))
      if (file.endsWith('.ports')) port = /:(\d+)"/.exec(await readFile(join(folder, file), 'utf8'))?.[1]
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return Number(port)
}

/** TLS 1.3 with the client's certificate, and behind it the plain server: nothing is said before the handshake. */
async function terminator(authority: Authority, behind: number, hosts = ['localhost']): Promise<number> {
  const { certificate, key } = await authority.issueServer(hosts)
  const server = createServer(
    {
      cert: certificate,
      key,
      ca: authority.certificate,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.3',
    },
    (client) => {
      const inner = connectPlain(behind, '127.0.0.1')
      const end = () => {
        client.destroy()
        inner.destroy()
      }
      for (const socket of [client, inner]) socket.on('error', end).on('close', end)
      client.pipe(inner).pipe(client)
    },
  )
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve())
  })
  open.push(() => Promise.resolve(server.close()))
  return (server.address() as AddressInfo).port
}

async function engineOn(keys: Keys, address: Address): Promise<AnEngine> {
  const profile = await profileFolder()
  const one = await startEngine(profile, keys)
  open.push(async () => {
    await one.engine.dispose()
    await remove(profile)
  })
  await one.engine.connect(address)
  return one
}

const address = (port: number, keys: Keys, authority: Authority): Address => ({
  protocol: 'nats',
  intake: 'platform',
  servers: [`tls://localhost:${port}`],
  inbox: inboxOf(keys.certificate),
  tls: { ...keys, authority: authority.certificate },
  tlsFirst: true,
})

describe('asked to begin with TLS', () => {
  it('the platform is read through a server that says nothing before it', async () => {
    const authority = await createAuthority('Test', Date.now())
    const wall = await authority.issueClient([['CN', 'wall-01']])
    const behind = await plainServer(authority)
    const feeder = await connect({ servers: `127.0.0.1:${behind}`, tls: null })
    open.push(() => feeder.close())
    await setUpBus(feeder, [product(name)])
    const { subject, payload, headers } = encode(message(name, 'feature', 1))
    await jetstream(feeder).publish(subject, payload, { headers })

    const one = await engineOn(wall, address(await terminator(authority, behind), wall, authority))
    await one.state('live')
    await persisted(one.engine, 1)
  })

  it('the server’s certificate and ours are judged as ever', async () => {
    const authority = await createAuthority('Test', Date.now())
    const foreign = await createAuthority('Foreign', Date.now())
    const wall = await authority.issueClient([['CN', 'wall-01']])
    const stranger = await foreign.issueClient([['CN', 'wall-01']])
    const behind = await plainServer(authority)
    const port = await terminator(authority, behind)
    const elsewhere = await terminator(authority, behind, ['elsewhere.example'])
    for (const [code, at] of [
      ['platform.authority-unknown', address(port, wall, foreign)],
      ['platform.host-name-mismatch', address(elsewhere, wall, authority)],
    ] as const) {
      const one = await engineOn(wall, at)
      expect(await one.state('refused')).toMatchObject({ problem: { code } })
    }
    // Node's own server hangs up on a certificate that it does not know, without the alert that says why
    const one = await engineOn(stranger, address(port, stranger, authority))
    await one.state('waiting')
    expect(one.connections.map(({ state }) => state)).not.toContain('live')
  })

  it('a platform that speaks first is not listened to, and never spoken to without TLS', async () => {
    const platform = await startPlatform()
    open.push(() => platform.dispose())
    /** the first bytes of each connection */
    const begun: Buffer[] = []
    const sockets: Socket[] = []
    const between = createPlain((client) => {
      const inner = connectPlain(platform.port, '127.0.0.1')
      sockets.push(client, inner)
      client.once('data', (data) => begun.push(data))
      for (const socket of [client, inner]) socket.on('error', () => undefined)
      client.pipe(inner).pipe(client)
    })
    await new Promise<void>((resolve) => {
      between.listen(0, '127.0.0.1', () => resolve())
    })
    open.push(() => {
      for (const socket of sockets) socket.destroy()
      return Promise.resolve(between.close())
    })
    const { port } = between.address() as AddressInfo
    const one = await engineOn(keysOf(platform.wall), {
      ...addressOf(platform),
      servers: [`tls://localhost:${port}`],
      tlsFirst: true,
    })
    expect(await one.state('refused')).toMatchObject({ problem: { code: 'platform.not-tls-first' } })
    expect(one.connections.map(({ state }) => state)).not.toContain('live')
    // each began with a handshake record (RFC 8446, 5.1), and nothing of ours was ever in clear
    expect(begun.map((bytes) => bytes[0])).toEqual(begun.map(() => 0x16))
    expect(begun.length).toBeGreaterThan(0)
    expect(Buffer.concat(begun).toString('latin1')).not.toContain('CONNECT')
  })
})
