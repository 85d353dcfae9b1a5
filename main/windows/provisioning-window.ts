import { BrowserWindow } from 'electron'
import { appOrigin } from '../../preload/contract/schema.ts'
import { webPreferences } from '../trust/hardening.ts'
import { keepPage } from './keep-page.ts'
import { ground, type OpenOptions, type Opened } from './wall-window.ts'

/** Where a node is set up: a window among others, which closes without a trace. */
export function openProvisioningWindow(options: OpenOptions): Opened {
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
  const leave = keepPage(window, `${appOrigin}/provisioning/index.html`, options.gone)
  window.once('closed', leave)
  return {
    window,
    dispose() {
      leave()
      if (!window.isDestroyed()) window.destroy()
    },
  }
}
