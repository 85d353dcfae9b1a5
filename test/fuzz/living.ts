/** The processes and windows of the app: whether all of them are still there, and nothing has come that is none of them. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs'
import type { Vigie } from '../e2e/vigie.ts'

interface Watched {
  fuzzSeen: string[]
}

/** From now on all that ends, goes elsewhere, comes or is started in main is told. */
export const watchMain = (vigie: Vigie): Promise<void> =>
  vigie.app.evaluate(({ app, BrowserWindow, shell }) => {
    const watched = globalThis as never as Watched
    const seen: string[] = (watched.fuzzSeen = [])
    app.on('render-process-gone', (_, contents, { reason }) =>
      seen.push(`a page is gone (${reason}): ${contents.getURL()}`),
    )
    app.on('child-process-gone', (_, { type, reason, name }) =>
      seen.push(`a process is gone (${reason}): ${type} ${name ?? ''}`),
    )
    app.on('web-contents-created', (_, contents) => seen.push(`a page came: ${contents.getType()}`))
    for (const window of BrowserWindow.getAllWindows()) {
      window.on('unresponsive', () => seen.push(`a window hangs: ${window.getTitle()}`))
      window.on('closed', () => seen.push('a window was closed'))
      window.webContents.on('did-navigate', (_, url) => seen.push(`a page was loaded: ${url}`))
      window.webContents.on('did-navigate-in-page', (_, url) => seen.push(`a page went to ${url}`))
    }
    shell.openExternal = (url) => Promise.resolve(void seen.push(`something was opened: ${url}`))
    shell.openPath = (path) => Promise.resolve(`${seen.push(`something was opened: ${path}`)}`)
    // spawn, exec, execFile and fork all come here
    const { ChildProcess } = process.getBuiltinModule('node:child_process')
    const started = ChildProcess.prototype as unknown as { spawn: (options: { file: string }) => unknown }
    const { spawn } = started
    started.spawn = function (options) {
      seen.push(`a program was started: ${options.file}`)
      return spawn.call(this, options)
    }
  })

/** Every process and window that must be there until the end, each as what it is and its number. */
export const living = (vigie: Vigie): Promise<string[]> =>
  vigie.app.evaluate(({ app, BrowserWindow }) => [
    ...app
      .getAppMetrics()
      .filter(({ type, name }) => ['Browser', 'GPU', 'Tab'].includes(type) || name === 'engine')
      .map(({ type, name, pid }) => `${name ?? type} ${pid}`),
    ...BrowserWindow.getAllWindows().map(
      (window) => `window ${window.id} ${window.webContents.getOSProcessId()} ${window.getTitle()}`,
    ),
  ])

/** How much of what was seen was taken. */
const taken = new WeakMap<Vigie, number>()

/** @returns what was seen since the last time, and what of the inputs ran in main */
export async function seenIn(vigie: Vigie): Promise<string[]> {
  const from = taken.get(vigie) ?? 0
  const ask = () =>
    vigie.app.evaluate((_electron, since) => {
      const seen = (globalThis as never as Watched).fuzzSeen.slice(since)
      return {
        seen,
        ran: [
          ...('owned' in globalThis ? ['main: a script ran'] : []),
          ...Object.keys(Object.prototype).map((key) => `main: every object has ${key}`),
        ],
      }
    }, from)
  // the inspector may lose an answer on its way, which nobody holds any more: asked again, it is the same
  const { seen, ran } = await ask().catch((error: unknown) => {
    if (String(error).includes('garbage collected')) return ask()
    throw error
  })
  taken.set(vigie, from + seen.length)
  return [...seen, ...ran]
}

/** The programs that run below the app, whichever of its processes started them. */
export function programsOf(vigie: Vigie): string[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc'))
    if (/^\d+$/.test(name))
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
      } catch {
        // gone meanwhile
      }
  const isBelow = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined; at = parents.get(at))
      if (at === vigie.process.pid) return true
    return false
  }
  return [...parents.keys()].filter(isBelow).flatMap((pid) => {
    try {
      return [readlinkSync(`/proc/${pid}/exe`)]
    } catch {
      return []
    }
  })
}
