/** Several addresses of one platform: each has to prove itself, and no other is turned to than was named. */
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { TLSSocket } from 'node:tls'
import { afterEach, expect, it } from 'vitest'
import type { NatsAddress as Address } from '../../../../../../main/engine/intake/nats/address.ts'
import { createAuthority, type Authority } from '../../../../../../main/exercise/authority.ts'
import type { Platform } from '../../../../../platform/platform.ts'
import { addressOf, until } from '../../an-engine.ts'
import { gatherOpened } from './opened.ts'

const opened = gatherOpened()
const { start, engineOn } = opened
afterEach(() => opened.close())

const at = (platform: Platform, number = 0): string => `localhost:${platform.servers[number]!.port}`
const named = (platform: Platform, ...servers: string[]): Address => ({
  ...addressOf(platform),
  servers: servers.map((server) => `tls://${server}`),
})

it('one whose certificate is for another host is said and passed over, and the next takes us', async () => {
  const platform = await start()
  const other = await start({ authority: platform.authority, hosts: ['elsewhere.example'] })
  const one = await engineOn(platform, named(platform, at(other), at(platform)))
  expect(await one.state('live')).toMatchObject({ server: at(platform), known: 2 })
  const refused = one.connections.filter((connection) => connection.state === 'refused')
  expect(refused).toMatchObject([{ problem: { code: 'platform.host-name-mismatch', subject: at(other) } }])
})

/** One that asks whoever comes for a certificate, takes any, and never answers. @returns what it hears of them */
async function listener(authority: Authority) {
  const { certificate, key } = await authority.issueServer(['localhost', '127.0.0.1'])
  const told = { server: '', heard: [] as string[], left: 0 }
  const server = createServer((client) => {
    client.on('error', () => undefined)
    client.on('close', () => told.left++)
    client.write('INFO {"server_id":"x","version":"2.9.10","max_payload":1000,"tls_required":true}\r\n')
    const asked = { isServer: true, requestCert: true, rejectUnauthorized: false }
    const secure = new TLSSocket(client, { ...asked, cert: certificate, key })
    secure.on('error', () => undefined)
    secure.on('secure', () => told.heard.push(String(secure.getPeerCertificate().subject.CN)))
    secure.on('data', (data: Buffer) => told.heard.push(data.toString()))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  opened.add(() => new Promise((resolve) => server.close(resolve)))
  told.server = `localhost:${(server.address() as AddressInfo).port}`
  return told
}

it('one of another authority never hears who we are; of ours, the same one does', async () => {
  const platform = await start()
  const stranger = await listener(await createAuthority('Another', Date.now()))
  const one = await engineOn(platform, named(platform, stranger.server, at(platform)))
  expect(await one.state('live')).toMatchObject({ server: at(platform) })
  expect(one.connections).toContainEqual(
    expect.objectContaining({
      state: 'refused',
      problem: expect.objectContaining({
        code: 'platform.authority-unknown',
        subject: stranger.server,
      }) as unknown,
    }),
  )
  await until(() => stranger.left > 0, 'the stranger has heard all that there was')
  expect(stranger.heard).toEqual([])

  const ours = await listener(platform.authority)
  await engineOn(platform, named(platform, ours.server))
  await until(() => ours.heard.length > 1, 'it hears who we are, and what we want')
  expect(ours.heard[0]).toBe('wall-01')
  expect(ours.heard[1]).toContain('CONNECT {')
})

it('where one is away and one refuses us, it is the refusal that is told', async () => {
  const away = await start()
  const stranger = await start()
  const one = await engineOn(away, named(away, at(away), at(stranger)))
  await one.state('live')
  await away.stop()
  const told = await one.state('refused')
  expect(told).toMatchObject({ problem: { code: 'platform.authority-unknown', subject: at(stranger) } })
  // and the one that was away is found when it is back
  await away.restart()
  expect(await one.state('live')).toMatchObject({ server: at(away) })
})

it('a server that others speak of, and nobody named, is never turned to', async () => {
  const platform = await start({ servers: 3 })
  // they do speak of each other
  await expect.poll(() => platform.feeder.info?.connect_urls?.length).toBe(3)
  const one = await engineOn(platform, named(platform, at(platform, 0)))
  await one.state('live')
  await platform.servers[0]!.kill()
  const attempts = () => one.connections.filter(({ state }) => state === 'connecting').length
  const before = attempts()
  await until(() => attempts() > before + 4, 'it tried again and again')
  const live = one.connections.filter((connection) => connection.state === 'live')
  expect(live.map(({ server }) => server)).toEqual([at(platform, 0)])
  await platform.servers[0]!.restart()
  expect(await one.state('live')).toMatchObject({ server: at(platform, 0) })
})
