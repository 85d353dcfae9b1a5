import { connect, createServer, type AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createAuthority } from '../../../../../../main/exercise/authority.ts'
import { startFront } from '../../../../../platform/front.ts'
import { addressOf } from '../../an-engine.ts'
import { gatherOpened } from './opened.ts'

const day = 86_400_000
const opened = gatherOpened()
const { start, engineOn } = opened
afterEach(() => opened.close())

/** TLS 1.3: what is encrypted, the handshake's end too, goes as application data (RFC 8446, 5.2). */
const applicationData = 23
/** a client's Certificate, CertificateVerify and Finished */
const endOfHandshake = 3

/**
 * A way to the server as a busy one is: where the client says something after its handshake and before the server has
 * judged it, the connection is reset, and nothing that the server said of it arrives.
 */
async function resetting(to: number): Promise<{ port: number; told: { resets: number } }> {
  const told = { resets: 0 }
  const server = createServer((client) => {
    const upstream = connect(to, '127.0.0.1')
    let buffered = Buffer.alloc(0)
    let encrypted = 0
    for (const socket of [client, upstream]) socket.on('error', () => undefined)
    client.on('data', (data) => {
      upstream.write(data)
      buffered = Buffer.concat([buffered, data])
      while (buffered.length >= 5 && buffered.length >= 5 + buffered.readUInt16BE(3)) {
        if (buffered[0] === applicationData) encrypted++
        buffered = buffered.subarray(5 + buffered.readUInt16BE(3))
      }
    })
    upstream.on('data', (data) => {
      if (encrypted < endOfHandshake) return void client.write(data)
      // time for the client to say more
      setTimeout(() => {
        if (encrypted > endOfHandshake) {
          told.resets++
          client.resetAndDestroy()
        } else client.write(data)
      }, 200)
    })
    upstream.on('close', () => setTimeout(() => client.destroy(), 400))
    client.on('close', () => upstream.destroy())
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve())
  })
  opened.add(() => new Promise((resolve) => server.close(resolve)))
  return { port: (server.address() as AddressInfo).port, told }
}

describe('every way in which a platform can’t be reached has its own cause', () => {
  it('an authority we do not know', async () => {
    const platform = await start()
    const other = await createAuthority('Another', Date.now())
    const address = addressOf(platform)
    const one = await engineOn(platform, {
      ...address,
      tls: { ...address.tls, authority: other.certificate },
    })
    expect(await one.state('refused')).toMatchObject({ problem: { code: 'platform.authority-unknown' } })
  })

  it('a certificate for another host, by name and by address', async () => {
    const platform = await start({ hosts: ['elsewhere.example'] })
    for (const host of ['localhost', '127.0.0.1']) {
      const one = await engineOn(platform, addressOf(platform, platform.wall, host))
      expect(await one.state('refused')).toMatchObject({ problem: { code: 'platform.host-name-mismatch' } })
    }
  })

  it('an address is held to the certificate’s addresses, not to localhost', async () => {
    const platform = await start({ hosts: ['localhost'] })
    const one = await engineOn(platform, addressOf(platform, platform.wall, '127.0.0.1'))
    expect(await one.state('refused')).toMatchObject({ problem: { code: 'platform.host-name-mismatch' } })
    const named = await engineOn(platform, addressOf(platform))
    expect(await named.state('live')).toMatchObject({ state: 'live' })
  })

  it('a server whose certificate has expired', async () => {
    const platform = await start({
      serverValidity: { from: new Date(Date.now() - 10 * day), to: new Date(Date.now() - day) },
    })
    const one = await engineOn(platform, addressOf(platform))
    expect(await one.state('refused')).toMatchObject({ problem: { code: 'platform.certificate-expired' } })
  })

  it('a certificate of ours that the server has no user for', async () => {
    const platform = await start()
    const stranger = await platform.issue([['CN', 'stranger']])
    const one = await engineOn(platform, addressOf(platform, stranger))
    expect(await one.state('refused')).toMatchObject({ problem: { code: 'platform.refused-us' } })
  })

  it('a certificate of ours from an authority that the server does not know', async () => {
    const platform = await start()
    const foreign = await createAuthority('Foreign', Date.now())
    const forged = await foreign.issueClient([
      ['CN', 'wall-01'],
      ['OU', 'Vigie'],
    ])
    const one = await engineOn(platform, addressOf(platform, { ...platform.wall, ...forged }))
    expect(await one.state('refused')).toMatchObject({ problem: { code: 'platform.refused-us' } })
  })

  it('a certificate that the server turns down, though its reset overtakes its alert', async () => {
    const platform = await start()
    const foreign = await createAuthority('Foreign', Date.now())
    const forged = await foreign.issueClient([
      ['CN', 'wall-01'],
      ['OU', 'Vigie'],
    ])
    const { port, told } = await resetting(platform.port)
    const address = addressOf(platform, { ...platform.wall, ...forged })
    const one = await engineOn(platform, { ...address, servers: [`tls://localhost:${port}`] })
    expect(await one.state('refused')).toMatchObject({ problem: { code: 'platform.refused-us' } })
    // not a word of a server that does not answer before
    expect(one.connections.filter(({ state }) => state === 'waiting')).toEqual([])
    expect(told.resets).toBeGreaterThan(0)
  })

  it('nobody at that port: it tries again', async () => {
    const platform = await start()
    await platform.stop()
    const one = await engineOn(platform, addressOf(platform))
    expect(await one.state('waiting')).toMatchObject({ problem: { code: 'platform.unreachable' } })
    await platform.restart()
    expect(await one.state('live')).toMatchObject({ state: 'live' })
  })

  it('a server that speaks without TLS is not spoken to', async () => {
    const platform = await start()
    const heard: Buffer[] = []
    const server = createServer((socket) => {
      socket.on('data', (data) => heard.push(data))
      socket.on('error', () => undefined)
      socket.write(
        'INFO {"server_id":"x","version":"2.9.10","proto":1,"max_payload":1000,"jetstream":true}\r\n',
      )
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve())
    })
    opened.add(() => new Promise((resolve) => server.close(resolve)))
    const { port } = server.address() as AddressInfo
    const one = await engineOn(platform, { ...addressOf(platform), servers: [`tls://127.0.0.1:${port}`] })
    expect(await one.state('waiting')).toMatchObject({ problem: { code: 'platform.unreachable' } })
    expect(Buffer.concat(heard).toString()).not.toContain('CONNECT')
  })

  it('a server that speaks nothing newer than TLS 1.2; through TLS 1.3 the same one is live', async () => {
    const platform = await start()
    const through = async (maxVersion: 'TLSv1.2' | 'TLSv1.3') => {
      const front = await startFront(platform, { maxVersion })
      opened.add(() => front.dispose())
      return { front, address: { ...addressOf(platform), servers: [`tls://localhost:${front.port}`] } }
    }
    const old = await through('TLSv1.2')
    const one = await engineOn(platform, old.address)
    expect(await one.state('refused')).toMatchObject({ problem: { code: 'platform.tls-too-old' } })
    // neither who we are nor what we want was said
    expect(old.front.heard()).toBe('')

    const newer = await through('TLSv1.3')
    const other = await engineOn(platform, newer.address)
    expect(await other.state('live')).toMatchObject({ state: 'live' })
    expect(newer.front.heard()).toContain('CONNECT {')
  })

  it('an address that is none', async () => {
    const platform = await start()
    for (const none of ['nats://localhost:4222', 'localhost:4222', 'tls://localhost']) {
      const one = await engineOn(platform, { ...addressOf(platform), servers: [none] })
      expect(await one.state('refused')).toMatchObject({ state: 'refused' })
    }
  })
})
