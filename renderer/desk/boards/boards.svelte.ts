import type { Board, DraftScene, Template } from '../../../preload/contract/boards.ts'
import type { Problem } from '../../../preload/contract/result.ts'
import type { Bridge } from '../../../preload/contract/schema.ts'
import type { At } from '../../../preload/contract/scene.ts'
import type { DeskState } from '../../../preload/contract/state.ts'
import type { Words } from '../../../preload/contract/words.ts'
import { tokenOf } from '../../../preload/contract/place.ts'
import { createComposing, shownAs, type Composing } from './composing.svelte.ts'
import { highestOf, markingsFor } from '../shared/saves.ts'
import { crossing } from './crossing.ts'
import type { BoardDoing, BoardSituation } from './doings.ts'

/** What is dragged over the board and is not there yet. */
export interface Dropping {
  kind: string
  at: At | null
}

/** Boards at this desk: what one may begin from, and the one that is composed. */
export interface BoardsStore {
  readonly templates: readonly Template[]
  readonly drafts: readonly Board[]
  readonly composing: Composing | null
  readonly problem: Problem | null
  /** for whoever settles what was saved */
  readonly bridge: Bridge<'desk'>
  /** theirs and ours, side by side */
  compare: boolean
  /** goes up whenever somebody asks for it: it takes the focus */
  readonly asked: { readonly elements: number; readonly settings: number; readonly board: number }
  /** where the pointer is on the board, told by whoever draws it; null: nobody does */
  cellAt: ((x: number, y: number) => readonly [number, number] | null) | null
  dropping: Dropping | null
  readonly situation: BoardSituation | null
  look(): void
  perform(does: BoardDoing): void
  /** @param from what it begins as; null: nothing */
  begin(from: DraftScene | null, title: Words): void
  open(scene: string): Promise<void>
  goOn(board: Board): void
  focusBoard(): void
  dispose(): void
}

interface Given {
  bridge: Bridge<'desk'>
  state: () => DeskState
  /** the chosen screen; null: none */
  screen: () => number | null
  show(screen: number, scene: string): void
  now: () => number
}

const emptyGrid = { columns: 48, rows: 24 }

/** As a file may be called. */
const nameFor = (title: string, taken: (name: string) => boolean): string => {
  const token = tokenOf(title).slice(0, 48)
  // of signs alone there is no name
  const plain = /[a-z0-9]/.test(token) ? token : 'board'
  for (let count = 1; ; count++) {
    const name = count === 1 ? plain : `${plain}-${count}`
    if (!taken(name)) return name
  }
}

export function createBoards({ bridge: given, state, screen, show, now }: Given): BoardsStore {
  const bridge = crossing(given)
  let templates = $state.raw<readonly Template[]>([])
  let drafts = $state.raw<readonly Board[]>([])
  let composing = $state.raw<Composing | null>(null)
  let problem = $state.raw<Problem | null>(null)
  let compare = $state(false)
  let asked = $state.raw({ elements: 0, settings: 0, board: 0 })
  let cellAt: BoardsStore['cellAt'] = null
  let dropping = $state.raw<Dropping | null>(null)
  /** by board, ids of the saves that its draft has in it */
  const made = new Map<string, ReadonlySet<string>>()

  const ask = (what: keyof typeof asked): void => {
    asked = { ...asked, [what]: asked[what] + 1 }
  }
  async function look(): Promise<void> {
    const [from, written] = await Promise.all([bridge.templates(), bridge.drafts()])
    if (from.ok) templates = from.value
    if (written.ok) drafts = written.value
    problem = from.ok ? (written.ok ? null : written.error) : from.error
  }
  const higher = (one: string, other: string): string => {
    const { levels } = state().node.scheme
    const rank = (id: string): number => {
      const at = levels.findIndex((level) => level.id === id)
      // one that nobody knows is above all
      return at < 0 ? levels.length : at
    }
    return rank(other) > rank(one) ? other : one
  }
  const remember = (left: Composing): void => {
    // what the node could not keep is not what was saved
    if (left.kept) made.set(left.draft.scene, left.made)
    else made.delete(left.draft.scene)
  }
  const leave = (): void => {
    if (composing === null) return
    remember(composing)
    composing.dispose()
    composing = null
  }
  /** @param marked as what it begins from is; null: it is gone on from a draft */
  const compose = (board: Board, marked: string | null, saves: ReadonlySet<string> = new Set()): void => {
    leave()
    problem = null
    compare = false
    composing = createComposing({ ...{ bridge, board, marked, made: saves }, now, higher })
    ask('board')
  }
  const goOn = (board: Board): void => {
    leave()
    compose(board, null, made.get(board.draft.scene))
  }
  const isTaken = (name: string): boolean =>
    state().scenes.some(({ scene }) => scene === name) || drafts.some(({ draft }) => draft.scene === name)
  async function close(): Promise<void> {
    const left = composing
    composing = null
    if (left !== null) {
      if (!left.kept) await left.keep()
      remember(left)
      left.dispose()
    }
    await look()
  }
  async function showIt(): Promise<void> {
    if (composing === null) return
    const own = state().screens.filter(({ node }) => node === null)
    const chosen = own.find((each) => each.screen === screen()) ?? own[0]
    if (chosen === undefined) return
    const name = shownAs(composing)
    if (name !== composing.draft.scene && !(await composing.keep())) return
    show(chosen.screen, name)
  }
  async function save(): Promise<void> {
    const saved = composing
    if (saved === null) return
    const before = shownAs(saved)
    const shown = state().screens.filter(({ node, scene }) => node === null && scene === before)
    if (!(await saved.save()) || saved.changed) return
    // what was shown of the draft is the saved one from now on
    for (const each of shown) if (each.scene !== saved.draft.scene) show(each.screen, saved.draft.scene)
  }

  return {
    get templates() {
      return templates
    },
    get drafts() {
      return drafts
    },
    get composing() {
      return composing
    },
    get problem() {
      return problem
    },
    bridge: given,
    get compare() {
      return compare
    },
    set compare(open) {
      compare = open
    },
    get asked() {
      return asked
    },
    get cellAt() {
      return cellAt
    },
    set cellAt(where) {
      cellAt = where
    },
    get dropping() {
      return dropping
    },
    set dropping(what) {
      dropping = what
    },
    get situation() {
      return composing === null
        ? null
        : {
            ...{ chosen: composing.chosen !== null, mayUndo: composing.mayUndo },
            ...{ mayRedo: composing.mayRedo, theirs: composing.theirs !== null },
          }
    },
    look: () => void look(),
    perform(does) {
      if (composing === null) return
      switch (does) {
        case 'close':
          void close()
          break
        case 'elements':
        case 'settings':
          ask(does)
          break
        case 'duplicate':
          if (composing.duplicate() !== null) ask('board')
          break
        case 'undo':
          composing.undo()
          break
        case 'redo':
          composing.redo()
          break
        case 'save':
          void save()
          break
        case 'show':
          void showIt()
          break
        case 'compare':
          if (composing.theirs !== null) compare = !compare
          break
        case 'merge':
          composing.merge()
          compare = false
          break
        case 'apart':
          void composing.apart(
            nameFor(`${composing.draft.scene.slice(0, 40)}-${tokenOf(state().node.name)}`, isTaken),
          )
          compare = false
          break
      }
    },
    begin(from, title) {
      const scene = nameFor(typeof title === 'string' ? title : title[state().node.language], isTaken)
      const draft: DraftScene =
        from === null ? { ...{ scene, title }, grid: emptyGrid, widgets: [] } : { ...from, scene, title }
      const base = { key: null, revision: 0, version: null, scene: null }
      compose({ draft, marking: highestOf(markingsFor(state())), at: 0, base }, null)
    },
    async open(scene) {
      const read = await bridge.read(scene)
      if (!read.ok) {
        problem = read.error
        return
      }
      const { draft, base, marking: level, at } = read.value
      // what was begun of it here and not saved yet goes on: it is not written over by what it was begun from
      const written = await bridge.drafts()
      const begun = written.ok ? written.value.find((each) => each.draft.scene === draft.scene) : undefined
      if (begun !== undefined) {
        goOn(begun)
        return
      }
      compose({ draft, base, marking: level, at }, level)
    },
    goOn,
    focusBoard: () => ask('board'),
    dispose: () => composing?.dispose(),
  }
}
