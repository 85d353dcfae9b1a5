import {
  draftName,
  type Board,
  type BoardBase,
  type DraftScene,
  type DraftWidget,
  type ReadBoard,
} from '../../../preload/contract/boards.ts'
import type { Problem } from '../../../preload/contract/result.ts'
import { mostWidgets, type At } from '../../../preload/contract/scene.ts'
import { mostSaves, type SaveOutcome } from '../../../preload/contract/shared.ts'
import type { BoardsCalls } from './crossing.ts'
import { freePlace, isFree, moved, resized, type Direction } from './cells.ts'
import { begunWith, did, redone, settled, undone } from './history.ts'
import { differences, isSame, merged, type Difference } from './merge.ts'
import { isOvertaken, type Save } from '../shared/saves.ts'

export type Theirs = ReadBoard

/** Why nothing came of what somebody did here; the words are `desk.boards.told.<this>`. */
export type Told = 'full' | 'most' | 'noRoom' | 'empty' | 'merged' | 'mergedBoth' | 'apart' | 'named'

/** One board as it is composed at this desk. */
export interface Composing {
  readonly draft: DraftScene
  readonly base: BoardBase
  /** as somebody chose it: what is heard may raise it, and never lowers it */
  marking: string
  readonly chosen: number | null
  /** where the chosen one stood when it was chosen */
  readonly stood: At | null
  /** something of it is not saved for everybody */
  readonly changed: boolean
  /** nothing of it is only in this window */
  readonly kept: boolean
  readonly saving: boolean
  readonly outcome: SaveOutcome | null
  readonly problem: Problem | null
  readonly told: Told | null
  /** what somebody else saved meanwhile; null: nothing */
  readonly theirs: Theirs | null
  readonly differing: readonly Difference[]
  /** ids of the saves that were made here */
  readonly made: ReadonlySet<string>
  /** what this node saved of it otherwise and is not there: stays until somebody settles it */
  readonly others: readonly Save[]
  readonly mayUndo: boolean
  readonly mayRedo: boolean
  choose(index: number | null): void
  /** @returns its place in the list; null: there is no room, which is told */
  add(size: readonly [number, number], make: (at: At) => DraftWidget, at?: At): number | null
  move(way: Direction): void
  resize(way: Direction): void
  /** by pointer. @returns false: it may not stand there */
  place(index: number, at: At): boolean
  /** the size that it had when it was chosen */
  back(): boolean
  remove(): void
  duplicate(): number | null
  set(index: number, name: string, value: unknown): void
  head(change: Partial<Pick<DraftScene, 'title' | 'subtitle' | 'grid' | 'scene'>>): void
  undo(): void
  redo(): void
  keep(): Promise<boolean>
  /** for everybody */
  save(): Promise<boolean>
  /** the version that the platform has now */
  hear(version: number): Promise<void>
  /** what this node saved of it and is not there: of what was made here, what a merge has in it, or what was left for another name, waits no longer */
  hearSaves(saves: readonly Save[]): Promise<void>
  merge(): void
  /** goes on as one of its own, so called */
  apart(name: string): Promise<void>
  dispose(): void
}

/** A person who thinks pauses as long; what they did is in the node's memory then. ms */
export const pause = 600

interface Given {
  bridge: Pick<BoardsCalls, 'read' | 'keep' | 'drop' | 'save' | 'giveUp'>
  board: Board
  /** how the one that it was begun from is marked; null: not known, as the board was gone on from */
  marked: string | null
  /** ids of the saves that were made of it before */
  made: ReadonlySet<string>
  now: () => number
  /** the higher of two markings */
  higher(one: string, other: string): string
}

export function createComposing({ bridge, board, marked: known, made, now, higher }: Given): Composing {
  let past = $state.raw(begunWith(board.draft))
  let base = $state.raw(board.base)
  let marking = $state(board.marking)
  /** of what it was begun from */
  let marked = $state(known)
  /** somebody chose how it is marked, or may have */
  let picked = known === null
  let chosen = $state<number | null>(null)
  let stood = $state.raw<At | null>(null)
  let held = $state.raw<Pick<Board, 'draft' | 'marking'>>(board)
  let saving = $state(false)
  let outcome = $state.raw<SaveOutcome | null>(null)
  let problem = $state.raw<Problem | null>(null)
  let told = $state.raw<Told | null>(null)
  let theirs = $state.raw<Theirs | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let disposed = false
  let own = $state.raw(made)
  /** all that this node saved of it and is not there */
  let saves = $state.raw<readonly Save[]>([])
  /** ids of what was there before the one that is being saved; null: none is */
  let before = $state.raw<ReadonlySet<string> | null>(null)
  /** ids of those that were made here before a merge: what they say is in it */
  const within = new Set<string>()
  const givenUp = new Set<string>()
  const draft = $derived(past.now)
  const changed = $derived(base.scene === null || marking !== marked || !isSame(draft, base.scene))
  const kept = $derived(held.draft === draft && held.marking === marking)
  const differing = $derived(theirs === null ? [] : differences(draft, theirs.draft))

  const written = (): Board => ({ draft: past.now, base, marking, at: Math.max(0, Math.round(now())) })
  const later = (): void => {
    clearTimeout(timer)
    if (!disposed) timer = setTimeout(() => void keep(), pause)
  }
  async function keep(): Promise<boolean> {
    clearTimeout(timer)
    const sent = written()
    const answer = await bridge.keep(sent)
    if (answer.ok) held = sent
    else problem = answer.error
    return answer.ok
  }
  /** What was overtaken would be written over what holds now, if anybody sent it again. */
  async function giveUp(overtaken: readonly Save[]): Promise<void> {
    for (const { id } of overtaken) {
      if (givenUp.has(id)) continue
      givenUp.add(id)
      const gone = await bridge.giveUp(id)
      // somebody was faster
      if (gone.ok || gone.error.code === 'entity.unknown') continue
      givenUp.delete(id)
      problem = gone.error
    }
  }
  async function giveUpMerged(): Promise<void> {
    const overtaken = saves.filter((save) => isOvertaken(save) && within.has(save.id))
    // as long as the node has not what was merged, it is what there is of ours
    if (overtaken.length > 0 && (await keep())) await giveUp(overtaken)
  }
  /** What is now has in it what was made here until now. */
  const withinNow = (): void => {
    for (const id of own) within.add(id)
  }
  const into = (widgets: readonly DraftWidget[], run: string | null = null): void => {
    past = did(past, { ...past.now, widgets: [...widgets] }, run)
    told = null
    outcome = null
    later()
  }
  const changedAt = (index: number, change: (widget: DraftWidget) => DraftWidget): DraftWidget[] =>
    past.now.widgets.map((widget, at) => (at === index ? change(widget) : widget))
  const put = (at: At | null, run: string): void => {
    if (chosen === null) return
    if (at === null) told = 'noRoom'
    else
      into(
        changedAt(chosen, (widget) => ({ ...widget, at })),
        `${run} ${chosen}`,
      )
  }
  const choose = (index: number | null): void => {
    // what is pressed again is chosen still, and knows the place that it had
    if (index === chosen) return
    past = settled(past)
    chosen = index
    stood = index === null ? null : (past.now.widgets[index]?.at ?? null)
  }
  /** What is taken back may have been the chosen one. */
  const after = (next: typeof past): void => {
    if (next === past) return
    past = next
    told = null
    if (chosen !== null && chosen >= past.now.widgets.length) choose(null)
    later()
  }

  return {
    get draft() {
      return draft
    },
    get base() {
      return base
    },
    get marking() {
      return marking
    },
    set marking(level) {
      marking = level
      picked = true
      told = null
      outcome = null
      later()
    },
    get chosen() {
      return chosen
    },
    get stood() {
      return stood
    },
    get changed() {
      return changed
    },
    get kept() {
      return kept
    },
    get saving() {
      return saving
    },
    get outcome() {
      return outcome
    },
    get problem() {
      return problem
    },
    get told() {
      return told
    },
    get theirs() {
      return theirs
    },
    get differing() {
      return differing
    },
    get made() {
      return own
    },
    get others() {
      return saves.filter(({ id }) => !own.has(id) && before?.has(id) !== false)
    },
    get mayUndo() {
      return past.before.length > 0
    },
    get mayRedo() {
      return past.after.length > 0
    },
    choose,
    add(size, make, wanted) {
      const { widgets, grid } = past.now
      if (widgets.length >= mostWidgets) {
        told = 'most'
        return null
      }
      const at =
        wanted !== undefined && isFree(wanted, -1, widgets, grid) ? wanted : freePlace(size, widgets, grid)
      if (at === null) {
        told = 'full'
        return null
      }
      into([...widgets, make(at)])
      choose(widgets.length)
      return widgets.length
    },
    move: (way) => put(chosen === null ? null : moved(chosen, way, past.now.widgets, past.now.grid), 'move'),
    resize: (way) =>
      put(chosen === null ? null : resized(chosen, way, past.now.widgets, past.now.grid), 'resize'),
    place(index, at) {
      const { widgets, grid } = past.now
      if (!isFree(at, index, widgets, grid)) {
        told = 'noRoom'
        return false
      }
      if (!isSame(widgets[index]?.at, at)) into(changedAt(index, (widget) => ({ ...widget, at })))
      return true
    },
    back() {
      const { widgets, grid } = past.now
      if (chosen === null || stood === null || isSame(widgets[chosen]?.at, stood)) return false
      const at = stood
      if (!isFree(at, chosen, widgets, grid)) return false
      into(changedAt(chosen, (widget) => ({ ...widget, at })))
      return true
    },
    remove() {
      if (chosen === null) return
      const gone = chosen
      into(past.now.widgets.filter((_, index) => index !== gone))
      choose(null)
    },
    duplicate() {
      const one = chosen === null ? undefined : past.now.widgets[chosen]
      if (one === undefined) return null
      return this.add([one.at[2], one.at[3]], (at) => ({ ...one, at }))
    },
    set(index, name, value) {
      into(
        changedAt(index, (widget) => {
          const { [name]: _, ...rest } = widget
          return (value === undefined ? rest : { ...widget, [name]: value }) as DraftWidget
        }),
        `set ${index} ${name}`,
      )
    },
    head(change) {
      const next = { ...past.now, ...change }
      if (next.subtitle === undefined) delete next.subtitle
      past = did(past, next, `head ${Object.keys(change).join(' ')}`)
      told = null
      outcome = null
      later()
    },
    undo: () => after(undone(past)),
    redo: () => after(redone(past)),
    keep,
    async save() {
      if (saving) return false
      if (past.now.widgets.length === 0) {
        told = 'empty'
        return false
      }
      saving = true
      problem = null
      const sent = past.now
      await keep()
      const level = marking
      before = new Set(saves.map(({ id }) => id))
      const answer = await bridge.save({
        ...{ draft: sent, marking: level, after: base.revision },
        // what another composing of it saved is not in this one
        over: [...own].slice(-mostSaves),
      })
      if (answer.ok && answer.value.outcome !== 'confirmed') own = new Set([...own, answer.value.id])
      before = null
      saving = false
      if (!answer.ok) {
        problem = answer.error
        return false
      }
      outcome = answer.value
      if (answer.value.outcome !== 'confirmed') return false
      const read = await bridge.read(sent.scene)
      const { revision } = answer.value
      if (
        read.ok &&
        read.value.base.key !== null &&
        // where only the marking is another, an earlier one says the same
        read.value.base.revision >= revision &&
        isSame(read.value.base.scene, sent)
      ) {
        base = read.value.base
        marked = read.value.marking
        // somebody marked it otherwise since
        if (base.revision > revision) marking = higher(marking, marked)
      } else {
        base = { ...base, revision, version: (base.version ?? 0) + 1, scene: sent }
        marked = level
      }
      theirs = null
      if (chosen !== null) stood = sent.widgets[chosen]?.at ?? null
      if (past.now === sent && marking === marked) {
        clearTimeout(timer)
        void bridge.drop(sent.scene)
      } else later()
      return true
    },
    async hear(version) {
      const isLater = version > (base.version ?? 0)
      if (saving || disposed || (!isLater && (marked !== null || base.key === null))) return
      const read = await bridge.read(past.now.scene)
      if (!read.ok || saving || disposed) return
      const heard = read.value
      if (heard.base.key === base.key && heard.base.revision === base.revision) marked = heard.marking
      if ((heard.base.version ?? 0) <= (base.version ?? 0)) return
      const same = isSame(heard.draft, past.now)
      if (!same && changed) {
        theirs = heard
        return
      }
      // what waited here has arrived, or nothing was done here since: it is the same board, or becomes it
      const level = changed || picked ? higher(marking, heard.marking) : heard.marking
      base = heard.base
      marked = heard.marking
      marking = level
      if (same) withinNow()
      else past = did(past, heard.draft)
      if (changed) later()
      else held = { draft: past.now, marking }
      if (same) await giveUpMerged()
    },
    async hearSaves(all) {
      saves = all
      await giveUpMerged()
    },
    merge() {
      if (theirs === null) return
      const { scene, both } = merged(base.scene, past.now, theirs.draft)
      past = did(past, scene)
      base = theirs.base
      withinNow()
      // what they wrote is in it now
      marking = higher(marking, theirs.marking)
      marked = theirs.marking
      theirs = null
      outcome = null
      choose(null)
      told = both.length > 0 ? 'mergedBoth' : 'merged'
      later()
      void giveUpMerged()
    },
    async apart(name) {
      const scene = past.now.scene
      const left = saves.filter((save) => isOvertaken(save) && own.has(save.id))
      saves = []
      past = did(past, { ...past.now, scene: name })
      base = { key: null, revision: 0, version: null, scene: null }
      marked = null
      theirs = null
      outcome = null
      told = 'apart'
      // what is not kept under its new name stays under the old one
      if (!(await keep())) return
      void bridge.drop(scene)
      await giveUp(left)
    },
    dispose() {
      if (!kept) void keep()
      disposed = true
      clearTimeout(timer)
    },
  }
}

/** Under which name it is shown before it is saved for everybody. */
export const shownAs = ({ draft, changed, base }: Composing): string =>
  changed || base.key === null ? draftName(draft.scene) : draft.scene
