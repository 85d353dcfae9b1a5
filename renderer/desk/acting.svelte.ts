import { acts, type Said } from '../../preload/contract/act.ts'
import type { Record } from '../../preload/contract/picture.ts'
import type { Problem } from '../../preload/contract/result.ts'
import type { Bridge } from '../../preload/contract/schema.ts'
import type { DeskState } from '../../preload/contract/state.ts'
import { isSame } from '../../preload/contract/entity.ts'
import { isAct, type DeskAct, type Doing, type Interaction } from './acts.ts'
import type { Choice } from './choice.svelte.ts'
import type { NodeStore } from './node.svelte.ts'
import { entityOf } from './record.ts'

/** What is told of an act: in words that follow a switch of language. */
export interface Notice {
  id: number
  said: Said
  problem: Problem | null
  undoable: boolean
}

export interface Acting {
  /** the last thing to be told; null when it was read or is old */
  readonly notice: Notice | null
  perform(doing: Doing): void
  dismiss(): void
  dispose(): void
}

interface Given {
  bridge: Pick<Bridge<'desk'>, 'window'>
  node: Pick<NodeStore, 'state'>
  choice: Choice
  /** alarms that nobody took on yet, the gravest first */
  alarms: () => readonly Record[]
}

/** A notice goes after this; what it offers stays under Ctrl Z. */
const readFor = 9000
const mostUndo = 50

/** The row's words for what was done. */
function wordsFor({ act, ...input }: DeskAct, undoing: boolean, state: DeskState): Said | null {
  // each row takes its own input
  const desk = acts[act].desk as (typeof acts)['show-scene']['desk']
  if (desk === null) return null
  const own = input as Parameters<typeof desk.done>[0]
  return (undoing && desk.undone?.(own, state)) || desk.done(own, state)
}

/** Performs what a person does, tells what came of it and takes it back. */
export function createActing({ bridge, node, choice, alarms }: Given): Acting {
  let notice = $state.raw<Notice | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let count = 0
  const inverses: DeskAct[] = []

  function tell(said: Said, problem: Problem | null = null, undoable = false): void {
    notice = { id: ++count, said, problem, undoable }
    clearTimeout(timer)
    // what failed stays until somebody has read it
    if (problem === null) timer = setTimeout(() => (notice = null), readFor)
  }

  async function ask(act: DeskAct, undoing: boolean): Promise<void> {
    const answer = await bridge.window.act(act)
    if (!answer.ok) {
      tell({ key: 'desk.notice.failed' }, answer.error)
      return
    }
    const { inverse } = answer.value
    const undoable = inverse !== null && !undoing
    if (undoable) {
      inverses.push(inverse)
      if (inverses.length > mostUndo) inverses.shift()
    }
    const said = node.state && wordsFor(act, undoing, node.state)
    if (said !== null) tell(said, null, undoable)
  }

  function nextAlarm(): void {
    const open = alarms()
    const at = open.findIndex((alarm) => isSame(entityOf(alarm), choice.selected))
    const next = open[(at + 1) % open.length]
    if (next) choice.selected = entityOf(next)
    else tell({ key: 'desk.notice.noAlarm' })
  }

  function interact(doing: Interaction): void {
    switch (doing.act) {
      case 'select':
        choice.selected = doing.entity
        break
      case 'next-alarm':
        nextAlarm()
        break
      case 'choose-screen':
        choice.middle = 'wall'
        choice.screen = doing.screen
        choice.scenesOf = null
        break
      case 'choose-scene':
        choice.middle = 'wall'
        choice.screen = doing.screen
        choice.scenesOf = doing.screen
        break
      case 'view':
        choice.middle = doing.view
        choice.quarantineOf = null
        break
      case 'product':
        choice.middle = { product: doing.product }
        break
      case 'palette':
        choice.palette = !choice.palette
        break
      case 'help':
        choice.help = !choice.help
        break
      case 'undo': {
        const inverse = inverses.pop()
        if (inverse) void ask(inverse, true)
        else tell({ key: 'desk.notice.nothingToUndo' })
        break
      }
    }
  }

  return {
    get notice() {
      return notice
    },
    perform(doing) {
      if (isAct(doing)) void ask(doing, false)
      else interact(doing)
    },
    dismiss() {
      clearTimeout(timer)
      notice = null
    },
    dispose: () => clearTimeout(timer),
  }
}
