/** The policy that somebody is writing: its text, what it was before each change, and the file in which it is kept. */
import { mkdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ok, type Problem, type Result } from '../../preload/contract/result.ts'
import { reason } from '../identity/guarded-file.ts'
import { writeWhole } from '../identity/write-whole.ts'
import { policyFolder } from '../policy/kept-policies.ts'

/** Whoever changes more without closing the window goes back so far. */
const mostSteps = 200

export interface Draft {
  /** null: nothing was written yet */
  text(): string | null
  /** ms since 1970; null: it is not kept */
  keptAt(): number | null
  canUndo(): boolean
  canRedo(): boolean
  write(text: string): Promise<Result<undefined>>
  undo(): Promise<Result<undefined>>
  redo(): Promise<Result<undefined>>
  /** it is in force now, or nobody's any more */
  forget(): Promise<void>
}

export const draftFile = (profile: string): string => join(policyFolder(profile), 'draft.yaml')

/** @param now ms since 1970 */
export async function openDraft(profile: string, now: () => number): Promise<Draft> {
  const file = draftFile(profile)
  let text = await readFile(file, 'utf8').catch(() => null)
  let keptAt = text === null ? null : await stat(file).then(({ mtimeMs }) => Math.trunc(mtimeMs))
  // null: nothing was written then
  let before: (string | null)[] = []
  let after: (string | null)[] = []
  let kept: Promise<unknown> = Promise.resolve()

  /** One after the other, and the last is what stays. */
  function keep(next: string | null): Promise<Result<undefined>> {
    text = next
    const keeping = kept.then(async (): Promise<Result<undefined>> => {
      try {
        await mkdir(policyFolder(profile), { recursive: true, mode: 0o700 })
        if (next === null) await rm(file, { force: true })
        else await writeWhole(file, next, { over: true })
        keptAt = next === null ? null : now()
        return ok(undefined)
      } catch (error) {
        const problem: Problem = { code: 'policy.store-unwritable', message: reason(error), subject: file }
        return { ok: false, error: problem }
      }
    })
    kept = keeping
    return keeping
  }
  return {
    text: () => text,
    keptAt: () => keptAt,
    canUndo: () => before.length > 0,
    canRedo: () => after.length > 0,
    write(next) {
      if (next === text) return Promise.resolve(ok(undefined))
      before = [...before, text].slice(-mostSteps)
      after = []
      return keep(next)
    },
    undo() {
      const last = before.at(-1)
      if (last === undefined) return Promise.resolve(ok(undefined))
      before = before.slice(0, -1)
      after = [...after, text]
      return keep(last)
    },
    redo() {
      const next = after.at(-1)
      if (next === undefined) return Promise.resolve(ok(undefined))
      after = after.slice(0, -1)
      before = [...before, text]
      return keep(next)
    },
    async forget() {
      before = []
      after = []
      await keep(null)
    },
  }
}
