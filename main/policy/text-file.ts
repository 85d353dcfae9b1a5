import { constants, open } from 'node:fs/promises'

/** What people write by hand is small; more is a mistake or an attack. */
export const mostText = 1_000_000

/**
 * The text of a file that a person wrote; throws with the reason. Its size is known before it is read, and it is a
 * file: a pipe would be waited for, a device has no end.
 */
export async function readTextFile(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const status = await file.stat()
    if (!status.isFile()) throw new Error('it is no file')
    if (status.size > mostText) throw new Error(`the file is larger than ${mostText} bytes`)
    // one more than was told: a file that grows meanwhile is not read to an end that never comes
    const content = Buffer.alloc(status.size + 1)
    let length = 0
    for (let read = -1; read !== 0 && length < content.length; length += read)
      read = (await file.read(content, length, content.length - length)).bytesRead
    if (length > status.size) throw new Error('the file is being written')
    return content.toString('utf8', 0, length)
  } finally {
    await file.close()
  }
}
