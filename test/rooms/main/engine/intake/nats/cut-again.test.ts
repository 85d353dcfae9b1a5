import { expect, it } from 'vitest'
import { startPlatform } from '../../../../../platform/platform.ts'
import { product } from '../../../../../platform/product.ts'
import { addressOf, keysOf, profileFolder, remove, startEngine, until } from '../../an-engine.ts'

it('a platform that takes us and lets us go at once is asked ever more seldom, and sooner again the longer it stood', async () => {
  const platform = await startPlatform({ products: [product('security.units', 'track')] })
  const profile = await profileFolder()
  const one = await startEngine(profile, keysOf(platform.wall))
  try {
    await one.engine.connect(addressOf(platform))
    for (let cuts = 1; cuts <= 2; cuts++) {
      await one.state('live')
      await platform.kill()
      await until(() => one.engine.report().disconnects === cuts, 'it is cut')
      await platform.restart()
    }
    await one.state('live')
    const attempts = (): number[] =>
      one.connections.flatMap((each) => (each.state === 'connecting' ? [each.attempt] : []))
    const before = attempts()
    expect(before.length).toBeGreaterThan(2)
    expect(before).toEqual(before.map((_, at) => at + 1))
    // while it stands, an attempt is forgotten every three seconds
    await new Promise((resolve) => setTimeout(resolve, 3500))
    await platform.kill()
    await until(() => attempts().length > before.length, 'it is tried again')
    expect(attempts()[before.length]).toBeLessThanOrEqual(before.length)
  } finally {
    await one.engine.dispose()
    await platform.dispose()
    await remove(profile)
  }
})
