import { randomUUID } from 'node:crypto'
import { link, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Written beside, synced, put in place, and the folder synced: after a power cut there is the old one or the new one.
 * Its owner alone may read it. Text may come piece by piece: where that ends before its time nothing is left of it.
 *
 * @param over whether it takes the place of one that is there; else that one stays, and this throws EEXIST
 */
export async function writeWhole(
  file: string,
  text: string | Uint8Array | AsyncIterable<string>,
  { over }: { over: boolean },
): Promise<void> {
  // two that write it at once must not write into one
  const draft = `${file}.${randomUUID()}.new`
  const handle = await open(draft, 'w', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  } finally {
    await handle.close()
  }
  try {
    if (over) await rename(draft, file)
    else await link(draft, file)
  } finally {
    if (!over) await rm(draft, { force: true })
  }
  const folder = await open(dirname(file), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
