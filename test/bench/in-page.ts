/** A page of a bench in a window of its own, in the runtime that the app has. */
import { createServer, type Server } from 'node:http'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { _electron, type Page } from 'playwright-core'
import { build } from 'vite'

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

/** An app that is one window and nothing else, so that only the page is measured. */
const emptyApp = `const { app, BrowserWindow } = require('electron')
app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1920, height: 1080, frame: false, webPreferences: { sandbox: true } })
  window.loadURL('about:blank')
})
`

/**
 * Builds the folder's `index.html`, opens it and has it measured; all of it goes afterwards.
 * @param folder ends with a slash
 * @param named what the page puts into its window, to be measured by
 */
export async function inPage<T>(
  folder: URL,
  named: keyof Window,
  measure: (page: Page) => Promise<T>,
): Promise<T> {
  const made = await mkdtemp(join(tmpdir(), 'vigie-bench-'))
  const ends: (() => unknown)[] = [() => rm(made, { recursive: true, force: true })]
  try {
    const pages = join(made, 'pages')
    await build({
      configFile: false,
      root: fileURLToPath(folder),
      publicDir: false,
      logLevel: 'warn',
      plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
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
    await writeFile(join(made, 'package.json'), '{"name":"bench","main":"main.cjs"}')
    await writeFile(join(made, 'main.cjs'), emptyApp)
    const { startVirtualScreens } = await script('virtual-screens.mjs')
    const { launch } = await script('launch.mjs')
    const screens = await startVirtualScreens({ screens: 1 })
    ends.push(() => screens.dispose())
    const app = await _electron.launch(launch({ app: made, screens, underTest: true }))
    ends.push(() => app.close())
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('the page has no address')
    const page = await app.firstWindow()
    await page.goto(`http://127.0.0.1:${address.port}/index.html`)
    await page.waitForFunction((name) => name in window, named)
    return await measure(page)
  } finally {
    for (const end of ends.reverse()) await end()
  }
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
