/** Several addresses of one platform: each has to prove itself, and no other is turned to than was named. */
import { afterEach, expect, it, vi } from 'vitest'
import type { NatsAddress as Address } from '../../../../../../main/engine/intake/nats/address.ts'
import { startPlatform, type Platform, type PlatformOptions } from '../../../../../platform/platform.ts'
import {
  addressOf,
  keysOf,
  profileFolder,
  remove,
  startEngine,
  until,
  type AnEngine,
} from '../../an-engine.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

const start = async (options: PlatformOptions = {}): Promise<Platform> => {
  const platform = await startPlatform(options)
  open.push(() => platform.dispose())
  return platform
}

const engineOn = async (platform: Platform, address: Address): Promise<AnEngine> => {
  const profile = await profileFolder()
  const one = await startEngine(profile, keysOf(platform.wall))
  open.push(async () => {
    await one.engine.dispose()
    await remove(profile)
  })
  await one.engine.connect(address)
  return one
}

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

it('one of another authority never hears who we are', async () => {
  const platform = await start()
  const stranger = await start()
  const one = await engineOn(platform, named(platform, at(stranger), at(platform)))
  expect(await one.state('live')).toMatchObject({ server: at(platform) })
  expect(one.connections).toContainEqual(
    expect.objectContaining({
      state: 'refused',
      problem: expect.objectContaining({
        code: 'platform.authority-unknown',
        subject: at(stranger),
      }) as unknown,
    }),
  )
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
