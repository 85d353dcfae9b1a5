import { afterEach, expect, it } from 'vitest'
import { Secret } from '../../../../../main/identity/secret.ts'
import { startPlatform } from '../../../../platform/platform.ts'
import { addressOf, keysOf, profileFolder, remove, startEngine } from '../an-engine.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

it('keys are read once: cleared, the cache stays open and the platform is entered again', async () => {
  const platform = await startPlatform()
  open.push(() => platform.dispose())
  const profile = await profileFolder()
  open.push(() => remove(profile))
  const secret = new Secret(platform.wall.key)
  // which clears the cache's
  const one = await startEngine(profile, keysOf(platform.wall))
  open.push(() => one.engine.dispose())
  const address = addressOf(platform)
  const tls = { ...address.tls, key: secret.copy() }
  await one.engine.connect({ ...address, tls })
  tls.key.fill(0)
  secret.erase()
  expect(secret.reveal()).not.toContain('PRIVATE')
  await one.state('live')
  await platform.kill()
  await one.state('waiting')
  await platform.restart()
  await one.state('live')
})
