/**
 * Which of the saves that wait, or were overtaken, somebody made here: nobody else's is given up with them. Whoever saves
 * is not told how their save is called: it is the one that was not there before.
 */
import type { Save } from '../shared/saves.ts'

export interface OwnSaves {
  /** ids */
  readonly made: ReadonlySet<string>
  readonly own: readonly Save[]
  /** of another shift, of before a restart, or restored: theirs to settle */
  readonly others: readonly Save[]
  /** all that this node has of the board */
  hear(all: readonly Save[]): void
  /** One is made from now on. @returns to be told that it is over, and whether it may be among them */
  begin(): (stays: boolean) => void
  /** what is heard from now on is of another board */
  leave(): void
}

/** What came of a save may be heard as much before the save itself. ms */
const soon = 1000

/** @param made of the draft that is gone on from; @param now ms, steady */
export function createOwnSaves(given: ReadonlySet<string>, now: () => number): OwnSaves {
  let made = $state.raw(given)
  /** null: nothing was heard yet */
  let all = $state.raw<readonly Save[] | null>(null)
  /** what was there before the one that is being made; null: none is */
  let before = $state.raw<ReadonlySet<string> | null>(null)
  let until: number | null = null

  const isNew = ({ id }: Save): boolean => before !== null && !before.has(id)
  function find(): void {
    const found = (all ?? []).filter(isNew)
    if (found.length === 0) return
    // of two nobody knows which it is: somebody is asked
    if (found.length === 1) made = new Set([...made, ...found.map(({ id }) => id)])
    before = null
  }

  return {
    get made() {
      return made
    },
    get own() {
      return (all ?? []).filter(({ id }) => made.has(id))
    },
    get others() {
      return (all ?? []).filter((save) => !made.has(save.id) && !isNew(save))
    },
    hear(saves) {
      all = saves
      if (until === null) return
      if (now() <= until) find()
      else before = null
    },
    begin() {
      before = all === null ? null : new Set(all.map(({ id }) => id))
      until = null
      return (stays) => {
        if (!stays) before = null
        until = now() + soon
        find()
      }
    },
    leave() {
      all = null
      before = null
    },
  }
}
