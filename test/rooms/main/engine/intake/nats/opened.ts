/** What a test starts of platforms and engines, closed after it in the opposite order. */
import type { Address } from '../../../../../../main/engine/intake/addresses.ts'
import { startPlatform, type Platform, type PlatformOptions } from '../../../../../platform/platform.ts'
import { keysOf, profileFolder, remove, startEngine, type AnEngine } from '../../an-engine.ts'

export function gatherOpened() {
  const open: (() => Promise<unknown>)[] = []
  return {
    add: (close: () => Promise<unknown>) => void open.push(close),
    async start(options: PlatformOptions = {}): Promise<Platform> {
      const platform = await startPlatform(options)
      open.push(() => platform.dispose())
      return platform
    },
    /** with the platform's own certificate, whatever answers at the address */
    async engineOn(platform: Platform, address: Address): Promise<AnEngine> {
      const profile = await profileFolder()
      const one = await startEngine(profile, keysOf(platform.wall))
      open.push(async () => {
        await one.engine.dispose()
        await remove(profile)
      })
      await one.engine.connect(address)
      return one
    },
    async close(): Promise<void> {
      for (const close of open.splice(0).reverse()) await close()
    },
  }
}
