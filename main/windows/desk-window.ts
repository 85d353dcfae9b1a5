import { BrowserWindow } from 'electron'
import { appOrigin } from '../../preload/contract/schema.ts'
import { webPreferences } from '../trust/hardening.ts'
import { keepPage } from './keep-page.ts'
import { ground, type OpenOptions, type Opened } from './wall-window.ts'

/** The desk: a window among others, or all of the display that is given to it. */
export function openDeskWindow(
  options: OpenOptions & { fills: boolean; moved(bounds: Electron.Rectangle): void; quit(): void },
): Opened {
  const window = new BrowserWindow({
    ...options.bounds,
    title: 'Vigie',
    show: false,
    frame: !options.fills,
    fullscreen: options.fills,
    minWidth: 1000,
    minHeight: 640,
    autoHideMenuBar: true,
    backgroundColor: ground,
    webPreferences: webPreferences(options),
  })
  window.setContentProtection(options.contentProtection)
  window.on('page-title-updated', (event) => event.preventDefault())
  window.once('ready-to-show', () => {
    window.show()
    window.focus()
  })
  const moved = () => {
    if (!options.fills && !window.isMinimized()) options.moved(window.getNormalBounds())
  }
  window.on('resize', moved)
  window.on('move', moved)
  // the whole of Vigie; a wall has no key for it
  window.webContents.on('before-input-event', (event, { type, control, key }) => {
    if (type !== 'keyDown' || !control || key.toLowerCase() !== 'q') return
    event.preventDefault()
    options.quit()
  })
  const leave = keepPage(window, `${appOrigin}/desk/index.html`, options.gone)
  window.once('closed', leave)
  return {
    window,
    dispose() {
      leave()
      if (!window.isDestroyed()) window.destroy()
    },
  }
}
