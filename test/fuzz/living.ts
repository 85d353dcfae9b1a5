/** The processes and windows of the app, and whether all of them are still there. */
import type { Vigie } from '../e2e/vigie.ts'

interface Watched {
  fuzzGone: string[]
}

export const watchMain = (vigie: Vigie): Promise<void> =>
  vigie.app.evaluate(({ app, BrowserWindow }) => {
    const watched = globalThis as never as Watched
    watched.fuzzGone = []
    app.on('render-process-gone', (_, contents, { reason }) =>
      watched.fuzzGone.push(`a page is gone (${reason}): ${contents.getURL()}`),
    )
    app.on('child-process-gone', (_, { type, reason, name }) =>
      watched.fuzzGone.push(`a process is gone (${reason}): ${type} ${name ?? ''}`),
    )
    for (const window of BrowserWindow.getAllWindows())
      window.on('unresponsive', () => watched.fuzzGone.push(`a window hangs: ${window.getTitle()}`))
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

/** @returns what went meanwhile, and is told once */
export const goneIn = (vigie: Vigie): Promise<string[]> =>
  vigie.app.evaluate(() => (globalThis as never as Watched).fuzzGone.splice(0))
