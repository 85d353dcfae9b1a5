/** The window in which a node is set up, alone on a virtual screen. */
import { once } from 'node:events'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import { launch } from '../../build/launch.mjs'
import { startVirtualScreens } from '../../build/virtual-screens.mjs'
import { overhear } from './terminal.ts'

export interface ProvisioningWindow {
  app: ElectronApplication
  page: Page
  complaints: readonly string[]
  /** what the app wrote to its terminal until now */
  said(): string
  dispose(): Promise<void>
}

export async function startProvisioning({
  profile,
  args = [],
}: {
  profile: string
  args?: readonly string[]
}): Promise<ProvisioningWindow> {
  const screens = await startVirtualScreens({ screens: 1 })
  const started = launch({
    screens,
    underTest: true,
    acceptFloor: true,
    args: ['--provision', '--profile', profile, ...args],
  })
  const { started: app, said } = await overhear(() => _electron.launch({ ...started, timeout: 60_000 }))
  const complaints: string[] = []
  const child = app.process()
  const ended = child.exitCode === null ? once(child, 'exit') : Promise.resolve()
  const page = await app.firstWindow()
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message))
  await page.getByRole('navigation').waitFor()
  return {
    ...{ app, page, complaints, said },
    async dispose() {
      await app.close()
      await ended
      await screens.dispose()
    },
  }
}
