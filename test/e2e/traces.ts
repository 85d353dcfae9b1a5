/** What somebody who has the disk would look for: words that were received, typed or shown, however they are written. */
import { createPrivateKey } from 'node:crypto'
import { mkdir, readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** As it may stand on a disk: as text of either width and order, in hexadecimal, in base64 at each of its alignments. */
export function encodings(text: string): Map<string, string> {
  const bytes = Buffer.from(text)
  const wide = Buffer.from(text, 'utf16le')
  const aligned = [0, 1, 2].map((shift) => shifted(bytes, shift))
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
/** Base64 of what stands so many bytes behind a multiple of three: the characters at both ends hold bits of the neighbours. */
function shifted(bytes: Uint8Array, shift: number): string {
  const whole = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
  return whole.slice(Math.ceil((shift * 4) / 3), Math.floor(((shift + bytes.length) * 4) / 3))
}
const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** A secret that is no text: as it may stand on a disk, whichever way round its number was written. */
export interface SecretBytes {
  name: string
  bytes: Uint8Array
}

function encodingsOf({ name, bytes }: SecretBytes): Needle[] {
  const given = Buffer.from(bytes)
  return [given, Buffer.from(given).reverse()].flatMap((each, reversed) =>
    [
      ['bytes', each.toString('latin1')] as const,
      ['hexadecimal', each.toString('hex')] as const,
      ...[0, 1, 2].map((shift) => [`base64 at ${shift}`, shifted(each, shift)] as const),
    ].map(([encoding, written]) => ({
      encoding: `${name} in ${encoding}${reversed === 1 ? ', reversed' : ''}`,
      folded: written.toLowerCase(),
    })),
  )
}

/** The texts and numbers by which a private key is one: what is sealed is none of them. @param pem PKCS#8 */
export function secretsOfKey(name: string, pem: string): SecretBytes[] {
  const key = createPrivateKey(pem)
  const der = key.export({ type: 'pkcs8', format: 'der' })
  const numbers = key.export({ format: 'jwk' }) as Record<string, string | undefined>
  return [
    { name: `${name}, PKCS#8`, bytes: der },
    ...(['d', 'p', 'q', 'dp', 'dq', 'qi'] as const).flatMap((part) => {
      const number = numbers[part]
      return number === undefined
        ? []
        : [{ name: `${name}, its ${part}`, bytes: Buffer.from(number, 'base64url') }]
    }),
  ]
}

interface Needle {
  encoding: string
  folded: string
}

const needlesOf = (secret: string | SecretBytes): Needle[] =>
  typeof secret === 'string'
    ? [...encodings(secret)].map(([encoding, written]) => ({
        encoding: `${secret} in ${encoding}`,
        // a search in a file name or a settings file may have folded it
        folded: written.toLowerCase(),
      }))
    : encodingsOf(secret)

/** PEM and JSON break their lines within what is looked for. */
const unbroken = (content: string): string => content.replaceAll(/\s|\\[nr]/g, '')

/** How any of these secrets stands in what was said. */
export function tracesIn(secrets: readonly (string | SecretBytes)[], said: string): string[] {
  const folded = Buffer.from(said).toString('latin1').toLowerCase()
  const contents = [folded, unbroken(folded)]
  return secrets
    .flatMap(needlesOf)
    .filter(({ folded: written }) => contents.some((content) => content.includes(written)))
    .map(({ encoding }) => encoding)
}

/** Every file below these folders in which one of these secrets stands, and how. */
export async function tracesOf(
  secrets: readonly (string | SecretBytes)[],
  places: readonly string[],
): Promise<{ files: number; found: string[] }> {
  const needles = secrets.flatMap(needlesOf)
  const areKeys = secrets.some((secret) => typeof secret !== 'string')
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
      const contents = areKeys ? [content, unbroken(content)] : [content]
      for (const { encoding, folded } of needles)
        if (contents.some((each) => each.includes(folded))) found.push(`${file}: ${encoding}`)
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
