import type { Problem, Result } from '../../preload/contract/result.ts'
import type { Bridge } from '../../preload/contract/schema.ts'
import type { Key, Values } from '../speech/words.ts'
import { identifierInWords } from '../speech/identifier.ts'
import { inverseOf, type Act } from './acts.ts'
import type { Choice } from './choice.svelte.ts'
import type { Record } from '../../preload/contract/picture.ts'
import { isSame, targetOf } from './record.ts'
import type { Station } from './station.svelte.ts'

/** What is told of an act: in words that follow a switch of language. */
export interface Notice {
  id: number
  key: Key
  values: Values
  problem: Problem | null
  undoable: boolean
}

export interface Acting {
  /** the last thing to be told; null when it was read or is old */
  readonly notice: Notice | null
  perform(act: Act): void
  dismiss(): void
  dispose(): void
}

interface Given {
  bridge: Bridge<'desk'>
  station: Station
  choice: Choice
  /** alarms that nobody took on yet, the gravest first */
  alarms: () => readonly Record[]
  /** how a screen's scene is called, for the notice */
  sceneTitle: (scene: string) => string
}

/** A notice goes after this; what it offers stays under Ctrl Z. */
const readFor = 9000
const mostUndo = 50

/** Performs acts, tells what came of them and takes them back. */
export function createActing({ bridge, station, choice, alarms, sceneTitle }: Given): Acting {
  let notice = $state.raw<Notice | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let count = 0
  const undone: Act[] = []

  function tell(key: Key, values: Values = {}, problem: Problem | null = null, undoable = false): void {
    notice = { id: ++count, key, values, problem, undoable }
    clearTimeout(timer)
    // what failed stays until somebody has read it
    if (problem === null) timer = setTimeout(() => (notice = null), readFor)
  }

  async function ask(
    call: () => Promise<Result<undefined>>,
    act: Act,
    undoing: boolean,
    done: () => void,
  ): Promise<void> {
    // what takes it back is known only before it is done
    const inverse = station.state && inverseOf(act, station.state, choice.pointedOut)
    const answer = await call()
    if (!answer.ok) {
      tell('desk.notice.failed', {}, answer.error)
      return
    }
    const undoable = inverse !== null && !undoing
    if (undoable) {
      undone.push(inverse)
      if (undone.length > mostUndo) undone.shift()
    }
    const [key, values] = wordsFor(act, undoing)
    if (key !== null) tell(key, values, null, undoable)
    done()
  }

  function wordsFor(act: Act, undoing: boolean): [Key | null, Values?] {
    switch (act.act) {
      case 'show-scene': {
        const values = { screen: act.screen, scene: sceneTitle(act.scene) }
        return [undoing ? 'desk.notice.sceneBack' : 'desk.notice.scene', values]
      }
      case 'blank':
        return [act.blanked ? 'desk.notice.blanked' : 'desk.notice.unblanked']
      case 'identify':
        return ['desk.notice.identify']
      case 'accept-display':
        return ['desk.notice.displayAccepted', { screen: act.screen }]
      case 'acknowledge':
        return [
          act.taken ? 'desk.notice.taken' : 'desk.notice.released',
          { entity: identifierInWords(act.target.entity) },
        ]
      case 'point-out':
        return act.target === null
          ? ['desk.notice.pointedOutNoMore']
          : ['desk.notice.pointedOut', { entity: identifierInWords(act.target.entity) }]
      default:
        return [null]
    }
  }

  const nothing = (): void => undefined

  function nextAlarm(): void {
    const open = alarms()
    const at = open.findIndex((alarm) => isSame(targetOf(alarm), choice.target))
    const next = open[(at + 1) % open.length]
    if (next) choice.target = targetOf(next)
    else tell('desk.notice.noAlarm')
  }

  function perform(act: Act, undoing = false): void {
    const { desk } = bridge
    switch (act.act) {
      case 'show-scene':
        void ask(() => desk.showScene({ screen: act.screen, scene: act.scene }), act, undoing, nothing)
        break
      case 'blank':
        void ask(() => desk.blank({ blanked: act.blanked }), act, undoing, nothing)
        break
      case 'identify':
        void ask(() => desk.identify(), act, undoing, nothing)
        break
      case 'accept-display':
        void ask(() => desk.acceptDisplay({ screen: act.screen }), act, undoing, nothing)
        break
      case 'language':
        void ask(() => desk.setLanguage({ language: act.language }), act, undoing, nothing)
        break
      case 'acknowledge':
        void ask(() => desk.acknowledge({ ...act.target, taken: act.taken }), act, undoing, nothing)
        break
      case 'point-out':
        void ask(
          () => desk.showOnWall(act.target),
          act,
          undoing,
          () => (choice.pointedOut = act.target),
        )
        break
      case 'select':
        choice.target = act.target
        break
      case 'next-alarm':
        nextAlarm()
        break
      case 'choose-screen':
        choice.middle = 'wall'
        choice.screen = act.screen
        choice.scenesOf = null
        break
      case 'choose-scene':
        choice.middle = 'wall'
        choice.screen = act.screen
        choice.scenesOf = act.screen
        break
      case 'view':
        choice.middle = act.view
        choice.quarantineOf = null
        break
      case 'product':
        choice.middle = { product: act.product }
        break
      case 'palette':
        choice.palette = !choice.palette
        break
      case 'help':
        choice.help = !choice.help
        break
      case 'undo': {
        const inverse = undone.pop()
        if (inverse) perform(inverse, true)
        else tell('desk.notice.nothingToUndo')
        break
      }
    }
  }

  return {
    get notice() {
      return notice
    },
    perform: (act) => perform(act),
    dismiss() {
      clearTimeout(timer)
      notice = null
    },
    dispose: () => clearTimeout(timer),
  }
}
