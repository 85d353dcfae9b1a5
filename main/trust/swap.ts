/** What of this machine's memory may come to lie on a disk in clear, keys and pictures with it (Linux, proc(5)). */
import { readFile, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'

const textOf = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => null,
  )
const namesIn = (path: string): Promise<string[]> => readdir(path).catch(() => [])

/** Whether what is written to this block device is encrypted, by itself or by all that it stands on. */
async function isEncrypted(blocks: string, device: string, depth = 0): Promise<boolean> {
  const uuid = await textOf(join(blocks, device, 'dm/uuid'))
  if (uuid?.startsWith('CRYPT-')) return true
  const under = await namesIn(join(blocks, device, 'slaves'))
  if (under.length === 0 || depth > 8) return false
  for (const each of under) if (!(await isEncrypted(blocks, each, depth + 1))) return false
  return true
}

/**
 * @param root of the file system
 * @returns the swap that is on and not known to be encrypted. A swap file counts, also where its disk is encrypted: that
 *   can't be told from here for every file system
 */
export async function swapInClear(root = '/'): Promise<string[]> {
  const list = await textOf(join(root, 'proc/swaps'))
  const blocks = join(root, 'sys/class/block')
  const clear: string[] = []
  for (const line of (list ?? '').split('\n').slice(1)) {
    const [written = '', type] = line.split(/\s+/)
    if (written === '') continue
    // blanks in a name come as octal
    const path = written.replace(/\\([0-7]{3})/g, (_, octal: string) =>
      String.fromCharCode(parseInt(octal, 8)),
    )
    const device = basename(path)
    const inMemory =
      device.startsWith('zram') && ((await textOf(join(blocks, device, 'backing_dev'))) ?? 'none') === 'none'
    if (inMemory || (type === 'partition' && (await isEncrypted(blocks, device)))) continue
    clear.push(path)
  }
  return clear
}
