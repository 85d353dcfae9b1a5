// @ts-check
// What a runtime in the cache consists of, file by file: one that was changed there is never started.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, readdir, readlink, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'

const AT_ONCE = 4

/** @param {string} folder */
export const recordOf = (folder) => `${folder}.sha256.json`

/** @param {string} text */
const digestOfText = (text) => createHash('sha256').update(text).digest('hex')

/** @param {string} file */
async function digestOf(file) {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash)
  return hash.digest('hex')
}

/**
 * @param {string} folder
 * @returns {Promise<Record<string, string>>} each file's SHA-256, each link's target, by their paths in order
 */
export async function contentsOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const waiting = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => ({ entry, path: relative(folder, join(entry.parentPath, entry.name)) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
  /** @type {Record<string, string>} */
  const contents = Object.fromEntries(waiting.map(({ path }) => [path, '']))
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const file = join(folder, next.path)
      contents[next.path] = next.entry.isSymbolicLink() ? `→ ${await readlink(file)}` : await digestOf(file)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return contents
}

/**
 * Writes beside the folder what is in it.
 *
 * @param {string} folder
 * @returns {Promise<string>} the record's own digest
 */
export async function sealContents(folder) {
  const record = `${JSON.stringify(await contentsOf(folder), null, 2)}\n`
  await writeFile(recordOf(folder), record)
  return digestOfText(record)
}

/** @param {string} folder @returns {Promise<string | undefined>} the digest of the record that lies beside it */
export async function sealOf(folder) {
  try {
    return digestOfText(await readFile(recordOf(folder), 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * @param {string} folder
 * @param {string} seal the record's digest when the runtime was made or chosen
 */
export async function isWhole(folder, seal) {
  try {
    const record = await readFile(recordOf(folder), 'utf8')
    return (
      digestOfText(record) === seal && record === `${JSON.stringify(await contentsOf(folder), null, 2)}\n`
    )
  } catch {
    return false
  }
}
