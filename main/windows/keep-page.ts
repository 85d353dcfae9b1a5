import type { BrowserWindow } from 'electron'

/** How long a page may not answer before it is started afresh; a burst of work is no reason, ms. */
const patience = 20_000
const longestWait = 30_000
/** A page that held so long starts counting its failures anew, ms. */
const healthy = 60_000

/**
 * Loads a window's page and keeps it there: when its process crashes, hangs or the page does not load, it is loaded
 * again, soon at first, then less often. No wall is ever stranded.
 *
 * @returns ends the keeping
 */
export function keepPage(window: BrowserWindow, url: string, gone: (why: string) => void): () => void {
  const { webContents: contents } = window
  let failures = 0
  let again: NodeJS.Timeout | undefined
  let hanging: NodeJS.Timeout | undefined
  let held: NodeJS.Timeout | undefined
  let ended = false

  const load = () => {
    if (ended || window.isDestroyed()) return
    // a failure is told by did-fail-load; the promise adds nothing
    contents.loadURL(url).catch(() => undefined)
  }
  const failed = (why: string) => {
    if (ended) return
    clearTimeout(held)
    clearTimeout(again)
    gone(why)
    again = setTimeout(load, Math.min(longestWait, 500 * 2 ** failures))
    failures += 1
  }

  contents.on('did-finish-load', () => {
    clearTimeout(held)
    held = setTimeout(() => (failures = 0), healthy)
  })
  contents.on('did-fail-load', (_event, code, description, _url, isMainFrame) => {
    // -3: overtaken by another load
    if (isMainFrame && code !== -3) failed(`did not load: ${description}`)
  })
  contents.on('render-process-gone', (_event, { reason }) => failed(`its process ended: ${reason}`))
  window.on('unresponsive', () => {
    clearTimeout(hanging)
    hanging = setTimeout(() => contents.forcefullyCrashRenderer(), patience)
  })
  window.on('responsive', () => clearTimeout(hanging))
  load()
  return () => {
    ended = true
    clearTimeout(again)
    clearTimeout(hanging)
    clearTimeout(held)
  }
}
