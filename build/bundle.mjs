// @ts-check
// Sources to app: out/main, out/preload, out/renderer and out/resources, each only when its sources changed.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { cp, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { Stop, runAsCommand, say } from './progress.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const out = join(root, 'out')

/** What is built for: both the floor and the shipped runtime have it. */
const TARGETS = { node: 'node20', chromium: 'chrome130' }

/** Resources that windows ask for, as `/basemap/…`; the others are for main alone. */
const SERVED_RESOURCES = ['basemap', 'fonts', 'icons', 'symbols']

/** Never bundled: the runtime's own module, and those with a compiled part. */
const EXTERNAL = [
  'electron',
  'sqlite3',
  'pkcs11js',
  '@myriaddreamin/typst-ts-node-compiler',
  '@resvg/resvg-wasm',
]

/** @type {Record<string, string>} */
const MAIN_ENTRIES = {
  index: 'main/index.ts',
  engine: 'main/engine/index.ts',
  exercise: 'main/exercise/index.ts',
  card: 'main/identity/card/index.ts',
  report: 'main/report/index.ts',
  vigie: 'main/vigie.ts',
}

/** @type {Record<string, string>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.geojson': 'application/geo+json; charset=utf-8',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
  '.pbf': 'application/x-protobuf',
  '.pfb': 'application/x-font-type1',
  '.ttf': 'font/ttf',
  '.pmtiles': 'application/vnd.pmtiles',
}

/**
 * @typedef {object} Part
 * @property {string} name its folder in out/
 * @property {string[]} sources files and folders whose content decides whether it is stale
 * @property {(folder: string) => Promise<void>} build into an empty folder
 */

/** @type {Part[]} */
const shipped = [
  { name: 'main', sources: ['main', 'preload/contract', 'resources'], build: bundleMain },
  { name: 'preload', sources: ['preload'], build: bundlePreloads },
  { name: 'renderer', sources: ['renderer', 'preload', 'resources'], build: bundleRenderer },
  { name: 'resources', sources: ['resources'], build: copyResources },
]

/** What tests start under plain Node: the programs that are shipped, and children of their own. @type {Part[]} */
const forRooms = [
  ...shipped.filter(({ name }) => ['main', 'resources'].includes(name)),
  {
    name: 'rooms',
    sources: ['main', 'preload/contract', 'test/platform', 'test/rooms'],
    build: bundleChildren,
  },
]

/** Brings what tests start up to date. */
export const bundleForRooms = () => bundle(forRooms)

/** Brings out/ up to date. What fails to build leaves the last one that did in place. */
export async function bundle(parts = shipped) {
  const recordFile = join(out, 'bundle.json')
  /** @type {Record<string, string>} */
  let record = {}
  try {
    record = JSON.parse(readFileSync(recordFile, 'utf8'))
  } catch {
    // Nothing was built yet.
  }
  const always = ['build/bundle.mjs', 'package-lock.json', 'tsconfig.json']
  const failures = []
  for (const part of parts) {
    const state = await contentOf([...always, ...part.sources])
    if (record[part.name] === state && existsSync(join(out, part.name))) continue
    const since = Date.now()
    const aside = join(out, `${part.name}.making-${process.pid}`)
    try {
      await mkdir(aside, { recursive: true })
      await part.build(aside)
      await rm(join(out, part.name), { recursive: true, force: true })
      await rename(aside, join(out, part.name))
    } catch (error) {
      const why = stripVTControlCharacters(error instanceof Error ? error.message : String(error))
      failures.push(`${part.name} could not be bundled: ${why}`)
      continue
    } finally {
      await rm(aside, { recursive: true, force: true })
    }
    record[part.name] = state
    await writeFile(recordFile, `${JSON.stringify(record, null, 2)}\n`)
    say(`• Bundled ${part.name} in ${((Date.now() - since) / 1000).toFixed(1)} s`)
  }
  if (failures.length > 0) throw new Stop(failures.join('\n'))
}

/** @param {string[]} paths below the repository @returns {Promise<string>} one digest over names and bytes */
async function contentOf(paths) {
  const hash = createHash('sha256')
  for (const path of paths) {
    for (const file of await filesIn(join(root, path))) {
      const bytes = await readFile(file)
      hash.update(`${relative(root, file)}\n${bytes.length}\n`).update(bytes)
    }
  }
  return hash.digest('hex')
}

/** @param {string} path @returns {Promise<string[]>} every file below it, or itself, in a fixed order */
async function filesIn(path) {
  if (!existsSync(path)) return []
  if (extname(path) !== '' && !existsSync(`${path}/.`)) return [path]
  const found = await readdir(path, { recursive: true, withFileTypes: true })
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/** What all bundles have in common. @returns {import('vite').InlineConfig} */
function common() {
  return {
    configFile: false,
    root,
    logLevel: 'warn',
    mode: 'production',
    publicDir: false,
    define: { 'process.env.NODE_ENV': '"production"' },
  }
}

/** @param {string} folder */
async function bundleMain(folder) {
  await bundleForNode(folder, MAIN_ENTRIES)
}

/** By their place below test/rooms. @param {string} folder */
async function bundleChildren(folder) {
  const files = (await filesIn(join(root, 'test/rooms'))).filter((file) => file.endsWith('-child.ts'))
  await bundleForNode(
    folder,
    Object.fromEntries(
      files.map((file) => [
        relative(join(root, 'test/rooms'), file).slice(0, -'.ts'.length),
        relative(root, file),
      ]),
    ),
  )
}

/** @param {string} folder @param {Record<string, string>} entries */
async function bundleForNode(folder, entries) {
  const input = Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(root, file)]))
  const { build } = await import('vite')
  await build({
    ...common(),
    ssr: { noExternal: true, external: EXTERNAL, target: 'node' },
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      target: TARGETS.node,
      minify: true,
      rolldownOptions: {
        input,
        external: EXTERNAL,
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'shared/[name]-[hash].js' },
      },
    },
  })
}

/** Sandboxed preloads are CommonJS and one file each. @param {string} folder */
async function bundlePreloads(folder) {
  const { build } = await import('vite')
  // One bridge per kind of window, of the same name; what else lies there is what they share.
  const entries = (await readdir(join(root, 'preload'))).filter((name) =>
    existsSync(join(root, 'renderer', basename(name, '.ts'), 'index.html')),
  )
  for (const entry of entries) {
    await build({
      ...common(),
      ssr: { noExternal: true, external: EXTERNAL, target: 'node' },
      build: {
        ssr: true,
        outDir: folder,
        emptyOutDir: false,
        target: TARGETS.chromium,
        minify: true,
        rolldownOptions: {
          input: { [basename(entry, '.ts')]: join(root, 'preload', entry) },
          external: EXTERNAL,
          output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
        },
      },
    })
  }
}

/** @param {string} folder */
async function bundleRenderer(folder) {
  const pages = await readdir(join(root, 'renderer'))
  const input = Object.fromEntries(
    pages
      .map((page) => [page, join(root, 'renderer', page, 'index.html')])
      .filter(([, file]) => existsSync(file ?? '')),
  )
  const { build } = await import('vite')
  const { svelte } = await import('@sveltejs/vite-plugin-svelte')
  await build({
    ...common(),
    root: join(root, 'renderer'),
    base: '/',
    plugins: [svelte({ configFile: false, emitCss: true, compilerOptions: { runes: true } })],
    worker: { format: 'es' },
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: TARGETS.chromium,
      minify: true,
      sourcemap: false,
      // The content security policy knows no data: addresses, and the windows ask only for files.
      assetsInlineLimit: 0,
      // a page asks for all that its scripts import at once, and not for one behind the other
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 4096,
      rolldownOptions: { input, checks: { bundlerTimings: false } },
    },
  })
  // MapLibre starts its worker from a file of its own, which imports the one beside it by its name.
  const maplibre = join(root, 'node_modules/maplibre-gl/dist')
  for (const name of ['maplibre-gl-worker.mjs', 'maplibre-gl-shared.mjs']) {
    await cp(join(maplibre, name), join(folder, 'assets', name))
  }
  await copyForPdf(join(folder, 'pdf'))
  for (const name of SERVED_RESOURCES) {
    const from = join(root, 'resources', name)
    if (existsSync(from)) await cp(from, join(folder, name), { recursive: true })
  }
  await writeFile(join(folder, 'files.json'), `${JSON.stringify(await listing(folder), null, 2)}\n`)
}

/**
 * What pdf.js asks for while it reads: the fonts that a PDF may take for granted, and decoders of pictures as plain
 * script, for the content security policy lets no WebAssembly be compiled. With their licences.
 *
 * @param {string} folder
 */
async function copyForPdf(folder) {
  const pdf = join(root, 'node_modules/pdfjs-dist')
  for (const name of await readdir(join(pdf, 'standard_fonts'))) {
    await cp(
      join(pdf, 'standard_fonts', name),
      join(folder, 'fonts', extname(name) === '' ? `${name}.txt` : name),
    )
  }
  for (const name of ['jbig2_nowasm_fallback.js', 'openjpeg_nowasm_fallback.js']) {
    await cp(join(pdf, 'wasm', name), join(folder, name))
  }
  for (const name of ['LICENSE_JBIG2', 'LICENSE_OPENJPEG', 'LICENSE_PDFJS_JBIG2', 'LICENSE_PDFJS_OPENJPEG']) {
    await cp(join(pdf, 'wasm', name), join(folder, `${name}.txt`))
  }
}

/**
 * The whole of what `app://vigie/` serves: a file that is not in this list does not exist for a window.
 *
 * @param {string} folder
 * @returns {Promise<{ path: string, sha256: string, type: string }[]>} `path` with the leading slash
 */
async function listing(folder) {
  const files = await filesIn(folder)
  return Promise.all(
    files.map(async (file) => {
      const type = TYPES[extname(file)]
      if (type === undefined)
        throw new Error(`${relative(folder, file)} has no media type that windows may ask for`)
      const sha256 = createHash('sha256')
        .update(await readFile(file))
        .digest('hex')
      return { path: `/${relative(folder, file)}`, sha256, type }
    }),
  )
}

/** @param {string} folder */
async function copyResources(folder) {
  const from = join(root, 'resources')
  if (existsSync(from)) await cp(from, folder, { recursive: true })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runAsCommand(bundle)
