import { open, rename } from 'node:fs/promises'

/** Written beside, synced, renamed, and the folder synced: after a power cut there is the old or the new one. */
export async function writeWhole(file: string, text: string, directory: string): Promise<void> {
  const draft = `${file}.new`
  const handle = await open(draft, 'w', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, file)
  const folder = await open(directory, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
