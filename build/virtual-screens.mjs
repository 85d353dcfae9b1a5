// @ts-check
// Real displays without a graphics card: one Xorg with the dummy driver, whose outputs stand side by side
// and can be unplugged and plugged in like cables.
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Stop, lastLines } from './progress.mjs'

const MOST_SCREENS = 16

/**
 * @typedef {object} VirtualScreens
 * @property {string} display as DISPLAY names it
 * @property {{ DISPLAY: string, XAUTHORITY: string }} env what a program needs to draw on them
 * @property {(n: number) => void} unplug takes the n-th screen from the left away, counted from 1
 * @property {(n: number) => void} plug gives it back, at its own place
 * @property {() => Promise<void>} dispose
 */

/**
 * @param {{ screens: number, width?: number, height?: number }} wanted all of one size, left to right
 * @returns {Promise<VirtualScreens>}
 */
export async function startVirtualScreens({ screens, width = 1920, height = 1080 }) {
  if (screens < 1 || screens > MOST_SCREENS)
    throw new Stop(`There can be 1 to ${MOST_SCREENS} virtual screens.`)
  const folder = await mkdtemp(join(tmpdir(), 'vigie-screens-'))
  const cookie = join(folder, 'cookie')
  const log = join(folder, 'x.log')
  await writeFile(join(folder, 'xorg.conf'), configuration(screens, width, height))
  await writeFile(cookie, anyDisplay(randomBytes(16)), { mode: 0o600 })

  // Debian’s /usr/bin/Xorg goes through a wrapper that refuses users without a console, where it is installed.
  const server = existsSync('/usr/lib/xorg/Xorg') ? '/usr/lib/xorg/Xorg' : 'Xorg'
  const x = spawn(
    'setpriv',
    [
      // Whatever ends this process, and be it SIGKILL: X does not stay behind.
      ...['--pdeathsig', 'KILL', server],
      ...['-displayfd', '3', '-config', join(folder, 'xorg.conf'), '-logfile', log, '-auth', cookie],
      ...['-noreset', '-nolisten', 'tcp', '-novtswitch', '-dpms', '-s', '0'],
    ],
    // Of its own group: an interrupt from the terminal reaches the app first, and X ends after it.
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'], detached: true },
  )
  const ended = new Promise((resolve) => {
    x.once('error', resolve)
    x.once('exit', resolve)
  })
  const dispose = async () => {
    x.kill('SIGTERM')
    const hard = setTimeout(() => x.kill('SIGKILL'), 5_000)
    await ended
    clearTimeout(hard)
    await rm(folder, { recursive: true, force: true })
  }

  const number = await Promise.race([displayNumber(x), ended.then(() => undefined)])
  if (number === undefined) {
    const said = existsSync(log) ? lastLines(await readFile(log, 'utf8')) : `${server} could not be run`
    await dispose()
    throw new Stop(
      `The virtual screens could not be started:\n${said}`,
      'sudo apt-get install xserver-xorg-core xserver-xorg-video-dummy x11-xserver-utils',
    )
  }
  x.unref()

  const display = `:${number}`
  const env = { DISPLAY: display, XAUTHORITY: cookie }
  const mode = `${width}x${height}`
  /** @param {string[]} args */
  const xrandr = (...args) => {
    const { status, stderr } = spawnSync('xrandr', args, {
      env: { ...process.env, ...env },
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`xrandr ${args.join(' ')}: ${stderr}`)
  }
  /** @param {number} n */
  const output = (n) => {
    if (!Number.isInteger(n) || n < 1 || n > screens) throw new RangeError(`there is no virtual screen ${n}`)
    return `DUMMY${n - 1}`
  }
  /** @param {number} n */
  const plug = (n) => {
    xrandr('--output', output(n), '--mode', mode, '--pos', `${(n - 1) * width}x0`)
    // The driver calls an output connected only once somebody asks after it was switched on.
    xrandr('--query')
  }
  /** @param {number} n */
  const unplug = (n) => {
    xrandr('--output', output(n), '--off')
    xrandr('--query')
  }

  try {
    for (let n = 1; n <= screens; n += 1) {
      if (n > 1) xrandr('--addmode', output(n), mode)
      plug(n)
    }
    xrandr('--output', output(1), '--primary')
  } catch (error) {
    await dispose()
    throw error
  }
  return { display, env, unplug, plug, dispose }
}

/** @param {import('node:child_process').ChildProcess} x @returns {Promise<string>} never, if it ends before */
function displayNumber(x) {
  return new Promise((resolve) => {
    let said = ''
    x.stdio[3]?.on('data', (chunk) => {
      said += String(chunk)
      if (said.endsWith('\n')) resolve(said.trim())
    })
  })
}

/** @param {number} screens @param {number} width @param {number} height */
function configuration(screens, width, height) {
  const [wholeWidth, wholeHeight] = [width + 640, height + 45]
  // The driver’s clock ends at 300 MHz, so the largest screens refresh more slowly.
  const clock = Math.min(290, (wholeWidth * wholeHeight * 60) / 1e6)
  const timing = [
    clock.toFixed(2),
    ...[width, width + 200, width + 400, wholeWidth],
    ...[height, height + 4, height + 9, wholeHeight],
  ]
  const memory = Math.ceil((screens * width * height * 4) / 1024) + 16_384
  return `Section "ServerFlags"
  Option "AutoAddDevices" "false"
  Option "AutoAddGPU" "false"
  Option "DontVTSwitch" "true"
  Option "BlankTime" "0"
EndSection
Section "Device"
  Identifier "card"
  Driver "dummy"
  VideoRam ${memory}
EndSection
Section "Monitor"
  Identifier "monitor"
  HorizSync 5.0-1000.0
  VertRefresh 5.0-200.0
  Modeline "${width}x${height}" ${timing.join(' ')}
EndSection
Section "Screen"
  Identifier "screen"
  Device "card"
  Monitor "monitor"
  DefaultDepth 24
  SubSection "Display"
    Depth 24
    Modes "${width}x${height}"
    Virtual ${screens * width} ${height}
  EndSubSection
EndSection
`
}

/**
 * An X authority file whose cookie fits any display: without one, every user of this machine could look at
 * these screens. Its entries are lengths and bytes, as Xau(3) describes them.
 *
 * @param {Buffer} secret
 */
function anyDisplay(secret) {
  const anyFamily = Buffer.from([0xff, 0xff])
  /** @param {Buffer | string} content */
  const counted = (content) => {
    const bytes = Buffer.from(content)
    return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes])
  }
  return Buffer.concat([anyFamily, counted(''), counted(''), counted('MIT-MAGIC-COOKIE-1'), counted(secret)])
}
