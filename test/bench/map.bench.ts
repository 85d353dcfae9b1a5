import { createServer, type Server } from 'node:http'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { build } from 'vite'
import type { Measured } from './map/page.ts'
import { median, type BenchRow } from './row.ts'

const rounds = 5
const tracks = 100_000
const types: { [extension: string]: string } = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
}

/** What the build's own scripts, which are plain JavaScript, give us. */
interface Screens {
  env: Record<string, string>
  dispose(): Promise<void>
}
interface Launching {
  launch(options: { app: string; screens: Screens; underTest: boolean }): {
    executablePath: string
    args: string[]
    env: Record<string, string>
  }
  startVirtualScreens(options: { screens: number }): Promise<Screens>
}
const script = (name: string): Promise<Launching> =>
  import(new URL(`../../build/${name}`, import.meta.url).href)

/** An app that is one window and nothing else, so that only the map is measured. */
const emptyApp = `const { app, BrowserWindow } = require('electron')
app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1920, height: 1080, frame: false, webPreferences: { sandbox: true } })
  window.loadURL('about:blank')
})
`

/** How long it takes from new positions of 100,000 tracks until they are drawn: ours and MapLibre's `setData`. */
export default async function measureMap(log: (line: string) => void): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-bench-map-'))
  const ends: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })]
  try {
    const pages = join(folder, 'pages')
    await build({
      configFile: false,
      root: fileURLToPath(new URL('./map/', import.meta.url)),
      publicDir: false,
      logLevel: 'warn',
      build: {
        outDir: pages,
        emptyOutDir: true,
        target: 'chrome130',
        assetsInlineLimit: 0,
        chunkSizeWarningLimit: 4096,
      },
    })
    const server = await serve(pages, fileURLToPath(new URL('../../resources/', import.meta.url)))
    ends.push(() => server.close())
    await writeFile(join(folder, 'package.json'), '{"name":"bench","main":"main.cjs"}')
    await writeFile(join(folder, 'main.cjs'), emptyApp)
    const { startVirtualScreens } = await script('virtual-screens.mjs')
    const { launch } = await script('launch.mjs')
    const screens = await startVirtualScreens({ screens: 1 })
    ends.push(() => screens.dispose())
    const app = await _electron.launch(launch({ app: folder, screens, underTest: true }))
    ends.push(() => app.close())
    return await alternate(await open(app, server), log)
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

async function open(app: ElectronApplication, server: Server): Promise<Page> {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the page has no address')
  const page = await app.firstWindow()
  await page.goto(`http://127.0.0.1:${address.port}/index.html`)
  await page.waitForFunction('window.measure !== undefined')
  await page.evaluate(() => window.measure.ready())
  return page
}

async function alternate(page: Page, log: (line: string) => void): Promise<BenchRow[]> {
  const ours: Measured[] = []
  const theirs: Measured[] = []
  for (let round = -1; round < rounds; round++) {
    // ours is so short that one hiccup of the machine is all of it; the first round only warms up
    const few: Measured[] = []
    for (let n = 0; n < (round < 0 ? 8 : 3); n++)
      few.push(await page.evaluate((t) => window.measure.ours(t), tracks))
    const a = { frame: median(few.map((one) => one.frame)), thread: median(few.map((one) => one.thread)) }
    const b = await page.evaluate((n) => window.measure.theirs(n), tracks)
    if (round < 0) continue
    log(
      `round ${round + 1}: ours ${a.frame.toFixed(1)} ms (thread ${a.thread.toFixed(1)}), setData ${b.frame.toFixed(0)} ms`,
    )
    ours.push(a)
    theirs.push(b)
  }
  const mine = median(ours.map(({ frame }) => frame))
  const other = median(theirs.map(({ frame }) => frame))
  const thread = median(ours.map((measured) => measured.thread))
  return [
    {
      measure: 'map update: 100,000 tracks, positions in hand → the frame that shows them',
      against: 'MapLibre GeoJSON setData',
      unit: 'ms',
      ours: mine,
      theirs: other,
      ratio: other / mine,
      goal: '≥ 20',
      met: other / mine >= 20,
      rounds,
    },
    {
      measure: 'map update: main-thread time of it',
      against: 'a 60 Hz frame',
      unit: 'ms',
      ours: thread,
      theirs: 1000 / 60,
      ratio: thread / (1000 / 60),
      goal: '≤ 16 ms',
      met: thread <= 16,
      rounds,
    },
  ]
}

/** The built page and the basemap, on loopback. */
async function serve(pages: string, resources: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    const file = join(path.startsWith('/basemap/') ? resources : pages, path)
    readFile(file).then(
      (bytes) => response.writeHead(200, { 'content-type': types[extname(file)] ?? 'text/plain' }).end(bytes),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}
