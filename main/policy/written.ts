/** What people write for this node by hand: its policy and its scenes. */
import { readFile } from 'node:fs/promises'
import { fail, ok, type Problem, type ProblemCode, type Result } from '../../preload/contract/result.ts'
import { mostText } from '../../preload/contract/yaml-text.ts'
import { folderExposure, readGuarded } from '../identity/guarded-file.ts'

/** What comes with Vigie is as safe as the code that lies beside it; what an option names must be safe by itself. */
export type Origin = 'vigie' | 'option'

/** @returns its text; `unreadable`, or who else may change it */
export async function readWritten(
  file: string,
  origin: Origin,
  unreadable: ProblemCode,
  what: string,
): Promise<Result<string>> {
  if (origin === 'option') {
    const read = await readGuarded(file, { guard: 'public', most: mostText, unreadable, what })
    return read.ok ? ok(read.value.toString('utf8')) : read
  }
  try {
    return ok(await readFile(file, 'utf8'))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return fail(unreadable, `${what} could not be read: ${why}`, file)
  }
}

/** @returns who else may put files into this folder */
export const exposedFolder = (folder: string, origin: Origin): Promise<Problem | null> =>
  origin === 'option' ? folderExposure(folder) : Promise.resolve(null)
