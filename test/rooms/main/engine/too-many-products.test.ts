import { expect, it } from 'vitest'
import { startPlatform } from '../../../platform/platform.ts'
import { messages, product } from '../../../platform/product.ts'
import { openWindow } from './a-window.ts'
import { addressOf, keysOf, persisted, profileFolder, remove, startEngine, until } from './an-engine.ts'

/** What a node follows at most of one domain; `intake/admission.ts` says why. */
const most = 2499

it('a domain of more products than a node follows of it is told, and costs what was there before nothing', async () => {
  const units = product('security.units', 'track')
  const platform = await startPlatform({ products: [units] })
  const profile = await profileFolder()
  const { engine, problems } = await startEngine(profile, keysOf(platform.wall))
  try {
    for (let i = 0; i < most + 10; i++) {
      const { name, descriptor } = product(`hostile.p-${i}`, 'track')
      platform.feeder.publish(`$KV.catalog.${name}`, JSON.stringify(descriptor))
    }
    await platform.feeder.flush()
    await engine.connect(addressOf(platform))
    const window = openWindow(engine, 'desk')
    window.subscribe([])
    await until(() => problems.some(({ code }) => code === 'product.too-many'), 'it is told')
    await platform.publish(messages(units.name, 'track', 20))
    await persisted(engine, 20)
    await until(() => window.catalog?.products.length === most + 1, 'as many as it follows')
    expect(problems.filter(({ code }) => code === 'product.too-many')).toHaveLength(1)
  } finally {
    await engine.dispose()
    await platform.dispose()
    await remove(profile)
  }
})
