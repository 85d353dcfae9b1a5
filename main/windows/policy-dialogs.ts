import { dialog, type BrowserWindow } from 'electron'

/** The system's own dialogs, in front of the window that asked: a page never names a file. */
export const policyDialogs = (window: () => BrowserWindow | null) => ({
  async openFile(what: 'policy' | 'identity'): Promise<string | null> {
    const own = window()
    if (own === null) return null
    const { canceled, filePaths } = await dialog.showOpenDialog(own, {
      properties: ['openFile'],
      filters: [filters[what], { name: '*', extensions: ['*'] }],
    })
    return canceled ? null : (filePaths[0] ?? null)
  },
  async saveFile(name: string): Promise<string | null> {
    const own = window()
    if (own === null) return null
    const { canceled, filePath } = await dialog.showSaveDialog(own, {
      defaultPath: name,
      filters: [filters.policy],
      properties: ['showOverwriteConfirmation', 'createDirectory'],
    })
    return canceled || filePath === '' ? null : filePath
  },
})

const filters = {
  policy: { name: 'YAML', extensions: ['yaml', 'yml'] },
  identity: { name: 'PKCS#12, Vigie', extensions: ['p12', 'pfx', 'json'] },
}
