import type { Problem, Result } from '../../../preload/contract/result.ts'
import type { Drafted, SavedReport, Section } from '../../../preload/contract/reports.ts'
import { carry, takeSection } from '../../report/carry.ts'
import type { Edit, Hand } from '../../report/edits.ts'

type Conflict = SavedReport['conflicts'][number]

/** One draft as it is written at this desk: what was done in it, what takes it back, and whether it is kept. */
export interface Editing {
  readonly key: string
  readonly draft: Drafted
  /** nothing of it is only here */
  readonly kept: boolean
  readonly saving: boolean
  /** when it was kept last, ms since 1970 */
  readonly savedAt: number
  /** it is kept here, and the platform does not have it yet */
  readonly waits: boolean
  /** why it could not be kept; null: it was */
  readonly problem: Problem | null
  /** what others wrote meanwhile, and is in it now */
  readonly merged: readonly Section[]
  /** what both wrote: somebody has to choose */
  readonly conflicts: readonly Conflict[]
  readonly mayUndo: boolean
  readonly mayRedo: boolean
  /** @param run steps in a row of the same run are taken back together: what is typed */
  edit(change: Edit, run?: string): void
  /** what was typed is done: what comes next is another step */
  settle(): void
  undo(): void
  redo(): void
  /** of what both wrote */
  settleConflict(section: Section, keep: 'ours' | 'theirs'): void
  readMerged(): void
  /** now, and not at the next pause. @returns whether nothing of it is only here any more */
  keep(): Promise<boolean>
  /** drafted again where nobody wrote. @returns why not; null: it was */
  refresh(): Promise<Problem | null>
  /** somebody else saved it */
  hear(revision: number): void
  dispose(): void
}

interface Asked {
  key: string
  base: number
  draft: Drafted
}
interface Given {
  key: string
  saved: SavedReport
  save(asked: Asked): Promise<Result<SavedReport>>
  refresh(asked: Asked): Promise<Result<{ draft: Drafted }>>
  open(): Promise<Result<SavedReport>>
  hand(): Hand
}

interface Step {
  before: Drafted
  after: Drafted
  run: string | null
}

/** A person who thinks pauses as long; what they wrote is kept then. ms */
export const pause = 1200
/** after a save that failed, ms */
const again = 5000
const mostSteps = 200

export function createEditing({ key, saved, save, refresh, open, hand }: Given): Editing {
  let draft = $state.raw(saved.draft)
  let held = $state.raw(saved.draft)
  let base = saved.revision
  let saving = $state(false)
  let savedAt = $state(hand().at)
  let waits = $state(saved.waits)
  let problem = $state.raw<Problem | null>(null)
  let merged = $state.raw<readonly Section[]>([])
  let conflicts = $state.raw<readonly Conflict[]>(saved.conflicts)
  let done = $state.raw<readonly Step[]>([])
  let undone = $state.raw<readonly Step[]>([])
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<boolean> | null = null
  let disposed = false

  const later = (after: number): void => {
    clearTimeout(timer)
    if (!disposed) timer = setTimeout(() => void keep(), after)
  }
  /** @param sent what it is the answer to: what was written since is on top of it */
  function take(next: SavedReport, sent: Drafted): void {
    base = next.revision
    held = next.draft
    draft = draft === sent ? next.draft : carry(sent, draft, next.draft)
    waits = next.waits
    savedAt = hand().at
    problem = null
    if (next.merged.length > 0) merged = [...new Set([...merged, ...next.merged])]
    const told = new Set(next.conflicts.map(({ section }) => section))
    conflicts = [...conflicts.filter(({ section }) => !told.has(section)), ...next.conflicts]
  }
  async function saveOnce(): Promise<boolean> {
    const sent = draft
    saving = true
    const answer = await save({ key, base, draft: sent })
    saving = false
    if (answer.ok) take(answer.value, sent)
    else {
      problem = answer.error
      later(again)
    }
    return answer.ok
  }
  async function keep(): Promise<boolean> {
    clearTimeout(timer)
    // one after the other: each is held against the revision of the one before
    while (running !== null) await running
    if (draft === held) return true
    running = saveOnce()
    const kept = await running
    running = null
    return kept && (draft === held || keep())
  }
  const into = (next: Drafted): void => {
    draft = next
    later(pause)
  }

  return {
    key,
    get draft() {
      return draft
    },
    get kept() {
      return draft === held
    },
    get saving() {
      return saving
    },
    get savedAt() {
      return savedAt
    },
    get waits() {
      return waits
    },
    get problem() {
      return problem
    },
    get merged() {
      return merged
    },
    get conflicts() {
      return conflicts
    },
    get mayUndo() {
      return done.length > 0
    },
    get mayRedo() {
      return undone.length > 0
    },
    edit(change, run) {
      const before = draft
      const after = change(before, hand())
      if (after === before) return
      const last = done.at(-1)
      done =
        run !== undefined && last?.run === run && last.after === before
          ? [...done.slice(0, -1), { ...last, after }]
          : [...done.slice(1 - mostSteps), { before, after, run: run ?? null }]
      undone = []
      into(after)
    },
    settle() {
      const last = done.at(-1)
      if (last?.run) done = [...done.slice(0, -1), { ...last, run: null }]
    },
    undo() {
      const step = done.at(-1)
      if (step === undefined) return
      done = done.slice(0, -1)
      undone = [...undone, step]
      into(carry(step.after, step.before, draft))
    },
    redo() {
      const step = undone.at(-1)
      if (step === undefined) return
      undone = undone.slice(0, -1)
      done = [...done, step]
      into(carry(step.before, step.after, draft))
    },
    settleConflict(section, choice) {
      const conflict = conflicts.find((each) => each.section === section)
      if (conflict === undefined) return
      conflicts = conflicts.filter((each) => each !== conflict)
      if (choice === 'ours') return
      const before = draft
      const after = takeSection(before, conflict.draft, section)
      done = [...done.slice(1 - mostSteps), { before, after, run: null }]
      undone = []
      into(after)
    },
    readMerged() {
      merged = []
    },
    keep,
    async refresh() {
      if (!(await keep())) return problem
      const before = draft
      const answer = await refresh({ key, base, draft: before })
      if (!answer.ok) return answer.error
      const after = carry(before, draft, answer.value.draft)
      done = [...done.slice(1 - mostSteps), { before: draft, after, run: null }]
      undone = []
      into(after)
      return null
    },
    hear(revision) {
      if (revision <= base || disposed) return
      if (draft !== held || running !== null) {
        later(0)
        return
      }
      const sent = draft
      void open().then((answer) => {
        if (!disposed && answer.ok && answer.value.revision > base) take(answer.value, sent)
      })
    },
    dispose() {
      disposed = true
      clearTimeout(timer)
    },
  }
}
