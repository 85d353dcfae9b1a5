import { createContext } from 'svelte'
import type { PoliciesState, PolicyDifference, Says, WrongValue } from '../../../preload/contract/policies.ts'
import type { Problem, Result } from '../../../preload/contract/result.ts'
import type { Bridge } from '../../../preload/contract/schema.ts'
import { editOf, type Path } from './says.ts'

/** The policy on this window's table: what main last told of it, and what is done to it here. */
export interface Work {
  /** null until main has answered */
  readonly state: PoliciesState | null
  /** what the draft says, and what is in force */
  readonly says: Says
  readonly was: Says | null
  /** why the last thing that was asked came to nothing */
  readonly problem: Problem | null
  set(path: Path, value: unknown): void
  undo(): void
  redo(): void
  open(): void
  /** anew, as what is in force */
  begin(): void
  /** asks main, and keeps why it would not */
  ask<T>(asking: Promise<Result<T>>): Promise<Result<T>>
  /** null: the draft's */
  textOf(version: number | null): Promise<Result<string>>
  wrongAt(path: Path): WrongValue | undefined
  difference(rule: string, of?: string): PolicyDifference | undefined
  dispose(): void
}

export const [policyWork, setPolicyWork] = createContext<Work>()

const startsWith = (path: readonly (string | number)[], beginning: Path): boolean =>
  beginning.every((key, at) => String(path[at]) === String(key))

export function createWork(bridge: Bridge<'provisioning'>['policies']): Work {
  let state = $state.raw<PoliciesState | null>(null)
  let problem = $state.raw<Problem | null>(null)
  const stop = bridge.stateChanged((next) => {
    state = next
  })
  const ask = async <T>(asking: Promise<Result<T>>): Promise<Result<T>> => {
    const answer = await asking
    problem = answer.ok ? null : answer.error
    return answer
  }
  void bridge.state().then((answer) => {
    if (!answer.ok) problem = answer.error
    else state ??= answer.value
  })
  return {
    get state() {
      return state
    },
    get says() {
      return state?.draft?.says ?? {}
    },
    get was() {
      return state?.inForce.says ?? null
    },
    get problem() {
      return problem ?? state?.problem ?? null
    },
    set(path, value) {
      const edit = editOf(state?.draft?.says ?? {}, path, value)
      const json = edit.value === undefined ? null : JSON.stringify(edit.value)
      void ask(bridge.change({ path: edit.path, json }))
    },
    undo: () => void ask(bridge.undo()),
    redo: () => void ask(bridge.redo()),
    open: () => void ask(bridge.open()),
    begin: () => void ask(bridge.begin()),
    ask,
    textOf: (version) => bridge.text({ version }),
    wrongAt: (path) => state?.draft?.wrong.find((each) => startsWith(each.path, path)),
    difference: (rule, of) =>
      state?.draft?.differences?.find((each) => each.rule === rule && (of === undefined || each.of === of)),
    dispose: stop,
  }
}
