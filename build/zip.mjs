// @ts-check
// Reads the zip archives that Electron comes in: deflated or stored entries, modes and links kept. No
// package does this before the packages are there, and nothing here needs more than that.
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, symlink } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createInflateRaw } from 'node:zlib'

const END_OF_DIRECTORY = 0x06054b50
const DIRECTORY_ENTRY = 0x02014b50
const FILE_TYPE = 0o170000
const LINK = 0o120000

/**
 * @typedef {{ name: string, mode: number, deflated: boolean, size: number, offset: number }} Entry
 *   `size` is that in the archive, `offset` that of the entry's local header
 */

/** @param {import('node:fs/promises').FileHandle} file @param {number} position @param {number} length */
async function bytes(file, position, length) {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  if (bytesRead !== length) throw new Error('the archive ends too early')
  return buffer
}

/** @param {import('node:fs/promises').FileHandle} file @returns {Promise<Entry[]>} */
async function directory(file) {
  const { size } = await file.stat()
  const tail = await bytes(file, Math.max(0, size - 66_000), Math.min(size, 66_000))
  let end = tail.length - 22
  while (end >= 0 && tail.readUInt32LE(end) !== END_OF_DIRECTORY) end -= 1
  if (end < 0) throw new Error('not a zip archive')
  const count = tail.readUInt16LE(end + 10)
  const list = await bytes(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12))
  const entries = []
  for (let at = 0, n = 0; n < count; n += 1) {
    if (list.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error('the archive’s directory is damaged')
    const nameLength = list.readUInt16LE(at + 28)
    entries.push({
      name: list.toString('utf8', at + 46, at + 46 + nameLength),
      mode: list.readUInt32LE(at + 38) >>> 16,
      deflated: list.readUInt16LE(at + 10) === 8,
      size: list.readUInt32LE(at + 20),
      offset: list.readUInt32LE(at + 42),
    })
    at += 46 + nameLength + list.readUInt16LE(at + 30) + list.readUInt16LE(at + 32)
  }
  return entries
}

/**
 * Unpacks the entries that are asked for.
 *
 * @param {string} archive
 * @param {string} folder
 * @param {(name: string) => string | undefined} where maps an entry's name to its path below `folder`;
 *   undefined leaves it out
 */
export async function unzip(archive, folder, where) {
  const root = resolve(folder)
  const file = await open(archive)
  try {
    for (const entry of await directory(file)) {
      const path = entry.name.endsWith('/') ? undefined : where(entry.name)
      if (path === undefined) continue
      const target = resolve(join(root, path))
      if (!target.startsWith(root + sep))
        throw new Error(`the archive points outside its folder: ${entry.name}`)
      await mkdir(dirname(target), { recursive: true })
      const header = await bytes(file, entry.offset, 30)
      const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
      if ((entry.mode & FILE_TYPE) === LINK) {
        await symlink((await bytes(file, start, entry.size)).toString('utf8'), target)
        continue
      }
      const packed =
        entry.size === 0
          ? Readable.from([])
          : createReadStream(archive, { start, end: start + entry.size - 1 })
      const out = createWriteStream(target, { mode: entry.mode & 0o111 ? 0o755 : 0o644 })
      if (entry.deflated) await pipeline(packed, createInflateRaw(), out)
      else await pipeline(packed, out)
    }
  } finally {
    await file.close()
  }
}
