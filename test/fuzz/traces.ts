/** Looks for a text wherever a disk could keep it, and in whatever way. */
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** @param text ASCII @returns its ways to be written, each with what to look for as bytes in Latin-1 */
export function waysToWrite(text: string): [way: string, written: string][] {
  const bytes = Buffer.from(text, 'latin1')
  const utf16 = Buffer.from(text, 'utf16le')
  const base64 = (of: Buffer, name: string) =>
    [0, 1, 2].map((shift): [string, string] => {
      const shifted = Buffer.concat([Buffer.alloc(shift), of]).toString('base64')
      // the characters at both ends hold bits of the neighbours
      return [
        `${name}base64 at ${shift}`,
        shifted.slice(Math.ceil((shift * 4) / 3), Math.floor(((shift + of.length) * 4) / 3)),
      ]
    })
  return [
    ['as it is', text],
    ['UTF-16', utf16.toString('latin1')],
    ['UTF-16 big endian', Buffer.from(utf16).swap16().toString('latin1')],
    ['in capitals', text.toUpperCase()],
    ['hexadecimal', bytes.toString('hex')],
    ['hexadecimal in capitals', bytes.toString('hex').toUpperCase()],
    ...base64(bytes, ''),
    ...base64(utf16, 'UTF-16 and '),
  ]
}

/** @returns how the text is written in it */
export const waysIn = (content: string, text: string): string[] =>
  waysToWrite(text).flatMap(([way, written]) => (content.includes(written) ? [way] : []))

/** @returns every file below these folders that holds the text, with how; and how many files were read */
export async function tracesOf(
  text: string,
  folders: readonly string[],
): Promise<{ found: string[]; files: number }> {
  const found: string[] = []
  let files = 0
  for (const folder of folders)
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const file = join(entry.parentPath, entry.name)
      let content: string
      try {
        content = (await readFile(file)).toString('latin1')
      } catch (error) {
        // a journal that was there a moment ago; what can't be read was not searched
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') found.push(`${file}: ${String(error)}`)
        continue
      }
      files++
      found.push(...[...waysIn(content, text), ...waysIn(entry.name, text)].map((way) => `${file}: ${way}`))
    }
  return { found, files }
}
