import { spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { access, readFile } from 'node:fs/promises'
import { connect as dialPlainly } from 'node:net'
import { join } from 'node:path'
import { connect as dial, createSecureContext } from 'node:tls'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAuthority, rfc2253, toPkcs12 } from '../../../../main/exercise/authority.ts'
import { startPlatform, type Platform } from '../../../platform/platform.ts'
import { message, messages, product } from '../../../platform/product.ts'

describe('the throw-away authority', () => {
  it('signs certificates that Node trusts through it and through no other', async () => {
    const ours = await createAuthority('Ours', Date.now())
    const other = await createAuthority('Other', Date.now())
    const server = await ours.issueServer(['localhost', '127.0.0.1'])
    const certificate = new X509Certificate(server.certificate)
    expect(certificate.verify(new X509Certificate(ours.certificate).publicKey)).toBe(true)
    expect(certificate.verify(new X509Certificate(other.certificate).publicKey)).toBe(false)
    expect(certificate.checkHost('localhost')).toBe('localhost')
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1')
    expect(certificate.checkHost('elsewhere')).toBeUndefined()
  })

  it('exports PKCS#12 that OpenSSL 3 opens with the passphrase only', async () => {
    const authority = await createAuthority('Ours', Date.now())
    const p12 = toPkcs12(await authority.issueClient([['CN', 'wall-01']]), 'right')
    expect(() => createSecureContext({ pfx: p12, passphrase: 'right' })).not.toThrow()
    expect(() => createSecureContext({ pfx: p12, passphrase: 'wrong' })).toThrow()
  })

  it('names a user as the server reads a subject, last name first', () => {
    expect(
      rfc2253([
        ['CN', 'wall, east'],
        ['OU', 'Vigie'],
      ]),
    ).toBe('OU=Vigie,CN=wall\\, east')
  })
})

describe('the server', () => {
  let platform: Platform
  const open = product('security.units', 'track')
  const closed = product('security.intelligence', 'note')
  beforeAll(async () => {
    platform = await startPlatform({ products: [open, closed], refused: [closed.name] })
  })
  afterAll(() => platform.dispose())

  it('keeps what it was given through a kill and a restart on the same port', async () => {
    await platform.publish(messages(open.name, 'track', 100, 10))
    const before = await platform.digest(open.name)
    await platform.kill()
    expect(platform.running()).toBe(false)
    expect(await platform.restart()).toEqual({ ok: true, value: undefined })
    await platform.publish(messages(open.name, 'track', 50, 10, 100))
    const after = await platform.digest(open.name)
    expect(before.messages).toBe(100)
    expect(after).toMatchObject({ messages: 150, first: 1, last: 150 })
    expect(after.digest).not.toBe(before.digest)
  })

  it('drops a message whose id it has', async () => {
    const same = message(open.name, 'track', 9000)
    const { messages: before } = await platform.digest(open.name)
    await platform.publish([same, same])
    expect((await platform.digest(open.name)).messages).toBe(before + 1)
  })

  it('refuses a certificate without a user, and one of another authority', async () => {
    const stranger = await platform.issue([['CN', 'stranger']])
    await expect(platform.connectAs(stranger)).rejects.toThrow()
    const foreign = await createAuthority('Foreign', Date.now())
    const forged = await foreign.issueClient([
      ['CN', 'wall-01'],
      ['OU', 'Vigie'],
    ])
    await expect(platform.connectAs({ ...platform.wall, ...forged })).rejects.toThrow()
  })

  it('lets the wall read a permitted product and the whole catalog', async () => {
    const wall = await platform.connectAs(platform.wall)
    const consumer = await jetstream(wall).consumers.get('DP_SECURITY_UNITS')
    const first = await consumer.next()
    expect(first?.headers?.get('ce-id')).toBe('security.units-0')
    const catalog = await new Kvm(jetstream(wall)).open('catalog')
    const watch = await catalog.watch()
    const kinds = new Map<string, string>()
    for await (const entry of watch) {
      kinds.set(entry.key, entry.json<{ kind: string }>().kind)
      if (entry.delta === 0) break
    }
    expect(Object.fromEntries(kinds)).toEqual({ 'security.units': 'track', 'security.intelligence': 'note' })
    await wall.close()
  })

  it('denies the refused product on every way in', async () => {
    const wall = await platform.connectAs(platform.wall)
    const stream = 'DP_SECURITY_INTELLIGENCE'
    const manager = await jetstreamManager(wall)
    await platform.publish([message(closed.name, 'note', 1)])
    const ways = {
      info: () => manager.streams.info(stream),
      get: () => manager.streams.getMessage(stream, { seq: 1 }),
      last: () => manager.streams.getMessage(stream, { last_by_subj: 'dp.security.intelligence.e-1' }),
      direct: () => manager.direct.getMessage(stream, { seq: 1 }),
      consumer: () => manager.consumers.add(stream, { name: 'mine' }),
      old: () => wall.request(`$JS.API.CONSUMER.CREATE.${stream}`, '{}', { timeout: 2000 }),
      list: () => manager.consumers.list(stream).next(),
      purge: () => manager.streams.purge('DP_SECURITY_UNITS'),
      write: () => jetstream(wall).publish('dp.security.units.e-1', 'x'),
    }
    for (const [way, enter] of Object.entries(ways)) await expect(enter(), way).rejects.toThrow(/ermission/)
    const tap = wall.subscribe('dp.security.intelligence.>')
    const heard = (async () => {
      for await (const _ of tap) return 'heard'
      return 'silence'
    })()
    await expect(heard).rejects.toThrow(/ermission/)
    await wall.close()
  })

  it('lets the wall write nothing but about itself', async () => {
    const wall = await platform.connectAs(platform.wall)
    for (const subject of [
      '$KV.walls.room-a',
      '$KV.catalog.security.units',
      'audit.wall-01.more',
      'dp.x.y.z',
    ])
      await expect(jetstream(wall).publish(subject, 'act'), subject).rejects.toThrow(/ermission/)
    await wall.close()
  })
})

describe('three servers', () => {
  let platform: Platform
  const units = product('security.units', 'track')
  beforeAll(async () => {
    platform = await startPlatform({ servers: 3, products: [units] })
  })
  afterAll(() => platform.dispose())

  it('keep each stream on all of them, the catalog and the documents too', async () => {
    const manager = await jetstreamManager(platform.feeder)
    for (const stream of ['DP_SECURITY_UNITS', 'KV_catalog', 'KV_shared', 'OBJ_documents', 'AUDIT']) {
      const { config, cluster } = await manager.streams.info(stream)
      expect(config.num_replicas, stream).toBe(3)
      expect(cluster?.replicas?.length, stream).toBe(2)
    }
  })

  it('keep what they were given through the kill of any of them', async () => {
    await platform.publish(messages(units.name, 'track', 100, 10))
    const before = await platform.digest(units.name)
    for (const server of platform.servers) {
      await platform.inStep()
      await server.kill()
      expect(await platform.digest(units.name)).toEqual(before)
      await server.restart()
    }
  })

  /** Begins a route with these keys; a route begins with TLS. @returns whether the server takes them */
  const enters = (port: number, keys: { certificate: string; key: string }, ca: string): Promise<boolean> =>
    new Promise((resolve) => {
      const { certificate: cert, key } = keys
      const socket = dial({ port, host: '127.0.0.1', ca, cert, key })
      // in TLS 1.3 a server judges our certificate before it gives a ticket (RFC 8446, 4.6.1)
      socket.once('session', () => {
        resolve(true)
        socket.destroy()
      })
      socket.once('error', () => resolve(false))
      socket.once('close', () => resolve(false))
    })

  it('let each other in by certificates of their own, and by no node’s', async () => {
    const folder = join(platform.directory, 'server-1')
    const read = (name: string) => readFile(join(folder, name), 'utf8')
    const port = Number(/cluster \{[^}]*?listen: "127\.0\.0\.1:(\d+)"/s.exec(await read('server.conf'))?.[1])
    const ca = await read('route-authority.pem')
    const own = { certificate: await read('route.pem'), key: await read('route.key') }
    expect(await enters(port, own, ca)).toBe(true)
    expect(await enters(port, platform.wall, ca)).toBe(false)
    expect(
      await enters(port, { certificate: await read('server.pem'), key: await read('server.key') }, ca),
    ).toBe(false)
  })
})

it.each([1, 3])(
  '%i servers and their files are gone after their owner was killed with SIGKILL',
  async (servers) => {
    const owner = spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        '--input-type=module',
        '-e',
        `
      import { startPlatform } from './test/platform/platform.ts'
      const platform = await startPlatform({ servers: ${servers} })
      console.log(JSON.stringify({ directory: platform.directory, ports: platform.servers.map(({ port }) => port) }))
    `,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const { directory, ports } = await new Promise<{ directory: string; ports: number[] }>((resolve) =>
      owner.stdout.once('data', (data: Buffer) => resolve(JSON.parse(data.toString()) as never)),
    )
    await access(directory)
    owner.kill('SIGKILL')
    const gone = async () =>
      access(directory).then(
        () => false,
        () => true,
      )
    await expect.poll(gone).toBe(true)
    expect(ports.length).toBe(servers)
    const answers = (port: number) =>
      new Promise<boolean>((resolve) => {
        const socket = dialPlainly(port, '127.0.0.1')
        socket.once('connect', () => {
          resolve(true)
          socket.destroy()
        })
        socket.once('error', () => resolve(false))
      })
    // a port that is free again may be another test's by now, for as long as that takes
    for (const port of ports) await expect.poll(() => answers(port), { message: String(port) }).toBe(false)
  },
)
