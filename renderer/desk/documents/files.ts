/** Files that somebody adds, before they are anybody else's: read here, with what they are and how far it is. */
import { MediaTypeSchema, mostFileBytes } from '../../../preload/contract/document.ts'
import { oneLine } from '../../../preload/contract/text.ts'
import { kindOf } from '../../document/kind.ts'
import * as v from 'valibot'

/** At once: more are another drop. */
export const mostAtOnce = 8

export type NotAdded = 'too-large' | 'no-bytes' | 'not-read'
export type Read = Uint8Array<ArrayBuffer> | NotAdded | 'left'

/** As people call it: without what programs call its kind. */
export const nameOf = ({ name }: Pick<File, 'name'>): string =>
  oneLine(name, 200)
    .replace(/\.[A-Za-z0-9]{1,5}$/, '')
    .trim() || oneLine(name, 200)

/** By its bytes where they say; a file's own word for it else. */
export function mediaTypeOf(bytes: Uint8Array, said: string): string {
  const found = kindOf(bytes)
  if (found !== null && found !== 'broken') {
    if (found.kind === 'image') return found.type
    if (found.kind === 'pdf') return 'application/pdf'
    return said.startsWith('text/') && v.is(MediaTypeSchema, said) ? said : 'text/plain'
  }
  return v.is(MediaTypeSchema, said) ? said : 'application/octet-stream'
}

/** @param told how many bytes of it were read */
export async function readFile(
  file: Pick<File, 'size' | 'stream'>,
  told: (done: number) => void,
  left: AbortSignal,
): Promise<Read> {
  if (file.size > mostFileBytes) return 'too-large'
  if (file.size === 0) return 'no-bytes'
  const bytes = new Uint8Array(file.size)
  let done = 0
  try {
    const reader = file.stream().getReader()
    for (;;) {
      const { done: over, value } = await reader.read()
      if (left.aborted) {
        await reader.cancel()
        return 'left'
      }
      if (over) break
      // somebody writes to it meanwhile
      if (done + value.length > bytes.length) return 'not-read'
      bytes.set(value, done)
      done += value.length
      told(done)
    }
  } catch {
    // a folder, or what was taken away
    return 'not-read'
  }
  return done === bytes.length ? bytes : 'not-read'
}
