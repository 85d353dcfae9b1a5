import { BrowserWindow } from 'electron'
import { appOrigin } from '../../preload/contract/schema.ts'
import { webPreferences } from '../trust/hardening.ts'
import { keepPage } from './keep-page.ts'
import { ground, type OpenOptions, type Opened } from './wall-window.ts'

export interface OpenedPart extends Opened {
  /** which part its page shows; empty: the first */
  part(): string
}

/** Where a node is set up: a window among others, which closes without a trace. */
export function openProvisioningWindow(options: OpenOptions & { part: string }): OpenedPart {
  const window = new BrowserWindow({
    ...options.bounds,
    title: 'Vigie',
    show: false,
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
  const address = `${appOrigin}/provisioning/index.html`
  const leave = keepPage(window, options.part === '' ? address : `${address}#${options.part}`, options.gone)
  window.once('closed', leave)
  return {
    window,
    // a page says it, and may say anything
    part: () => /#([a-z]{1,20})$/.exec(window.webContents.getURL())?.[1] ?? '',
    dispose() {
      leave()
      if (!window.isDestroyed()) window.destroy()
    },
  }
}
