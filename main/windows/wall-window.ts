import { BrowserWindow, type Session } from 'electron'
import { appOrigin } from '../../preload/contract/schema.ts'
import type { Bounds } from '../../preload/contract/display.ts'
import { webPreferences } from '../trust/hardening.ts'
import { keepPage } from './keep-page.ts'

/** The ground of every scene, so that a wall never flashes white. */
export const ground = '#0d1115'

export interface Opened {
  window: BrowserWindow
  dispose(): void
}

export interface OpenOptions {
  session: Session
  preload: string
  bounds: Bounds
  contentProtection: boolean
  developing: boolean
  gone(why: string): void
}

/** With or without a window manager: one that was full screen elsewhere only moves once it is not. */
export function fillDisplay(window: BrowserWindow, bounds: Bounds): void {
  window.setFullScreen(false)
  window.setBounds(bounds)
  window.setFullScreen(true)
}

/** A wall's screen: one page over the whole display, no frame, no menu, nothing to click away. */
export function openWallWindow(screen: number, options: OpenOptions): Opened {
  const window = new BrowserWindow({
    ...options.bounds,
    title: `Vigie ${screen}`,
    show: false,
    frame: false,
    thickFrame: false,
    hasShadow: false,
    movable: false,
    minimizable: false,
    skipTaskbar: true,
    autoHideMenuBar: true,
    backgroundColor: ground,
    webPreferences: webPreferences(options),
  })
  window.setContentProtection(options.contentProtection)
  window.on('page-title-updated', (event) => event.preventDefault())
  window.once('ready-to-show', () => {
    // the desk keeps the keyboard
    window.showInactive()
    fillDisplay(window, options.bounds)
  })
  const leave = keepPage(window, `${appOrigin}/wall/index.html`, options.gone)
  return {
    window,
    dispose() {
      leave()
      if (!window.isDestroyed()) window.destroy()
    },
  }
}
