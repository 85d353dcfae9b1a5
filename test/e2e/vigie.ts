/** The real app on virtual screens, as people run it: sandboxed, unprivileged, from its bundles. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { _electron, test as base, type ElectronApplication, type Page } from '@playwright/test'
import { launch } from '../../build/launch.mjs'
import { startVirtualScreens, type VirtualScreens } from '../../build/virtual-screens.mjs'
import { overhear } from './terminal.ts'

export interface Vigie {
  app: ElectronApplication
  /** its first process, also once it has gone: Playwright knows it no longer then */
  process: ChildProcess
  /** the walls' displays from the left, then the desk's */
  screens: VirtualScreens
  /** the wall windows from the left */
  walls(): Promise<Page[]>
  desk(): Promise<Page>
  profile: string
  /** what the app wrote to its terminal until now */
  said(): string
  /** errors on the consoles of its windows, refusals of the content security policy among them */
  complaints: readonly string[]
  /** the process is gone without a chance to do anything: SIGKILL */
  kill(): Promise<void>
  /** ends the app as a person would, then its screens; a profile of its own goes with it */
  dispose(): Promise<void>
}

export interface Start {
  walls?: number
  /** the app's own arguments */
  args?: readonly string[]
  /** one that exists stays; without it, a new one that `dispose` removes */
  profile?: string
  /** these stay after `dispose`: for a start that follows another on the same displays */
  screens?: VirtualScreens
  /** a CommonJS file that runs in main before the app does */
  preload?: string
  /** other folders or settings of its environment */
  env?: Readonly<Record<string, string>>
}

const patience = 60_000

/** Waits until what is asked for holds; says what it waited for if it never does. */
export async function until<T>(what: string, ask: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const end = Date.now() + patience
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`)
    await sleep(100)
  }
}

/** Starts the app and returns when every wall and the desk have a window. */
export async function startVigie({
  walls = 3,
  args = [],
  profile,
  screens: given,
  preload,
  env = {},
}: Start = {}): Promise<Vigie> {
  const screens = given ?? (await startVirtualScreens({ screens: walls + 1 }))
  const own = profile ?? (await mkdtemp(join(tmpdir(), 'vigie-profile-')))
  const clean = async () => {
    if (given === undefined) await screens.dispose()
    if (profile === undefined) await rm(own, { recursive: true, force: true, maxRetries: 5 })
  }
  const complaints: string[] = []
  let said: () => string
  let app: ElectronApplication
  try {
    const started = launch({
      screens,
      underTest: true,
      acceptFloor: true,
      args: ['--screens', String(walls), '--desk-display', String(walls + 1), '--profile', own, ...args],
    })
    const before = preload === undefined ? [] : ['-r', preload]
    const launched = await overhear(() =>
      _electron.launch({
        ...started,
        args: [...before, ...started.args],
        env: { ...started.env, ...env },
        timeout: patience,
      }),
    )
    app = launched.started
    said = launched.said
  } catch (error) {
    await clean()
    throw error
  }
  const child = app.process()
  const ended = child.exitCode !== null ? Promise.resolve() : once(child, 'exit')
  const listen = (page: Page) => {
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`${page.url()}: ${message.text()}`)
    })
    page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.stack ?? error.message}`))
  }
  app.windows().forEach(listen)
  app.on('window', listen)

  const pages = (role: string) =>
    app.windows().filter((page) => page.url() === `app://vigie/${role}/index.html`)
  // a window that closes while it is asked is none any more
  const place = (page: Page) => page.evaluate(() => window.screenX).catch(() => null)
  const vigie: Vigie = {
    app,
    process: child,
    screens,
    async walls() {
      const placed = await Promise.all(pages('wall').map(async (page) => ({ page, x: await place(page) })))
      return placed
        .flatMap(({ page, x }) => (x === null ? [] : [{ page, x }]))
        .sort((a, b) => a.x - b.x)
        .map(({ page }) => page)
    },
    desk: () => until('the desk', () => pages('desk')[0]),
    profile: own,
    said,
    complaints,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async dispose() {
      if (child.exitCode === null && child.signalCode === null) {
        await Promise.race([app.close(), sleep(20_000)])
        child.kill('SIGKILL')
        await ended
      }
      await clean()
    },
  }
  try {
    await until(`${walls} walls and a desk`, () =>
      pages('wall').length === walls && pages('desk').length === 1 ? true : undefined,
    )
  } catch (error) {
    await vigie.dispose()
    throw new Error(`${String(error)}; the app said:\n${said()}`)
  }
  return vigie
}

/** A test that wants the exercise on three walls and the desk, and nobody else's traces. */
export const test = base.extend<{ vigie: Vigie }>({
  vigie: async ({ browserName: _ }, use) => {
    const vigie = await startVigie()
    await use(vigie)
    await vigie.dispose()
  },
})
