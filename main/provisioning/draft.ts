/** The policy that somebody is writing: its text, what it was before each change, and the file in which it is kept. */
import { lstat, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fail, ok, type Problem, type Result } from '../../preload/contract/result.ts'
import { mostText } from '../../preload/contract/yaml-text.ts'
import { readGuarded, reason } from '../identity/guarded-file.ts'
import { writeWhole } from '../identity/write-whole.ts'
import { policyFolder } from '../policy/kept-policies.ts'

/** Whoever changes more without closing the window goes back so far. */
const mostSteps = 200
/** … and keeps so much of it, bytes: each step is the whole text. */
const mostUndone = 8_000_000

export interface Draft {
  /** null: nothing was written yet */
  text(): string | null
  /** ms since 1970; null: it is not kept */
  keptAt(): number | null
  /** why what is kept was not taken; null: it was, or something else is written by now */
  problem(): Problem | null
  canUndo(): boolean
  canRedo(): boolean
  write(text: string): Promise<Result<undefined>>
  undo(): Promise<Result<undefined>>
  redo(): Promise<Result<undefined>>
  /** it is in force now, or nobody's any more */
  forget(): Promise<void>
}

export const draftFile = (profile: string): string => join(policyFolder(profile), 'draft.yaml')

const bytesOf = (text: string | null): number => (text === null ? 0 : Buffer.byteLength(text))

/** The newest of them, as many as may be kept. */
function bounded(steps: readonly (string | null)[]): (string | null)[] {
  let from = steps.length
  let bytes = 0
  while (from > 0 && steps.length - from < mostSteps) {
    bytes += bytesOf(steps[from - 1] ?? null)
    if (bytes > mostUndone) break
    from--
  }
  return steps.slice(from)
}

/** @returns null where none is kept; its text and when it was written; or why it is not to be taken */
async function keptIn(file: string): Promise<Result<{ text: string; at: number } | null>> {
  const at = await lstat(file).then(
    ({ mtimeMs }) => Math.trunc(mtimeMs),
    () => null,
  )
  if (at === null) return ok(null)
  const read = await readGuarded(file, {
    ...{ guard: 'public', most: mostText, unreadable: 'policy.draft-unreadable' },
    what: 'the draft',
  })
  return read.ok ? ok({ text: read.value.toString('utf8'), at }) : read
}

/** @param now ms since 1970 */
export async function openDraft(profile: string, now: () => number): Promise<Draft> {
  const file = draftFile(profile)
  const found = await keptIn(file)
  let text = found.ok ? (found.value?.text ?? null) : null
  let keptAt = found.ok ? (found.value?.at ?? null) : null
  let problem = found.ok ? null : found.error
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
        problem = null
        return ok(undefined)
      } catch (error) {
        return fail('policy.store-unwritable', reason(error), file)
      }
    })
    kept = keeping
    return keeping
  }
  return {
    text: () => text,
    keptAt: () => keptAt,
    problem: () => problem,
    canUndo: () => before.length > 0,
    canRedo: () => after.length > 0,
    write(next) {
      if (next === text) return Promise.resolve(ok(undefined))
      if (bytesOf(next) > mostText)
        return Promise.resolve(fail('policy.draft-too-large', `it is larger than ${mostText} bytes`, file))
      before = bounded([...before, text])
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
