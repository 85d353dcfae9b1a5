import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import {
  session,
  type App,
  type Certificate,
  type Session,
  type WebContents,
  type WebPreferences,
} from 'electron'
import { appOrigin } from '../../preload/contract/schema.ts'
import { serveApp, type Bundle } from './app-protocol.ts'
import { nowhere, type Reach } from './reach.ts'

/** Services of Chromium's own that talk to the outside, keep things, or have no use on a wall. */
const switches: readonly (readonly [name: string, value?: string])[] = [
  ['disable-background-networking'],
  ['disable-breakpad'],
  ['disable-client-side-phishing-detection'],
  ['disable-component-update'],
  ['disable-domain-reliability'],
  ['disable-sync'],
  ['dns-prefetch-disable'],
  ['no-pings'],
  ['no-proxy-server'],
  ['no-first-run'],
  ['disable-http-cache'],
  ['disable-gpu-shader-disk-cache'],
  ['disable-speech-api'],
  ['disable-notifications'],
  ['force-webrtc-ip-handling-policy', 'disable_non_proxied_udp'],
  // Chromium itself resolves no name at all, but the platform's where a card signs in: else only the engine has a network
  ['host-resolver-rules', 'MAP * ~NOTFOUND'],
  [
    'disable-features',
    'AutofillServerCommunication,CertificateTransparencyComponentUpdater,MediaRouter,OptimizationHints,SpareRendererForSitePerProcess,Translate',
  ],
]

/**
 * What a core dump of this process and of those that it forks would hold: nothing (Linux, core(5)).
 *
 * @returns whether that is so; a process that is gone holds nothing
 */
export function forbidCoreDumps(pid: number | 'self' = 'self'): boolean {
  if (process.platform !== 'linux') return true
  try {
    writeFileSync(`/proc/${pid}/coredump_filter`, '0x0')
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')
  }
}

/**
 * Every window's process and the graphics process are forked from Chromium's zygotes, which started before any line
 * of ours: what is forbidden there is forbidden in all that they ever fork (core(5): inherited by fork and exec).
 */
function forbidCoreDumpsOfChildren(log: (line: string) => void): void {
  if (process.platform !== 'linux') return
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each)))
    try {
      const parent = /^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1]
      parents.set(Number(name), Number(parent))
    } catch {
      // it ended meanwhile
    }
  const isOurs = (pid: number): boolean => {
    for (let at = parents.get(pid); at !== undefined; at = parents.get(at))
      if (at === process.pid) return true
    return false
  }
  for (const pid of parents.keys())
    if (isOurs(pid) && !forbidCoreDumps(pid)) log(`process ${pid} could still leave a core dump`)
}

type Choose = (offered: Certificate[]) => Certificate | undefined
const choices = new WeakMap<WebContents, Choose>()
/** This window, and no other, signs in with a certificate. */
export const chooseCertificateFor = (contents: WebContents, choose: Choose): void =>
  void choices.set(contents, choose)

const resolverRules = (hosts: readonly string[]): string =>
  ['MAP * ~NOTFOUND', ...hosts.map((host) => `EXCLUDE ${host}`)].join(', ')

/** Before the app is ready: Chromium's network starts with it, and resolves these hosts' names and no other. */
export const letResolve = (app: App, { hosts }: Reach): void =>
  app.commandLine.appendSwitch('host-resolver-rules', resolverRules(hosts))

/** Before the app is ready: what can't be changed later. */
export function hardenProcess(app: App, log: (line: string) => void): void {
  forbidCoreDumps()
  forbidCoreDumpsOfChildren(log)
  app.enableSandbox()
  for (const [name, value] of switches) app.commandLine.appendSwitch(name, value)
  app.on('web-contents-created', (_event, contents) => hardenContents(contents))
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, answer) => {
    event.preventDefault()
    answer(false)
  })
  app.on('select-client-certificate', (event, contents, _url, list, answer) => {
    // without this the first certificate that fits is sent unseen
    event.preventDefault()
    const chosen = contents === null ? undefined : choices.get(contents)?.(list)
    if (chosen === undefined) answer()
    else answer(chosen)
  })
  app.on('login', (event) => event.preventDefault())
}

function hardenContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.on('will-frame-navigate', (event) => {
    // a page may start itself afresh after an error; anywhere else it can't go
    if (!event.isMainFrame || event.url !== contents.getURL()) event.preventDefault()
  })
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('select-bluetooth-device', (event, _devices, answer) => {
    event.preventDefault()
    answer('')
  })
}

const own = new URL(appOrigin)
const isLocal = (url: string): boolean => {
  if (!URL.canParse(url)) return false
  const { protocol, host } = new URL(url)
  return protocol === 'blob:' || protocol === 'data:' || (protocol === own.protocol && host === own.host)
}

function hardenSession(made: Session, reach: Reach = nowhere): void {
  made.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  made.setPermissionCheckHandler(() => false)
  made.setDevicePermissionHandler(() => false)
  made.setSpellCheckerEnabled(false)
  made.setSSLConfig({ minVersion: 'tls1.3' })
  made.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isLocal(url) && !reach.has(url) }))
  made.on('will-download', (event) => event.preventDefault())
  made.on('select-hid-device', (event) => event.preventDefault())
  made.on('select-serial-port', (event) => event.preventDefault())
  made.on('select-usb-device', (event) => event.preventDefault())
}

/**
 * A session of its own for one window: in memory, without cache or network, and so also a process of its own and
 * nothing shared with a window of another ceiling.
 *
 * @param reach where the card's window may go; every other, nowhere
 */
export function openSession(name: string, bundle: Bundle, reach: Reach = nowhere): Session {
  const known = session.fromPartition(name, { cache: false })
  if (!known.protocol.isProtocolHandled(own.protocol.slice(0, -1))) {
    hardenSession(known, reach)
    serveApp(known.protocol, bundle, reach)
  }
  return known
}

let pages = 0
/** For one page of main's own making, and no other: in memory, without network, gone with its window. */
export function openPageSession(page: string, policy: string): Session {
  const made = session.fromPartition(`page-${++pages}`, { cache: false })
  hardenSession(made)
  made.protocol.handle(
    own.protocol.slice(0, -1),
    () =>
      new Response(page, {
        headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy },
      }),
  )
  return made
}

/** Chromium's own default session carries nothing, and must not start to. */
export const hardenDefaultSession = (): void => hardenSession(session.defaultSession)

/** The same for every window; what differs is the preload and the session. */
export const webPreferences = (own: {
  preload: string
  session: Session
  developing: boolean
}): WebPreferences => ({
  preload: own.preload,
  session: own.session,
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  disableDialogs: true,
  safeDialogs: true,
  spellcheck: false,
  plugins: false,
  devTools: own.developing,
  // a wall that nobody clicks is not in the background
  backgroundThrottling: false,
})
