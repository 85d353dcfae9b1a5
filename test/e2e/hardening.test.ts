/** security.md, “The client”: each control on the app as it runs. */
import { readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { chosenRuntime } from '../../build/runtime.mjs'
import { signPolicyIn } from '../platform/policy-authority.ts'
import type { Platform } from '../platform/platform.ts'
import { signIn, startStage } from './node.ts'
import { processesOf } from './processes.ts'
import { startVigie, until, type Vigie } from './vigie.ts'

let platform: Platform
let vigie: Vigie
let wall: Page
let desk: Page
let listener: Server
let port = 0
let reached = 0

/** The same scene on both, of which the second may show only what is not protected. */
const twoCeilings = `
node: poste-07
organisation: CNCS
wall: salle de crise
timeZone: Europe/Paris
scheme: default
contentProtection: true
screens:
  - { screen: 1, scene: situation, ceiling: dr, distance: 5, diagonal: 55 }
others: { scene: situation, ceiling: np, distance: 5, diagonal: 55 }
desk: { ceiling: dr }
`

test.describe.configure({ mode: 'serial' })

test('a window’s bridge needs nothing but Electron: a sandboxed page has no other', () => {
  for (const role of ['wall', 'desk']) {
    const bridge = readFileSync(join(import.meta.dirname, '../../out/preload', `${role}.cjs`), 'utf8')
    const needed = [...bridge.matchAll(/require\((["'])(.+?)\1\)/g)].map(([, , name]) => name)
    expect([...new Set(needed)]).toEqual(['electron'])
  }
})

test.beforeAll(async () => {
  listener = createServer((socket) => {
    reached += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  port = (listener.address() as AddressInfo).port
  platform = await startStage()
  const { args } = await signPolicyIn(platform.directory, twoCeilings)
  vigie = await startVigie({ walls: 2, args: [...signIn(platform), ...args] })
  const [first] = await vigie.walls()
  if (first === undefined) throw new Error('there is no wall')
  wall = first
  desk = await vigie.desk()
  await expect(wall.getByText('Colis suspect').first()).toBeVisible()
})
test.afterAll(async () => {
  await vigie?.dispose()
  await platform?.dispose()
  listener.close()
})

/** Asked of the page itself: after a navigation that was denied, a locator waits for its end for ever. */
const textOf = (page: Page) => page.evaluate(() => document.body.innerText)

/** Each window's process, by the window's title. */
const windows = () =>
  vigie.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => ({
      id: window.webContents.id,
      url: window.webContents.getURL(),
      pid: window.webContents.getOSProcessId(),
      storage: window.webContents.session.storagePath,
    })),
  )

test('every renderer is sandboxed: its system calls are filtered, in namespaces of its own, in a process of its own', async () => {
  const all = await windows()
  expect(all).toHaveLength(3)
  expect(new Set(all.map(({ pid }) => pid)).size).toBe(3)
  for (const { pid } of all) {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    expect(/^Seccomp:\s*(\d)/m.exec(status)?.[1]).toBe('2')
    expect(status).toMatch(/^NSpid:\s*\d+\s+\d+/m)
    expect(status).toMatch(/^NoNewPrivs:\s*1/m)
  }
})

/** core(5): what a crash of this process would leave on the disk or with the system's collector; empty: nothing. */
function dumped(pid: number): string {
  const filter = readFileSync(`/proc/${pid}/coredump_filter`, 'utf8').trim()
  return /^0*$/.test(filter) ? '' : filter
}

test('no process of the app leaves a core dump with what it knew, not one that is started later either', async () => {
  const all = processesOf(vigie.process.pid)
  const pids = await vigie.app.evaluate(({ app }) => app.getAppMetrics().map(({ pid }) => pid))
  // main, the graphics process, the engine, three windows; and the zygotes, which no metric counts
  expect(pids.length).toBeGreaterThanOrEqual(6)
  expect(all.map(({ pid }) => pid)).toEqual(expect.arrayContaining(pids))
  expect(all.filter(({ what }) => what.includes('--type=zygote')).length).toBeGreaterThan(0)
  expect(all.filter(({ pid }) => dumped(pid) !== '').map(({ what }) => what.slice(0, 120))).toEqual([])

  const before = await windows()
  await vigie.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()
      .find((window) => window.getTitle() === 'Vigie 2')
      ?.webContents.forcefullyCrashRenderer(),
  )
  const successor = await until('the page of a crashed window', async () => {
    const found = (await windows()).find(
      ({ pid, url }) => url.includes('/wall/') && !before.some((known) => known.pid === pid),
    )
    return found === undefined || found.pid === 0 ? undefined : found
  })
  expect(dumped(successor.pid)).toBe('')
})

test('every window has each switch of Electron’s security checklist as it should be, and no process one that undoes it', async () => {
  // what the runtime keeps of them; its types no longer say so
  type Told = { getLastWebPreferences(): Record<string, unknown> }
  const preferences = await vigie.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map(({ webContents }) =>
      (webContents as never as Told).getLastWebPreferences(),
    ),
  )
  expect(preferences).toHaveLength(3)
  for (const each of preferences) {
    expect(each).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
    })
    expect([each['enableBlinkFeatures'], each['disableBlinkFeatures']].filter(Boolean)).toEqual([])
  }
  const undoing =
    /--(no-sandbox|disable-setuid-sandbox|disable-web-security|disable-site-isolation-trials|allow-running-insecure-content|allow-file-access-from-files|enable-experimental-web-platform-features|enable-blink-features|enable-features=|single-process|in-process-gpu|ignore-certificate-errors|unsafely-treat-insecure-origin-as-secure|js-flags)\S*/
  const renderers = processesOf(vigie.process.pid).filter(({ what }) => what.includes('--type=renderer'))
  expect(renderers.length).toBeGreaterThanOrEqual(3)
  expect(renderers.flatMap(({ what }) => undoing.exec(what)?.[0] ?? [])).toEqual([])
})

test('a page sees into no document of another origin, and has no feature that is still tried out', async () => {
  const seen = await wall.evaluate(async () => {
    const frame = document.createElement('iframe')
    frame.setAttribute('sandbox', '')
    document.body.append(frame)
    await new Promise((resolve) => setTimeout(resolve, 500))
    const inside = frame.contentDocument !== null
    frame.remove()
    const experimental = ['test', 'experimental'].filter((name) => name in HTMLElement.prototype)
    return { inside, experimental }
  })
  expect(seen).toEqual({ inside: false, experimental: [] })
})

test('what runs is the runtime that was chosen, in its own version', async () => {
  const running = await vigie.app.evaluate(() => process.versions['electron'])
  expect(running).toBe(chosenRuntime()?.version)
})

test('a page has nothing of Node or Electron, and only its own bridge', async () => {
  const found = await wall.evaluate(() => ({
    globals: ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter(
      (name) => name in globalThis,
    ),
    bridge: Object.fromEntries(
      Object.entries((globalThis as never as { vigie: Record<string, object> }).vigie).map(
        ([group, rows]) => [group, Object.keys(rows)],
      ),
    ),
  }))
  expect(found.globals).toEqual([])
  expect(found.bridge['desk']).toEqual([])
  expect(found.bridge['wall']).toContain('state')
})

test('the content security policy is there, and holds for inline scripts, eval, markup and foreign files', async () => {
  const header = await wall.evaluate(async () =>
    (await fetch(location.href)).headers.get('content-security-policy'),
  )
  expect(header).toMatch(/^default-src 'none'; script-src 'self';/)
  expect(header).toContain("require-trusted-types-for 'script'")
  expect(header).not.toContain('unsafe')

  const outcomes = await wall.evaluate(async () => {
    // what a test evaluates itself is let through the policy: only what runs later counts
    await new Promise((resolve) => setTimeout(resolve))
    const attempt = (act: () => unknown) => {
      try {
        return `done: ${String(act())}`
      } catch (error) {
        return (error as Error).name
      }
    }
    const element = document.createElement('div')
    return {
      eval: attempt(() => (0, eval)('1+1')),
      function: attempt(() => Reflect.construct(Function, ['return 1'])),
      timeout: attempt(() => Reflect.apply(setTimeout, globalThis, ['globalThis.ran = true', 0])),
      script: attempt(() => (document.createElement('script').textContent = 'globalThis.ran = true')),
      markup: attempt(() => (element.innerHTML = '<img src=x onerror="globalThis.ran = true">')),
      policy: attempt(() =>
        (
          globalThis as never as { trustedTypes: { createPolicy(name: string, rules: object): unknown } }
        ).trustedTypes.createPolicy('mine', {}),
      ),
      worker: attempt(() => new Worker('data:text/javascript,postMessage(1)')),
    }
  })
  for (const [what, outcome] of Object.entries(outcomes))
    expect(`${what} ${outcome}`).toMatch(/(Eval|Type|Security)Error$/)
  expect(await wall.evaluate(() => 'ran' in globalThis)).toBe(false)
})

test('no renderer reaches a network, whatever it tries', async () => {
  for (const page of [wall, desk])
    await page.evaluate(async (at) => {
      const url = `127.0.0.1:${at}`
      const settle = (promise: Promise<unknown>) => promise.catch(() => undefined)
      await settle(fetch(`http://${url}/`))
      await settle(fetch(`https://${url}/`, { mode: 'no-cors' }))
      await new Promise<void>((resolve) => {
        const socket = new WebSocket(`ws://${url}/`)
        socket.onerror = socket.onopen = () => resolve()
      })
      await new Promise<void>((resolve) => {
        const image = new Image()
        image.onerror = image.onload = () => resolve()
        image.src = `http://${url}/x.png`
      })
      navigator.sendBeacon(`http://${url}/`, 'x')
      const link = document.createElement('link')
      link.rel = 'preconnect'
      link.href = `http://${url}/`
      document.head.append(link)
      const style = document.createElement('link')
      style.rel = 'stylesheet'
      style.href = `http://${url}/x.css`
      document.head.append(style)
      const form = document.createElement('form')
      form.action = `http://${url}/`
      form.method = 'POST'
      document.body.append(form)
      form.submit()
      const peer = new RTCPeerConnection({
        iceServers: [{ urls: [`turn:${url}?transport=tcp`, `stun:${url}`], username: 'a', credential: 'b' }],
      })
      peer.createDataChannel('x')
      await peer.setLocalDescription(await peer.createOffer())
      await new Promise((resolve) => setTimeout(resolve, 1000))
      peer.close()
      for (const added of [link, style, form]) added.remove()
    }, port)
  expect(reached).toBe(0)
})

test('app:// serves its list and nothing else', async () => {
  const statuses = await wall.evaluate(async () => {
    const paths = [
      '/files.json',
      '/wall/',
      '/../main/index.js',
      '/%2e%2e/main/index.js',
      '/wall/..%2f..%2fmain/index.js',
      '/..%5c..%5cetc/passwd',
      '//etc/passwd',
      'app://other/wall/index.html',
      'file:///etc/passwd',
      'chrome://version/',
    ]
    const asked = paths.map((path) =>
      fetch(path)
        .then(({ status }) => status)
        .catch(() => 'refused'),
    )
    return { own: (await fetch('/wall/index.html')).status, others: await Promise.all(asked) }
  })
  expect(statuses.own).toBe(200)
  for (const status of statuses.others) expect([404, 'refused']).toContain(status)
})

test('a page can’t leave, open another, or save a file', async () => {
  const downloads = await mkdtemp(join(tmpdir(), 'vigie-downloads-'))
  // with a place to go to, a download that is let through would be on the disk
  await vigie.app.evaluate(({ app, BrowserWindow }, folder) => {
    const asked: string[] = []
    Object.assign(globalThis, { asked })
    app.setPath('downloads', folder)
    for (const { webContents } of BrowserWindow.getAllWindows())
      webContents.session.on('will-download', (_event, item) => {
        asked.push(item.getURL())
        item.setSavePath(`${folder}/saved-${asked.length}`)
      })
  }, downloads)
  const count = vigie.app.windows().length
  const url = wall.url()
  await wall.evaluate((at) => {
    const attempts: (() => unknown)[] = [
      () => window.open('https://example.org/'),
      () => window.open('app://vigie/desk/index.html'),
      () => window.open('about:blank'),
      () => (location.href = 'https://example.org/'),
      () => (location.href = 'app://vigie/desk/index.html'),
      () => (location.href = `http://127.0.0.1:${at}/`),
      () => (location.href = 'file:///etc/passwd'),
      () => (location.href = 'mailto:somebody@example.org'),
    ]
    for (const attempt of attempts) attempt()
    const link = document.createElement('a')
    for (const href of [
      'app://vigie/wall/index.html',
      'data:text/plain,saved',
      URL.createObjectURL(new Blob(['saved'])),
    ]) {
      link.href = href
      link.download = 'wall.html'
      link.click()
    }
    link.href = 'app://vigie/wall/index.html'
    link.removeAttribute('download')
    link.target = '_blank'
    link.click()
  }, port)
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(wall.url()).toBe(url)
  expect(vigie.app.windows()).toHaveLength(count)
  expect(reached).toBe(0)
  const asked = await vigie.app.evaluate(() => (globalThis as never as { asked: string[] }).asked)
  expect(asked.length).toBeGreaterThan(0)
  expect(await readdir(downloads)).toEqual([])
  await rm(downloads, { recursive: true })
})

test('no permission and no device is granted', async () => {
  const granted = await wall.evaluate(async () => {
    const names = [
      'geolocation',
      'notifications',
      'camera',
      'microphone',
      'midi',
      'clipboard-read',
      'persistent-storage',
    ]
    const states = names.map((name) =>
      navigator.permissions
        .query({ name: name as PermissionName })
        .then(({ state }) => state)
        .catch(() => 'denied'),
    )
    const device = (ask: () => Promise<unknown>) =>
      ask().then(
        () => 'granted',
        () => 'denied',
      )
    const { mediaDevices } = navigator
    const asked = [
      device(() => mediaDevices.getUserMedia({ video: true })),
      device(() => mediaDevices.getDisplayMedia({ video: true })),
      device(() => navigator.clipboard.readText()),
      device(
        () => new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject)),
      ),
    ]
    return Promise.all([...states, ...asked])
  })
  expect(granted.filter((state) => state !== 'denied')).toEqual([])
})

/** What opens them takes its time: a window made only to be looked into says when they could have been there. */
const developerTools = () =>
  vigie.app.evaluate(async ({ BrowserWindow, session }) => {
    const ours = BrowserWindow.getAllWindows().map(({ webContents }) => webContents)
    const told: string[] = []
    for (const contents of ours) {
      contents.on('devtools-opened', () => told.push(contents.getURL()))
      contents.openDevTools()
      contents.toggleDevTools()
      contents.openDevTools({ mode: 'detach' })
      contents.inspectElement(1, 1)
    }
    const control = new BrowserWindow({
      show: false,
      webPreferences: { session: session.fromPartition('control') },
    })
    const opened = new Promise<void>((resolve) =>
      control.webContents.once('devtools-opened', () => resolve()),
    )
    await control.loadURL('about:blank')
    control.webContents.openDevTools({ mode: 'detach' })
    await opened
    const open = ours.map((contents) => contents.isDevToolsOpened() || contents.devToolsWebContents !== null)
    const looked = control.webContents.isDevToolsOpened()
    control.destroy()
    return { told, open, looked }
  })

test('no window shows developer tools, also not once they had the time to open', async () => {
  expect(await developerTools()).toEqual({ told: [], open: [false, false, false], looked: true })
})

test('no window takes a webview', async () => {
  await wall.evaluate((at) => {
    const view = document.createElement('webview')
    view.setAttribute('src', `http://127.0.0.1:${at}/`)
    document.body.append(view)
    setTimeout(() => view.remove(), 400)
  }, port)
  await new Promise((resolve) => setTimeout(resolve, 600))
  // by their kind and not by their number: windows of the tests before may still be on their way out
  const kinds = await vigie.app.evaluate(({ webContents }) =>
    webContents.getAllWebContents().map((each) => each.getType()),
  )
  expect(kinds).toContain('window')
  expect(kinds).not.toContain('webview')
  expect(reached).toBe(0)
})

test('a call is answered only for its own kind of window, its main frame and its schema', async () => {
  await wall.evaluate(() => document.body.append(document.createElement('iframe')))
  const answers = await vigie.app.evaluate(async ({ BrowserWindow, ipcMain }) => {
    type Answer = { ok: boolean; error?: { code: string } }
    type Handler = (event: object, input: unknown) => Promise<Answer>
    // the handlers as the app has them; what a compromised renderer could send is made up here
    const handlers = (ipcMain as never as { _invokeHandlers: Map<string, Handler> })._invokeHandlers
    const contentsOf = (role: string) => {
      const found = BrowserWindow.getAllWindows().find(({ webContents }) =>
        webContents.getURL().includes(`/${role}/`),
      )
      if (found === undefined) throw new Error(`there is no ${role}`)
      return found.webContents
    }
    const call = async (role: string, channel: string, input: unknown, frame?: unknown) => {
      const sender = contentsOf(role)
      const senderFrame = frame === undefined ? sender.mainFrame : frame
      const answer = await handlers.get(channel)?.({ sender, senderFrame }, input)
      return answer?.ok === true ? 'answered' : answer?.error?.code
    }
    const framed = BrowserWindow.getAllWindows().find(
      ({ webContents }) => webContents.mainFrame.frames.length > 0,
    )
    const inner = framed?.webContents.mainFrame.frames[0] ?? null
    return {
      inner: inner !== null,
      own: await call('wall', 'vigie:wall.state', undefined),
      desks: await call('wall', 'vigie:desk.state', undefined),
      desksAct: await call('wall', 'vigie:window.act', { act: 'unblank' }),
      nobodysAct: await call('desk', 'vigie:window.act', { act: 'end-identify' }),
      unknownAct: await call('desk', 'vigie:window.act', { act: 'erase' }),
      walls: await call('desk', 'vigie:wall.state', undefined),
      schema: await call('desk', 'vigie:window.act', { act: 'show-scene', screen: 'one', scene: 'log' }),
      proto: await call('desk', 'vigie:window.act', {
        act: 'point-out',
        entity: { product: '__proto__', entity: 'x' },
      }),
      frame: await call('wall', 'vigie:wall.state', undefined, inner),
      gone: await call('wall', 'vigie:wall.state', undefined, null),
    }
  })
  expect(answers).toEqual({
    inner: true,
    own: 'answered',
    desks: 'ipc.refused',
    desksAct: 'ipc.input-invalid',
    nobodysAct: 'ipc.input-invalid',
    unknownAct: 'ipc.input-invalid',
    walls: 'ipc.refused',
    schema: 'ipc.input-invalid',
    proto: 'ipc.input-invalid',
    frame: 'ipc.refused',
    gone: 'ipc.refused',
  })
  // a frame within a page is no window of ours: it is not even given a bridge
  const inner = await wall.evaluate(() => 'vigie' in (document.querySelector('iframe')?.contentWindow ?? {}))
  expect(inner).toBe(false)
  await wall.evaluate(() => document.querySelector('iframe')?.remove())
  expect(await textOf(desk)).not.toContain('Tous les écrans sont masqués.')
})

test('a page that calls without end is refused, costs the others nothing and fills no log', async () => {
  type Calls = Record<
    string,
    Record<string, (input?: unknown) => Promise<{ ok: boolean; error?: { code: string } }>>
  >
  const said = vigie.said().length
  const codes = await wall.evaluate(async () => {
    const { vigie: bridge } = globalThis as never as { vigie: Calls }
    const asked: Promise<{ ok: boolean; error?: { code: string } } | undefined>[] = []
    for (let n = 0; n < 3000; n++)
      asked.push(
        (async () =>
          n % 2 === 0
            ? bridge['wall']?.['state']?.()
            : bridge['window']?.['problem']?.({ message: 'x'.repeat(100_000) }))(),
      )
    const answers = await Promise.all(asked)
    return answers.map((answer) => (answer?.ok === true ? 'answered' : (answer?.error?.code ?? 'nothing')))
  })
  expect(codes).toContain('answered')
  expect(codes.filter((code) => code === 'ipc.refused').length).toBeGreaterThan(2000)
  const state = await desk.evaluate(
    async () => (await (globalThis as never as { vigie: Calls }).vigie['desk']?.['state']?.())?.ok,
  )
  expect(state).toBe(true)
  expect(vigie.said().slice(said).split('\n').length).toBeLessThan(20)
  // it is heard again: whatever it was may be over
  await expect
    .poll(() =>
      wall.evaluate(
        async () => (await (globalThis as never as { vigie: Calls }).vigie['wall']?.['state']?.())?.ok,
      ),
    )
    .toBe(true)
})

test('a window never gets what is above its ceiling', async () => {
  // through main: to Playwright, a page whose navigations were all denied may wait for their end for ever
  const read = (title: string, what: 'innerText' | 'innerHTML') =>
    vigie.app.evaluate(
      async ({ BrowserWindow }, [name, property]) => {
        const window = BrowserWindow.getAllWindows().find((one) => one.getTitle() === name)
        return String(
          await window?.webContents.executeJavaScript(`document.documentElement.${property}`, true),
        )
      },
      [title, what] as const,
    )
  await expect.poll(() => read('Vigie 1', 'innerText')).toContain('Affaire réservée')
  expect(await read('Vigie 1', 'innerText')).toContain('DIFFUSION RESTREINTE')
  await expect.poll(() => read('Vigie 2', 'innerText')).toContain('Colis suspect')
  expect(await read('Vigie 2', 'innerText')).toContain('NON PROTÉGÉ')
  // the same scene, and yet not a word of it, wherever it might hide in the page
  expect(await read('Vigie 2', 'innerHTML')).not.toContain('réservée')
})

test('sessions are in memory', async () => {
  const stored = (await windows()).map(({ storage }) => storage)
  const [known, shared] = await vigie.app.evaluate(({ session }) => [
    session.defaultSession.storagePath,
    session.defaultSession.isPersistent(),
  ])
  expect(stored).toEqual([null, null, null])
  expect({ known: known !== null, shared }).toEqual({ known: true, shared: true })
})
