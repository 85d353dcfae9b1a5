import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from 'electron'
import { ok } from '../preload/contract/result.ts'
import { oneLine } from '../preload/contract/text.ts'
import { argumentsOfApp, readCommandLine, refuseEnvironment, type CommandLine } from './command-line.ts'
import { asProvisioned } from './as-provisioned.ts'
import { glanceAtNodeFile, readNodeFile } from './identity/node-file.ts'
import { gatherParts, type Parts } from './parts.ts'
import { usage } from './usage.ts'

/** Said to whoever started us, one line each; nothing of the platform's data is ever in it. */
export const log = (line: string): void => void process.stderr.write(`vigie: ${oneLine(line, 4000)}\n`)

const exitCodes = { failed: 1, usage: 2, alreadyRuns: 3 } as const

/** What the process brings to what opens in it. */
export interface Begun {
  options: CommandLine
  profile: string
  /** the folder of what was built, resources included */
  out: string
  /** closed in order when the process ends */
  parts: Parts
  end: End
}

/** A release is one archive; what runs from its sources may be looked into where somebody wants to. */
export const isReleased = (app: Pick<App, 'getAppPath'>): boolean => app.getAppPath().endsWith('.asar')

/** Ends the process in order; the highest code given wins. */
export type End = (code?: number) => void

/**
 * From the command line to the exit code: one process per profile, an end in order by signal, by key and by an error
 * that nobody foresaw.
 *
 * @param out the folder of what was built
 * @param open called once Electron is ready
 * @param prepare … and before it is: what can't be changed later
 */
export function live(
  app: App,
  out: string,
  open: (begun: Begun) => Promise<void>,
  prepare: (options: CommandLine) => void,
): void {
  const released = isReleased(app)
  // Chromium has read its switches before us; what they ask for begins only once the app is ready, which it never is
  const allowed = released ? refuseEnvironment(process.env) : ok(undefined)
  const read = allowed.ok
    ? readCommandLine(argumentsOfApp(process.argv, app.getAppPath(), released), released)
    : allowed
  if (!read.ok) {
    log(read.error.message)
    process.stderr.write(`\n${usage}`)
    app.exit(exitCodes.usage)
    return
  }
  const options = read.value
  const profile = options.profile ?? join(app.getPath('appData'), 'vigie')
  const expected = asProvisioned(options, glanceAtNodeFile(profile))
  if (expected.ok) prepare(expected.value)
  if (!takeProfile(app, profile)) {
    log(
      `Vigie already runs on ${profile}: its window comes to the front. Another node needs another --profile.`,
    )
    app.exit(exitCodes.alreadyRuns)
    return
  }

  const parts = gatherParts((error) => log(String(error)))
  let code = 0
  let leaving = false
  const end: End = (wanted = 0) => {
    code = Math.max(code, wanted)
    if (leaving) return
    leaving = true
    void parts.dispose().finally(() => app.exit(code))
  }
  app
    .whenReady()
    .then(async () => {
      const node = await readNodeFile(profile)
      const started = node.ok ? asProvisioned(options, node.value) : node
      if (started.ok) return open({ options: started.value, profile, out, parts, end })
      // a wall must not start as another one than it was made
      log(`${started.error.subject ?? profile}: ${started.error.message}`)
      end(exitCodes.failed)
    })
    .catch((error: unknown) => {
      log(error instanceof Error ? (error.stack ?? error.message) : String(error))
      end(exitCodes.failed)
    })

  app.on('before-quit', (event) => {
    event.preventDefault()
    end()
  })
  // a wall without a display waits for one
  app.on('window-all-closed', () => undefined)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end())
  // Electron would open a dialog, and the wall would stand behind it until somebody came
  process.on('uncaughtException', (error) => {
    log(error.stack ?? error.message)
    if (options.headless === null && process.uptime() > 60) app.relaunch()
    end(exitCodes.failed)
  })
}

/** What Chromium itself puts on disk holds nothing of ours, as all sessions are in memory; it is not kept either. */
function takeProfile(app: App, profile: string): boolean {
  const chromium = join(profile, 'chromium')
  mkdirSync(profile, { recursive: true, mode: 0o700 })
  app.setPath('userData', profile)
  if (!app.requestSingleInstanceLock()) return false
  rmSync(chromium, { recursive: true, force: true })
  app.setPath('sessionData', chromium)
  return true
}
