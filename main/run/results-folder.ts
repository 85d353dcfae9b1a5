import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The folder that a run's results go to: what is written there is for its owner alone. Made where it is missing; one
 * that is there keeps its own rights.
 */
export async function openResults(folder: string) {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return {
    /** Replaces what has that name, and never writes through it: it may be a link, or a file that somebody holds open. */
    async leave(name: string, content: string | Uint8Array): Promise<void> {
      const passing = join(folder, `.${name}.${randomUUID()}`)
      try {
        const file = await open(passing, 'wx', 0o600)
        try {
          await file.writeFile(content)
        } finally {
          await file.close()
        }
        await rename(passing, join(folder, name))
      } catch (error) {
        await rm(passing, { force: true })
        throw error
      }
    },
  }
}
export type Results = Awaited<ReturnType<typeof openResults>>
