/** What a process has in its memory, as far as this system lets its user or root look into it. */
import { open, readFile } from 'node:fs/promises'

const step = 16 * 2 ** 20

/** @returns which of these stand in what the process may write to; null: nobody may look into it */
export async function heldBy(pid: number, needles: ReadonlyMap<string, Buffer>): Promise<Set<string> | null> {
  const found = new Set<string>()
  let seen = 0
  try {
    const maps = await readFile(`/proc/${pid}/maps`, 'latin1')
    const memory = await open(`/proc/${pid}/mem`)
    try {
      const overlap = Math.max(...[...needles.values()].map(({ length }) => length))
      for (const [, from = '', to = ''] of maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw/gm)) {
        const end = Number.parseInt(to, 16)
        for (let at = Number.parseInt(from, 16); at < end; at += step) {
          const bytes = Buffer.alloc(Math.min(step + overlap, end - at))
          // what is mapped and not there can't be read
          const { bytesRead } = await memory.read(bytes, 0, bytes.length, at).catch(() => ({ bytesRead: 0 }))
          seen += bytesRead
          const read = bytes.subarray(0, bytesRead)
          for (const [name, needle] of needles) if (read.includes(needle)) found.add(name)
        }
      }
    } finally {
      await memory.close()
    }
  } catch {
    return null
  }
  return seen === 0 ? null : found
}
