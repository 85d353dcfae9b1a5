import { readFile } from 'node:fs/promises'
import { fail, ok, type Result } from '../../preload/contract/result.ts'

/** The first line of a file, without the newline an editor puts there; blanks within and around it count. */
export async function readPassphrase(file: string): Promise<Result<string>> {
  try {
    const text = await readFile(file, 'utf8')
    return ok(text.replace(/^\uFEFF/, '').replace(/\r?\n$/, ''))
  } catch (error) {
    return fail('identity.file-unreadable', `the passphrase file could not be read: ${reason(error)}`, file)
  }
}

/** What the system says, without the path it repeats. */
export const reason = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)
