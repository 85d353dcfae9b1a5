/** What somebody who has the disk would look for: words that were received, typed or shown, however they are written. */
import { mkdir, readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** As it may stand on a disk: as text of either width and order, in hexadecimal, in base64 at each of its alignments. */
export function encodings(text: string): Map<string, string> {
  const bytes = Buffer.from(text)
  const wide = Buffer.from(text, 'utf16le')
  const aligned = [0, 1, 2].map((shift) => {
    const shifted = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
    // the characters at both ends hold bits of the neighbours
    return shifted.slice(Math.ceil((shift * 4) / 3), Math.floor(((shift + bytes.length) * 4) / 3))
  })
  return new Map([
    ['UTF-8', bytes.toString('latin1')],
    ['UTF-16', wide.toString('latin1')],
    ['UTF-16, high byte first', Buffer.from(wide).swap16().toString('latin1')],
    [
      'JSON',
      JSON.stringify(text)
        .slice(1, -1)
        .replace(/[^\x20-\x7e]/g, escaped),
    ],
    ['hexadecimal', bytes.toString('hex')],
    ['percent', encodeURIComponent(text)],
    ...aligned.map((part, at): [string, string] => [`base64 at ${at}`, part]),
  ])
}
const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Every file below these folders in which one of these texts stands, and how. */
export async function tracesOf(
  texts: readonly string[],
  places: readonly string[],
): Promise<{ files: number; found: string[] }> {
  const needles = texts.flatMap((text) =>
    [...encodings(text)].map(([encoding, written]) => ({
      encoding: `${text} in ${encoding}`,
      // a search in a file name or a settings file may have folded it
      folded: written.toLowerCase(),
    })),
  )
  const found: string[] = []
  let files = 0
  for (const place of places)
    for (const entry of await readdir(place, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name)
      // a name is as good as a line
      let content = Buffer.from(file).toString('latin1').toLowerCase()
      if (entry.isFile()) {
        files += 1
        // one that is gone meanwhile was not left
        content += (await readFile(file).catch(() => Buffer.alloc(0))).toString('latin1').toLowerCase()
      }
      for (const { encoding, folded } of needles)
        if (content.includes(folded)) found.push(`${file}: ${encoding}`)
    }
  return { files, found }
}

/** A home and temporary folders of an app's own, so that all it leaves anywhere is in one place. */
export async function ownFolders(place: string): Promise<Record<string, string>> {
  const env = {
    HOME: join(place, 'home'),
    TMPDIR: join(place, 'tmp'),
    XDG_CONFIG_HOME: join(place, 'home', 'config'),
    XDG_CACHE_HOME: join(place, 'home', 'cache'),
    XDG_DATA_HOME: join(place, 'home', 'data'),
    XDG_STATE_HOME: join(place, 'home', 'state'),
    XDG_RUNTIME_DIR: join(place, 'run'),
  }
  for (const folder of Object.values(env)) await mkdir(folder, { recursive: true, mode: 0o700 })
  return env
}
