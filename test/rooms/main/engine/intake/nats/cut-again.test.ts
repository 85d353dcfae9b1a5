import { expect, it } from 'vitest'
import { startPlatform } from '../../../../../platform/platform.ts'
import { product } from '../../../../../platform/product.ts'
import { addressOf, keysOf, profileFolder, remove, startEngine, until } from '../../an-engine.ts'

it('a platform that takes us and lets us go again is not asked ever anew as if it had stood', async () => {
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
    const attempts = one.connections.flatMap((each) => (each.state === 'connecting' ? [each.attempt] : []))
    expect(attempts.length).toBeGreaterThan(2)
    expect(attempts).toEqual(attempts.map((_, at) => at + 1))
  } finally {
    await one.engine.dispose()
    await platform.dispose()
    await remove(profile)
  }
})
