// @ts-check
// node build/release.mjs --out DIR: the app as people install it. One archive beside a runtime whose fuses are all
// decided (https://www.electronjs.org/docs/latest/tutorial/fuses): it runs this app and nothing else.
import { existsSync, readFileSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { bundle } from './bundle.mjs'
import { Stop, runAsCommand, say } from './progress.mjs'
import { chosenRuntime } from './runtime.mjs'
import { setUp } from './set-up.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Of a runtime, what no release has: the app that starts other apps, the executable for tests, our own record. */
const NOT_SHIPPED = ['default_app.asar', 'electron-test']

/** All that the packages outside the bundles need to run. */
const NATIVE = [
  'sqlite3/package.json',
  'sqlite3/LICENSE',
  'sqlite3/lib',
  'sqlite3/build/Release/node_sqlite3.node',
  'bindings',
  'file-uri-to-path',
  'pkcs11js/package.json',
  'pkcs11js/LICENSE',
  'pkcs11js/index.js',
  'pkcs11js/build/Release/pkcs11.node',
  '@myriaddreamin/typst-ts-node-compiler',
  '@myriaddreamin/typst-ts-node-compiler-linux-x64-gnu',
  '@resvg/resvg-wasm',
]

/**
 * @param {{ out: string, fromFloorForTests: boolean }} options `out`: a folder that is not there yet
 * @returns {Promise<string>} the executable
 */
export async function release({ out, fromFloorForTests }) {
  const runtime = chosenRuntime()
  if (runtime === undefined) throw new Stop('There is no Electron runtime yet.', 'node build/set-up.mjs')
  if (process.platform !== 'linux') throw new Stop('A release can be made on Linux only for now.')
  if (runtime.kind === 'floor' && !fromFloorForTests) {
    throw new Stop(
      `A release is never made from the floor runtime (Electron ${runtime.version}): it gets no security fixes. ` +
        'Electron’s download site has to answer, or a mirror of it.',
      'ELECTRON_MIRROR=https://… node build/set-up.mjs',
    )
  }
  if (existsSync(out)) throw new Stop(`${out} is there already: name a folder that is not, or remove it.`)
  await mkdir(dirname(out), { recursive: true })
  const aside = await mkdtemp(`${out}.making-`)
  try {
    await cp(runtime.folder, aside, {
      recursive: true,
      filter: (path) => !NOT_SHIPPED.includes(basename(path)),
    })
    await mkdir(join(aside, 'resources'), { recursive: true })
    // a folder made aside is its maker's alone; a release is for whoever runs it
    await chmod(aside, 0o755)
    await pack(join(aside, 'resources', 'app.asar'))
    await rename(join(aside, basename(runtime.executable)), join(aside, 'vigie'))
    await setFuses(join(aside, 'vigie'), runtime.kind)
    await rename(aside, out)
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  return join(out, 'vigie')
}

/** @param {string} archive */
async function pack(archive) {
  const { createPackageWithOptions } = await import('@electron/asar')
  const folder = await mkdtemp(join(tmpdir(), 'vigie-app-'))
  try {
    const { name, version, license, type, main } = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    )
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name, version, license, type, main }))
    for (const part of ['main', 'preload', 'renderer', 'resources'])
      await cp(join(root, 'out', part), join(folder, 'out', part), { recursive: true })
    for (const path of NATIVE)
      await cp(join(root, 'node_modules', path), join(folder, 'node_modules', path), { recursive: true })
    // what is compiled cannot be loaded from within an archive
    await createPackageWithOptions(folder, archive, { unpack: '*.node' })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** @param {string} executable @param {import('./runtime.mjs').Runtime['kind']} kind */
async function setFuses(executable, kind) {
  const { FuseV1Options, FuseVersion, flipFuses } = await import('@electron/fuses')
  await flipFuses(executable, {
    version: FuseVersion.V1,
    // a fuse that a later runtime brings has to be decided here first
    strictlyRequireAllFuses: true,
    [FuseV1Options.RunAsNode]: false,
    [FuseV1Options.EnableCookieEncryption]: true,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: false,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
    [FuseV1Options.OnlyLoadAppFromAsar]: true,
    // there is no snapshot of its own for the main process
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
    // the floor is older than this one
    ...(kind === 'shipped' && { [FuseV1Options.WasmTrapHandlers]: true }),
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runAsCommand(async () => {
    const { values } = parseArgs({
      options: { out: { type: 'string' }, 'from-floor-for-tests': { type: 'boolean' } },
    })
    if (values.out === undefined) {
      throw new Stop(
        '--out is missing: the folder to make the release in.',
        'node build/release.mjs --out dist/vigie',
      )
    }
    await setUp()
    await bundle()
    const fromFloorForTests = values['from-floor-for-tests'] === true
    say(`• Made ${await release({ out: resolve(values.out), fromFloorForTests })}`)
  })
}
