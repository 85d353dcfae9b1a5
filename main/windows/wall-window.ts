import { BrowserWindow, type Session } from 'electron'
import { appOrigin } from '../../preload/contract/schema.ts'
import type { Bounds } from './displays.ts'
import { webPreferences } from './hardening.ts'
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
  loaded(): void
  gone(why: string): void
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
    fullscreen: true,
    // a floating window of the display's size, where no window manager knows what full screen is
    enableLargerThanScreen: true,
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
    window.setBounds(options.bounds)
    window.showInactive()
  })
  const leave = keepPage(window, `${appOrigin}/wall/index.html`, options)
  return {
    window,
    dispose() {
      leave()
      if (!window.isDestroyed()) window.destroy()
    },
  }
}
