/** Dialogs of the system, for a file or a word: a page learns no path but one that somebody chose. */
import { dialog, type BrowserWindow } from 'electron'

/** @param over the window that waits for it; null: none does. @param kinds how names of such files end */
export async function chooseFile(
  over: BrowserWindow | null,
  kinds: readonly string[],
): Promise<string | null> {
  const options = {
    properties: ['openFile' as const],
    filters: [
      { name: kinds.map((kind) => `*.${kind}`).join(' '), extensions: [...kinds] },
      { name: '*', extensions: ['*'] },
    ],
  }
  const { canceled, filePaths } =
    over === null ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(over, options)
  return canceled ? null : (filePaths[0] ?? null)
}

/** @param name that it may have */
export async function choosePlace(over: BrowserWindow | null, name: string): Promise<string | null> {
  const options = { defaultPath: name }
  const { canceled, filePath } =
    over === null ? await dialog.showSaveDialog(options) : await dialog.showSaveDialog(over, options)
  return canceled || filePath === '' ? null : filePath
}

/** Enter and Escape say no: only who chooses it says yes. */
export async function confirmed(
  over: BrowserWindow | null,
  asked: { words: string; yes: string; no: string },
): Promise<boolean> {
  const options = {
    ...{ type: 'question' as const, message: asked.words, buttons: [asked.no, asked.yes] },
    ...{ defaultId: 0, cancelId: 0, noLink: true },
  }
  const { response } =
    over === null ? await dialog.showMessageBox(options) : await dialog.showMessageBox(over, options)
  return response === 1
}
