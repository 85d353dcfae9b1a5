import { acts, type Said } from '../../preload/contract/act.ts'
import type { Record } from '../../preload/contract/picture.ts'
import type { Key } from '../speech/words.ts'
import type { Problem } from '../../preload/contract/result.ts'
import type { Bridge } from '../../preload/contract/schema.ts'
import type { DeskState } from '../../preload/contract/state.ts'
import { isSame } from '../../preload/contract/entity.ts'
import { isAct, type DeskAct, type Doing, type Interaction } from './acts.ts'
import type { Choice } from './choice.svelte.ts'
import type { NodeStore } from './node.svelte.ts'
import { againOf, isAsked, mayWithdraw } from './outbox/entries.ts'
import { entityOf } from './record.ts'
import { didOf } from './person/waiting.ts'
import { actOf, lacks, mayDo } from './rights.ts'
import type { Exporting } from './product/exporting.svelte.ts'
import type { BoardDoing } from './boards/doings.ts'
import type { ReportDoing } from './synthesis/doings.ts'

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
  /** the other node's screen whose picture was asked for and has not come; null: none */
  readonly looking: number | null
  perform(doing: Doing): void
  /** something that was asked for elsewhere did not come about */
  failed(problem: Problem, said?: Said): void
  dismiss(): void
  dispose(): void
}

interface Given {
  bridge: Pick<Bridge<'desk'>, 'desk' | 'window'>
  node: Pick<NodeStore, 'state'>
  choice: Choice
  /** alarms that nobody took on yet, the gravest first */
  alarms: () => readonly Record[]
  /** what is done with a synthesis is done where it is open */
  report?: (does: ReportDoing) => void
  /** what leaves as a file does so where it is told how far it is */
  exporting?: () => Pick<Exporting, 'save' | 'stop'>
  /** … and with a board where it is composed */
  board?: (does: BoardDoing) => void
  /** a scene is opened to be written in */
  compose?: (scene: string) => void
}

/** A notice goes after this; what it offers stays under Ctrl Z. */
const readFor = 9000
const mostUndo = 50
/** What was done longer ago is no slip any more: who comes to the desk next must not take it back. */
const undoFor = 600_000

interface Undo {
  /** null: it was withdrawn, and is done anew */
  did: DeskAct | null
  back: DeskAct
  /** as `performance.now()` says it */
  at: number
}

const isSameAct = (one: DeskAct, other: DeskAct): boolean => {
  const [a, b] = [one, other].map((act) => JSON.stringify(Object.entries(act).sort()))
  return a === b
}

/** The row's words for what was done. */
function wordsFor({ act, ...input }: DeskAct, undoing: boolean, state: DeskState): Said | null {
  // each row takes its own input
  const desk = acts[act].desk as (typeof acts)['show-scene']['desk']
  if (desk === null) return null
  const own = input as Parameters<typeof desk.done>[0]
  return (undoing && desk.undone?.(own, state)) || desk.done(own, state)
}

/** Performs what a person does, tells what came of it and takes it back. */
export function createActing({
  bridge,
  node,
  choice,
  alarms,
  report,
  exporting,
  board,
  compose,
}: Given): Acting {
  let notice = $state.raw<Notice | null>(null)
  let looking = $state.raw<number | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let count = 0
  let undos: Undo[] = []
  /** what was done and is not answered yet: taking back begins with the last of it */
  let underWay: Promise<unknown> = Promise.resolve()

  function tell(said: Said, problem: Problem | null = null, undoable = false): void {
    notice = { id: ++count, said, problem, undoable }
    clearTimeout(timer)
    // what failed stays until somebody has read it
    if (problem === null) timer = setTimeout(() => (notice = null), readFor)
  }

  async function ask(act: DeskAct): Promise<void> {
    const answer = await bridge.window.act(act)
    if (!answer.ok) {
      tell({ key: 'desk.notice.failed' }, answer.error)
      return
    }
    const { inverse, proposed } = answer.value
    if (proposed) {
      tell({ key: 'desk.notice.proposed' })
      return
    }
    // who comes next to the desk must not take back what the one before did
    if (act.act === 'change-person') undos = []
    if (inverse !== null) mayTakeBack(act, inverse)
    told(act, false, inverse !== null)
  }

  function told(act: DeskAct, undoing: boolean, undoable: boolean): void {
    const said = node.state && wordsFor(act, undoing, node.state)
    if (said !== null) tell(said, null, undoable)
  }

  /** Main holds it against what others did since. */
  async function takeBack({ did, back }: Undo): Promise<void> {
    if (did === null) return ask(back)
    const answer = await bridge.desk.undo(back)
    if (answer.ok) told(back, true, false)
    else tell({ key: 'desk.notice.notUndone' }, answer.error)
  }

  async function lookAt(screen: number): Promise<void> {
    looking = screen
    const answer = await bridge.desk.lookAt({ screen })
    looking = null
    if (!answer.ok) tell({ key: 'desk.notice.noLook', values: { screen } }, answer.error)
  }

  function mayTakeBack(did: DeskAct | null, back: DeskAct): void {
    undos = [...undos.slice(1 - mostUndo), { did, back, at: performance.now() }]
  }

  async function undo(): Promise<void> {
    await underWay
    const last = undos.pop()
    if (last === undefined) tell({ key: 'desk.notice.nothingToUndo' })
    else if (performance.now() - last.at <= undoFor) await takeBack(last)
    else {
      undos = []
      tell({ key: 'desk.notice.tooLateToUndo' })
    }
  }

  async function withdrawOwn(id: string, key: Key): Promise<void> {
    const answer = await bridge.desk.withdraw({ id })
    if (answer.ok) tell({ key })
    else tell({ key: 'desk.notice.failed' }, answer.error)
  }

  async function withdraw(id: string): Promise<void> {
    const { log, deliveries = [] } = node.state ?? {}
    if (log?.waiting.some((each) => each.id === id) === true)
      return withdrawOwn(id, 'desk.notice.lineWithdrawn')
    if (deliveries.some(({ waiting }) => waiting.some((each) => each.id === id)))
      return withdrawOwn(id, 'desk.notice.deliveryWithdrawn')
    const entry = node.state?.outbox.entries.find((each) => each.id === id)
    if (entry === undefined) return
    if (!mayWithdraw(entry)) {
      tell({ key: 'desk.notice.sent' })
      return
    }
    const answer = await bridge.desk.withdraw({ id })
    if (!answer.ok) {
      tell({ key: 'desk.notice.failed' }, answer.error)
      return
    }
    const again = againOf(entry)
    // there is nothing left of it to take back
    undos = undos.filter(({ did }) => did === null || again === null || !isSameAct(did, again))
    // what was refused would be refused again
    const undoable = again !== null && entry.state === 'waiting'
    if (undoable) mayTakeBack(null, again)
    tell({ key: 'desk.notice.withdrawn' }, null, undoable)
  }

  async function agree(id: string): Promise<void> {
    const proposal = node.state?.proposals.find((each) => each.id === id)
    const did = proposal && didOf(proposal)
    if (!did) return
    const answer = await bridge.desk.agree({ proposal: id, did })
    if (answer.ok) tell({ key: 'desk.notice.agreed' })
    else tell({ key: 'desk.notice.failed' }, answer.error)
  }

  async function provision(): Promise<void> {
    const answer = await bridge.desk.provision()
    if (!answer.ok) tell({ key: 'desk.notice.failed' }, answer.error)
  }

  /** The picture is taken before the log takes its place; without one, the line is begun all the same. */
  async function writePictured({
    act: _,
    ...begun
  }: Extract<Interaction, { act: 'write-pictured' }>): Promise<void> {
    const answer = await bridge.desk.attachPicture()
    if (!answer.ok) tell({ key: 'desk.notice.failed' }, answer.error)
    choice.middle = 'log'
    choice.line.begin({ ...begun, refs: [...begun.refs, ...(answer.ok ? [answer.value.entity] : [])] })
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
      case 'share':
        choice.sharing = { scene: doing.scene }
        break
      case 'versions':
        choice.sharing = { key: doing.key, title: doing.title }
        break
      case 'view':
        choice.middle = doing.view
        choice.quarantineOf = null
        break
      case 'product':
        choice.middle = { product: doing.product }
        break
      case 'person':
        choice.person = !choice.person
        break
      case 'agree':
        void agree(doing.proposal)
        break
      case 'alone':
        choice.alone = doing.proposal
        break
      case 'palette':
        choice.palette = !choice.palette
        break
      case 'provision':
        void provision()
        break
      case 'help':
        choice.help = !choice.help
        break
      case 'look-at':
        if (looking === null) void lookAt(doing.screen)
        break
      case 'withdraw':
        void withdraw(doing.entry)
        break
      case 'write-line':
        choice.middle = 'log'
        choice.line.begin(doing)
        break
      case 'write-pictured':
        void writePictured(doing)
        break
      case 'find-line':
        choice.middle = 'log'
        choice.filterAsked++
        break
      case 'find-document':
        choice.middle = 'documents'
        choice.documentFilterAsked++
        break
      case 'open-document': {
        const { product, entity } = doing.document
        choice.middle = 'documents'
        choice.selected = { product, entity }
        choice.document = { product, entity }
        break
      }
      case 'add-document':
        choice.adding ??= []
        break
      case 'print-log':
        choice.middle = 'log'
        choice.printAsked++
        break
      case 'save-log':
        choice.middle = 'log'
        choice.saveAsked++
        break
      case 'save-product':
        choice.middle = { product: doing.product }
        exporting?.().save(doing.product, doing.form)
        break
      case 'stop-export':
        exporting?.().stop()
        break
      case 'as-known':
        choice.knownOf = isSame(choice.knownOf, choice.chosenLine) ? null : choice.chosenLine
        break
      case 'report':
        choice.middle = 'synthesis'
        report?.(doing.does)
        break
      case 'board':
        board?.(doing.does)
        break
      case 'compose':
        choice.middle = 'boards'
        compose?.(doing.scene)
        break
      case 'open-line': {
        const { product, entity } = doing.line
        choice.middle = 'log'
        choice.chosenLine = { product, entity }
        choice.selected = { product, entity }
        choice.lineAsked++
        break
      }
      case 'handover':
        choice.handover = !choice.handover
        break
      case 'poll':
        choice.poll = choice.poll === null ? { no: doing.no } : null
        break
      case 'fill-form':
        choice.forms = { form: doing.form }
        break
      case 'edit-roster':
        choice.roster = true
        break
      case 'undo':
        underWay = Promise.allSettled([undo()])
        break
    }
  }

  return {
    get notice() {
      return notice
    },
    get looking() {
      return looking
    },
    perform(doing) {
      const { state } = node
      const wanted = actOf(doing)
      const [lacking] = state !== null && wanted !== null ? lacks(wanted, state) : []
      if (lacking !== undefined) tell({ key: 'desk.notice.lacks', values: { function: lacking.name } })
      else if (state !== null && wanted !== null && !mayDo(wanted, state)) tell({ key: 'desk.notice.mayNot' })
      else if (!isAct(doing)) interact(doing)
      else if (isAsked(doing.act, state?.outbox.entries ?? [])) tell({ key: 'desk.notice.asked' })
      else underWay = Promise.allSettled([underWay, ask(doing)])
    },
    failed: (problem, said = { key: 'desk.notice.failed' }) => tell(said, problem),
    dismiss() {
      clearTimeout(timer)
      notice = null
    },
    dispose: () => clearTimeout(timer),
  }
}
