// @ts-check
// How the app is run from its sources: by people (start.mjs), by tests and by measurements alike.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Stop } from './progress.mjs'
import { chosenRuntime } from './runtime.mjs'

/** The repository, which is the app's folder too. */
export const appFolder = dirname(dirname(fileURLToPath(import.meta.url)))

/**
 * @typedef {object} Launch
 * @property {string} executablePath
 * @property {string[]} args everything up to and with the app's own arguments
 * @property {Record<string, string>} env the whole environment
 * @property {true} chromiumSandbox tells Playwright to leave the sandbox on
 */

/**
 * What to run for this app; Playwright's `_electron.launch` takes it as it is.
 *
 * @param {object} options
 * @param {string[]} [options.args] the app's own arguments
 * @param {{ env: Record<string, string> }} [options.screens] virtual ones; without them, the display of `env`
 * @param {boolean} [options.underTest] the runtime that a test may attach to
 * @param {boolean} [options.acceptFloor] a real platform on the floor runtime, which gets no security fixes
 * @param {string} [options.app] another app than Vigie, for measurements against an empty one
 * @param {NodeJS.ProcessEnv} [options.env]
 * @returns {Launch}
 */
export function launch({
  args = [],
  screens,
  underTest = false,
  acceptFloor = false,
  app = appFolder,
  env = process.env,
} = {}) {
  const runtime = chosenRuntime()
  if (runtime === undefined) throw new Stop('There is no Electron runtime yet.', 'node build/set-up.mjs')
  if (runtime.kind === 'floor' && entersPlatform(args) && !acceptFloor) {
    throw new Stop(
      `This is the floor runtime, Electron ${runtime.version}, which gets no security fixes: it is for the exercise ` +
        'and for tests. Let Electron’s download site or a mirror of it be reached (ELECTRON_MIRROR=https://…), or ' +
        'take it on for this platform:',
      `npm start -- ${args.map(quoted).join(' ')} ${ACCEPT_FLOOR}`,
    )
  }
  const executable = underTest ? runtime.testExecutable : runtime.executable
  const asRoot = process.getuid?.() === 0
  if (asRoot) checkUserNamespaces()
  const switches = process.platform === 'linux' ? ['--ozone-platform=x11'] : []
  // Only on screens without a graphics card is the software renderer worth its risk.
  // Chromium complains there of the session bus and the graphics card that are not there.
  if (screens !== undefined) switches.push('--enable-unsafe-swiftshader', '--log-level=3')
  const { ELECTRON_RUN_AS_NODE: _, ...inherited } = env
  return {
    executablePath: asRoot ? join(appFolder, 'build/electron-as-user.sh') : executable,
    // After `--` nothing is a switch of Chromium’s: no argument of the app can weaken its sandbox.
    args: [...switches, app, '--', ...args],
    chromiumSandbox: true,
    env: {
      ...Object.fromEntries(Object.entries(inherited).filter((pair) => pair[1] !== undefined)),
      ...screens?.env,
      ELECTRON_OVERRIDE_DIST_PATH: runtime.folder,
      VIGIE_RUNTIME: executable,
      MESA_SHADER_CACHE_DISABLE: 'true',
      HOME: existsSync(homedir()) ? homedir() : tmpdir(),
    },
  }
}

/** Given to `npm start`, by whoever takes on the floor for a real platform. */
export const ACCEPT_FLOOR = '--accept-floor-runtime'

/** By what is asked for (the policy may name the platform), or as the profile was provisioned (`node.json`). @param {string[]} args */
export const entersPlatform = (args) =>
  args.some((word) => /^--(platform|identity|card)(=|$)/.test(word)) ||
  existsSync(join(profileOf(args), 'node.json'))

/** @param {string[]} args */
const profileOf = (args) => {
  const at = args.findIndex((word) => /^--profile(=|$)/.test(word))
  const given = at < 0 ? undefined : (args[at]?.split('=')[1] ?? args[at + 1])
  return given ?? join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'vigie')
}

/** @param {string} word as a shell reads it back */
const quoted = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

function checkUserNamespaces() {
  const tried = spawnSync('unshare', ['--user', '--map-user=1000', '--map-group=1000', 'true'])
  if (tried.status === 0) return
  throw new Stop(
    'This system gives root no user namespace, so Chromium’s sandbox cannot be on. Allow them, or start as an ordinary user.',
    'sysctl -w user.max_user_namespaces=10000',
  )
}
