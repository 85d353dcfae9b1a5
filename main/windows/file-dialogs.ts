/** Where a person shows a file to main: the page asks for it, and never hears where it lies. */
import { dialog, type BrowserWindow } from 'electron'

const filters = {
  import: { name: 'PEM, DER, PKCS#7, PKCS#12', extensions: ['*'] },
  authority: { name: 'PEM', extensions: ['*'] },
} as const

interface FileDialogs {
  open(what: 'import' | 'authority'): Promise<string | null>
  save(name: string): Promise<string | null>
}

/** @param over the window that asks; null: it is just gone */
export function fileDialogs(over: () => BrowserWindow | null): FileDialogs {
  return {
    async open(what) {
      const window = over()
      if (window === null) return null
      const { name, extensions } = filters[what]
      const asked = { filters: [{ name, extensions: [...extensions] }], properties: ['openFile' as const] }
      const { canceled, filePaths } = await dialog.showOpenDialog(window, asked)
      return canceled ? null : (filePaths[0] ?? null)
    },
    async save(name) {
      const window = over()
      if (window === null) return null
      const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath: name })
      return canceled || filePath === '' ? null : filePath
    },
  }
}
