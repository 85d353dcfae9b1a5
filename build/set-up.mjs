// @ts-check
// Makes a fresh clone ready to start. Plain Node without packages: it runs before there are any.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { spawnSync } from 'node:child_process'
import { faultsOf, withScripts } from './packages.mjs'
import { Stop, lastLines, runAsCommand, runShowing, say, step } from './progress.mjs'
import { chosenRuntimeIsWhole, provideRuntime } from './runtime.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const LEAST_NODE = [20, 20]

const DEBIAN_PACKAGES = [
  // the platform's server
  'nats-server',
  // screens without a graphics card
  'xserver-xorg-core',
  'xserver-xorg-video-dummy',
  'x11-xserver-utils',
  // what Electron is linked to
  'libnss3',
  'libatk1.0-0',
  'libatk-bridge2.0-0',
  'libcups2',
  'libgtk-3-0',
  'libgbm1',
  'libasound2',
  'libdrm2',
  'libxss1',
  // a card reader for tests, and what writes certificates on its cards
  'softhsm2',
  'opensc',
  // readers of other makes for what is written as PDF: tests judge by them
  'poppler-utils',
  'qpdf',
  'libnss3-tools',
  // a word processor of another make, which opens what is written for one
  'libreoffice-writer-nogui',
  // what SQLCipher and the way to card drivers are compiled with
  'build-essential',
  'libssl-dev',
  'python3',
]

/** What packages compile when they are installed. */
const COMPILED = ['sqlite3/build/Release/node_sqlite3.node', 'pkcs11js/build/Release/pkcs11.node']

/** Brings this clone to where it can start. Done already, it takes as long as reading the runtime once, and asks no network. */
export async function setUp() {
  checkNode()
  checkLock()
  const missing = missingDebianPackages()
  await step(`Install the Debian packages ${missing.join(' ')}`, {
    done: () => missing.length === 0,
    act: () => installDebianPackages(missing),
  })
  await step('Install the locked npm packages; SQLCipher is compiled from source, which takes minutes', {
    done: packagesAreLocked,
    act: installPackages,
  })
  await step('Provide the Electron runtime', {
    done: chosenRuntimeIsWhole,
    act: provideRuntime,
  })
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [leastMajor = 0, leastMinor = 0] = LEAST_NODE
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return
  throw new Stop(`Vigie needs Node ${LEAST_NODE.join('.')} or later; this is ${process.versions.node}.`)
}

/** @param {string} file */
const readJson = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'))

function checkLock() {
  const faults = faultsOf(readJson('package-lock.json'), readJson('package.json'))
  if (faults.length > 0) throw new Stop(`The packages are not as safe as they must be:\n${faults.join('\n')}`)
}

function missingDebianPackages() {
  if (process.platform !== 'linux') return []
  const query = spawnSync('dpkg-query', ['-W', '-f=${Package} ${db:Status-Status}\n', ...DEBIAN_PACKAGES], {
    encoding: 'utf8',
  })
  // Other systems name these packages otherwise: what is missing says so itself when it is needed.
  if (query.error !== undefined) return []
  const installed = new Set(
    query.stdout.split('\n').flatMap((line) => {
      const [name = '', status] = line.split(' ')
      return status === 'installed' ? [name] : []
    }),
  )
  return DEBIAN_PACKAGES.filter((name) => !installed.has(name))
}

/** @param {string[]} missing */
async function installDebianPackages(missing) {
  const install = ['apt-get', 'install', '--yes', '--no-install-recommends', ...missing]
  const byHand = new Stop(
    `These Debian packages are missing and can only be installed by an administrator. Run this, then start again:`,
    `sudo ${install.join(' ')}`,
  )
  const asRoot = process.getuid?.() === 0
  const asked = !asRoot && process.stdin.isTTY && process.stderr.isTTY
  const before = asRoot ? [] : asked ? ['sudo'] : ['sudo', '-n']
  if (!asRoot && spawnSync('sudo', asked ? ['--version'] : ['-n', 'true']).status !== 0) throw byHand
  const quiet = ['env', 'DEBIAN_FRONTEND=noninteractive']
  /** @param {string[]} line */
  const run = (line) => {
    const [command = '', ...args] = [...before, ...quiet, ...line]
    return runShowing(command, args, { label: line.slice(0, 2).join(' '), interactive: asked })
  }
  let { code, output } = await run(install)
  if (code !== 0) {
    // On a machine that has never asked for a package, the lists come first.
    await run(['apt-get', 'update'])
    ;({ code, output } = await run(install))
  }
  if (code === 0 && missingDebianPackages().length === 0) return
  say(lastLines(output))
  throw byHand
}

/**
 * Whether node_modules holds what package-lock.json says: npm's own record of what it put there agrees, and what has to
 * be compiled is.
 */
function packagesAreLocked() {
  try {
    const wanted = readJson('package-lock.json').packages
    const there = readJson('node_modules/.package-lock.json').packages
    return (
      Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
        if (path === '') return true
        const found = there[path]
        return found === undefined
          ? optional === true
          : found.version === version && found.integrity === integrity
      }) && COMPILED.every((file) => existsSync(join(root, 'node_modules', file)))
    )
  } catch {
    return false
  }
}

async function installPackages() {
  /** @type {NodeJS.ProcessEnv} */
  const env = {
    ...process.env,
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_loglevel: 'error',
  }
  // Node's own headers, where they came with it: node-gyp would fetch them from a site that may not answer.
  const prefix = dirname(dirname(process.execPath))
  if (existsSync(join(prefix, 'include/node/node_version.h'))) env.npm_config_nodedir ??= prefix
  // No npm runs a script by itself (.npmrc); afterwards those run that somebody decided on.
  const scripts = withScripts(readJson('package-lock.json'), readJson('package.json'))
  const lines = [
    ['ci', '--include=dev', '--ignore-scripts'],
    ['rebuild', '--ignore-scripts=false', ...scripts],
  ]
  for (const line of lines) {
    const { code, output } = await runShowing('npm', line, { label: `npm ${line[0]}`, cwd: root, env })
    if (code === 0) continue
    say(lastLines(output))
    throw new Stop(
      'The npm packages could not be installed. Run this to see why:',
      `npm ${line.join(' ')} --foreground-scripts --loglevel=notice`,
    )
  }
  if (packagesAreLocked()) return
  throw new Stop(
    'npm has installed other packages than package-lock.json says. Run this, then start again:',
    'rm -r node_modules',
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runAsCommand(setUp)
