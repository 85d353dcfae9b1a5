/** The app as a release would be: one archive, every fuse decided, made here from the floor and for this test only. */
import { spawn } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { expect, test } from '@playwright/test'
import { appFolder, launch } from '../../build/launch.mjs'
import { release } from '../../build/release.mjs'
import { FLOOR, chosenRuntime } from '../../build/runtime.mjs'
import { startVirtualScreens, type VirtualScreens } from '../../build/virtual-screens.mjs'
import { signPolicyIn } from '../platform/policy-authority.ts'
import { signIn, startStage } from './node.ts'
import { until } from './vigie.ts'

let folder: string
let executable: string
let screens: VirtualScreens

test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-release-'))
  executable = await release({ out: join(folder, 'vigie'), fromFloorForTests: true })
  screens = await startVirtualScreens({ screens: 3 })
})
test.afterAll(async () => {
  await screens?.dispose()
  await rm(folder, { recursive: true, force: true })
})

const runtime = () => {
  const chosen = chosenRuntime()
  if (chosen === undefined) throw new Error('there is no runtime')
  return chosen
}

/** Each fuse of an executable by its name, as it is in the file. */
async function fusesOf(file: string): Promise<Record<string, boolean>> {
  const wire = await getCurrentFuseWire(file)
  const states = Object.entries(wire).filter(([name]) => name !== 'version')
  return Object.fromEntries(
    states.map(([at, state]) => [FuseV1Options[Number(at)] ?? at, state === FuseState.ENABLE]),
  )
}

/** What the kernel says of each renderer that runs from this executable. */
const renderersOf = (file: string): string[] =>
  readdirSync('/proc').flatMap((pid) => {
    try {
      // a forked one writes its own command line, with blanks between
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split(/[ \0]/)
      const ours = command[0] === file && command.includes('--type=renderer')
      return ours ? [readFileSync(`/proc/${pid}/status`, 'utf8')] : []
    } catch {
      // no process, or one that just ended
      return []
    }
  })

/** Runs an executable to its end, with the sandbox on. */
function run(
  file: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; said: string }> {
  const { executablePath, env: own } = launch({ screens })
  const asRoot = executablePath.endsWith('.sh')
  return new Promise((resolve, reject) => {
    const child = spawn(
      asRoot ? executablePath : file,
      ['--ozone-platform=x11', '--enable-unsafe-swiftshader', ...args],
      { env: { ...own, VIGIE_RUNTIME: file, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, said }))
  })
}

test('every fuse of a release is as Electron’s security checklist asks', async () => {
  expect(await fusesOf(executable)).toEqual({
    RunAsNode: false,
    EnableCookieEncryption: true,
    EnableNodeOptionsEnvironmentVariable: false,
    EnableNodeCliInspectArguments: false,
    EnableEmbeddedAsarIntegrityValidation: true,
    OnlyLoadAppFromAsar: true,
    LoadBrowserProcessSpecificV8Snapshot: false,
    GrantFileProtocolExtraPrivileges: false,
  })
})

test('nobody can run Node by the executable that people start from sources, nor attach to it', async () => {
  const fuses = await fusesOf(runtime().executable)
  for (const fuse of [
    'RunAsNode',
    'EnableNodeOptionsEnvironmentVariable',
    'EnableNodeCliInspectArguments',
    'GrantFileProtocolExtraPrivileges',
  ])
    expect([fuse, fuses[fuse]]).toEqual([fuse, false])
})

test('a release is not made from the floor unless a test says so, nor over what is there', async () => {
  const out = join(folder, 'another')
  if (runtime().kind === 'floor')
    await expect(release({ out, fromFloorForTests: false })).rejects.toThrow(/never made from the floor/)
  await expect(access(out)).rejects.toThrow()
  await expect(release({ out: join(folder, 'vigie'), fromFloorForTests: true })).rejects.toThrow(/is there/)
})

test('packaged, it signs in, fills its screens, keeps what it received and leaves its report', async () => {
  const platform = await startStage()
  const out = join(folder, 'results')
  // the one that comes with it leaves no pictures of a real platform
  const own = await readFile(join(appFolder, 'resources', 'policy.yaml'), 'utf8')
  const policy = await signPolicyIn(folder, own.replace(/^pictures: false$/m, 'pictures: true'))
  try {
    const running = run(executable, [
      ...['--', '--headless', '--screens', '2', '--desk-display', '3', '--for', '12', '--out', out],
      ...['--profile', join(folder, 'profile'), ...policy.args, ...signIn(platform)],
    ])
    const renderers = await until('three renderers', () => {
      const found = renderersOf(executable)
      return found.length >= 3 && found.every((status) => /^Seccomp:\s*2/m.test(status)) ? found : undefined
    })
    for (const status of renderers) expect(status).toMatch(/^NSpid:\s*\d+\s+\d+/m)
    const { code, said } = await running
    expect(code, said).toBe(0)
    const report = JSON.parse(await readFile(join(out, 'run.json'), 'utf8')) as {
      electron: string
      persisted: number
      screens: { frames: number }[]
      problem: unknown
    }
    expect(report).toMatchObject({ electron: runtime().version, persisted: 4, problem: null })
    if (runtime().kind === 'floor') expect(report.electron).toBe(FLOOR.version)
    expect(report.screens.map(({ frames }) => frames > 0)).toEqual([true, true])
    for (const name of ['screen-1', 'screen-2', 'desk']) {
      const png = await readFile(join(out, `${name}.png`))
      expect([name, png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([name, 1920, 1080])
    }
  } finally {
    await platform.dispose()
  }
})

test('no inspector listens in it, which one does in the executable for tests', async () => {
  const attached = /Debugger listening/
  const wrong = ['--', '--no-such-option']
  const control = await run(runtime().testExecutable, ['--inspect=127.0.0.1:0', appFolder, ...wrong])
  expect(control.said).toMatch(attached)
  for (const option of ['--inspect=127.0.0.1:0', '--inspect-brk=127.0.0.1:0']) {
    const { code, said } = await run(executable, [option, ...wrong])
    // it came to its own command line, which knows no such option, and nobody was listened to before
    expect(code, said).toBe(2)
    expect(said).not.toMatch(attached)
  }
})

test('neither ELECTRON_RUN_AS_NODE nor NODE_OPTIONS makes it run somebody else’s program', async () => {
  const trace = join(folder, 'trace')
  const program = join(folder, 'program.cjs')
  await writeFile(program, `require('node:fs').writeFileSync(${JSON.stringify(trace)}, 'ran')`)
  const asNode = await run(executable, [program], { ELECTRON_RUN_AS_NODE: '1' })
  expect(asNode.code, asNode.said).toBe(2)
  const options = await run(executable, ['--', '--no-such-option'], { NODE_OPTIONS: `--require ${program}` })
  expect(options.code, options.said).toBe(2)
  // nor does a folder that somebody puts where Electron looks for an app, when the archive is away
  const archive = join(dirname(executable), 'resources', 'app.asar')
  const planted = join(dirname(executable), 'resources', 'app')
  await rename(archive, `${archive}.away`)
  await mkdir(planted)
  await writeFile(join(planted, 'package.json'), '{"name":"planted","main":"index.js"}')
  await writeFile(join(planted, 'index.js'), `${await readFile(program, 'utf8')}; process.exit(0)`)
  const other = await run(executable, ['--', '--no-such-option'])
  expect(other.code, other.said).not.toBe(0)
  await rm(planted, { recursive: true })
  await rename(`${archive}.away`, archive)
  await expect(access(trace)).rejects.toThrow()
})
