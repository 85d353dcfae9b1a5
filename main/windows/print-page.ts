/** A page of main's own making, printed from a window that nobody sees: no script runs in it, and it reaches nothing. */
import { BrowserWindow } from 'electron'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { appOrigin } from '../../preload/contract/schema.ts'
import { openPageSession } from '../trust/hardening.ts'

/**
 * @param page HTML, whole. @param policy its Content-Security-Policy
 * @returns whether it went to a printer; false: whoever was asked for one chose none
 */
export async function printPage(
  page: string,
  policy: string,
  { landscape = true }: { landscape?: boolean } = {},
): Promise<Result<boolean>> {
  const window = new BrowserWindow({
    show: false,
    webPreferences: {
      session: openPageSession(page, policy),
      ...{ javascript: false, sandbox: true, contextIsolation: true, nodeIntegration: false },
      // boxes in the margin of each sheet (CSS Paged Media 3), for the marking and page x of y: Chromium has them by itself from 131 on
      enableBlinkFeatures: 'PageMarginBoxes',
      ...{ spellcheck: false, webviewTag: false, disableDialogs: true, devTools: false },
    },
  })
  try {
    await window.loadURL(`${appOrigin}/print.html`)
    return await new Promise<Result<boolean>>((resolve) =>
      window.webContents.print(
        { silent: false, printBackground: true, landscape, pageSize: 'A4' },
        (printed, why) =>
          resolve(
            printed
              ? ok(true)
              : /cancel/i.test(why)
                ? ok(false)
                : fail('export.unprinted', why || 'no printer'),
          ),
      ),
    )
  } catch (error) {
    return fail('export.unprinted', String(error))
  } finally {
    if (!window.isDestroyed()) window.destroy()
  }
}
