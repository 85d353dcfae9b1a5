// @ts-check
// npm start: from a fresh clone to the wall.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { createInterface } from 'node:readline'
import { bundle } from './bundle.mjs'
import { ACCEPT_FLOOR, entersPlatform, launch } from './launch.mjs'
import { watchNpm } from './parent.mjs'
import { Stop, runAsCommand, say } from './progress.mjs'
import { chosenRuntime, provideRuntime } from './runtime.mjs'
import { setUp } from './set-up.mjs'
import { startVirtualScreens } from './virtual-screens.mjs'

const SCREENS = 3

/** @param {string[]} args @param {string} name @returns {string | undefined} the value after `--name` */
function valueOf(args, name) {
  const at = args.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`))
  return at < 0 ? undefined : (args[at]?.split('=')[1] ?? args[at + 1])
}

/** @param {string[]} args @param {boolean} acceptFloor */
async function startOnVirtualScreens(args, acceptFloor) {
  const walls = Number(valueOf(args, 'screens') ?? SCREENS)
  if (!Number.isInteger(walls) || walls < 1 || walls > 15) {
    throw new Stop('--screens takes a whole number from 1 to 15 here: one more is the desk’s.')
  }
  const screens = await startVirtualScreens({ screens: walls + 1 })
  say(`• ${walls} virtual screens and one for the desk on display ${screens.display}`)
  try {
    const own = ['--screens', '--desk-display'].flatMap((option, at) => {
      const given = valueOf(args, option.slice(2)) !== undefined
      return given ? [] : [option, String(walls + at)]
    })
    return await run([...args, ...own], acceptFloor, screens)
  } finally {
    await screens.dispose()
  }
}

/**
 * @param {string[]} args
 * @param {boolean} acceptFloor
 * @param {import('./virtual-screens.mjs').VirtualScreens} [screens]
 * @returns {Promise<number>} the exit code, 128 and the signal's number where one ended it
 */
async function run(args, acceptFloor, screens) {
  const { executablePath, args: all, env } = launch({ args, acceptFloor, ...(screens && { screens }) })
  const [command, ...line] = endingWithUs(executablePath, all)
  // In a group of its own: an interrupt from the terminal reaches it once, through here, and not twice.
  const app = spawn(command, line, { env, stdio: ['inherit', 'inherit', 'pipe'], detached: true })
  if (app.stderr !== null) passErrors(app.stderr)
  /** @param {NodeJS.Signals} signal */
  const pass = (signal) => app.kill(signal)
  /** @type {NodeJS.Signals[]} */
  const passed = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of passed) process.on(signal, pass)
  const stopWatching = watchNpm(() => app.kill('SIGTERM'))
  try {
    return await new Promise((resolve, reject) => {
      app.once('error', reject)
      app.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
    })
  } finally {
    stopWatching()
    for (const signal of passed) process.off(signal, pass)
  }
}

/**
 * The app ends in order when we end without a word, by SIGKILL.
 *
 * @param {string} executable
 * @param {string[]} args
 * @returns {[string, ...string[]]}
 */
const endingWithUs = (executable, args) =>
  process.platform === 'linux'
    ? ['setpriv', '--pdeathsig', 'TERM', executable, ...args]
    : [executable, ...args]

/**
 * Passes on what the app says, but for what the software renderer says of every picture that is taken of it.
 *
 * @param {import('node:stream').Readable} errors
 */
function passErrors(errors) {
  createInterface(errors).on('line', (line) => {
    if (!/GL Driver Message .*ReadPixels/.test(line)) say(line)
  })
}

await runAsCommand(async () => {
  const given = process.argv.slice(2)
  const args = given.filter((word) => word !== ACCEPT_FLOOR)
  const acceptFloor = args.length < given.length
  await setUp()
  // The site that was cut when this clone was set up may answer now.
  if (entersPlatform(args) && !acceptFloor && chosenRuntime()?.kind === 'floor') await provideRuntime()
  // Refused where it is refused, before screens are made for it.
  launch({ args, acceptFloor })
  await bundle()
  const headless = args.includes('--headless')
  if (headless || (process.platform === 'linux' && !process.env.DISPLAY)) {
    if (!headless)
      say('• There is no display here: Vigie runs on virtual screens. --headless leaves pictures of them.')
    return startOnVirtualScreens(args, acceptFloor)
  }
  return run(args, acceptFloor)
})
