/** Rows of the roster as they are typed, and the one that this desk's organisation keeps. */
import { tokenOf } from '../../../preload/contract/place.ts'
import type { Shift, ToldRoster } from '../../../preload/contract/roster.ts'
import type { DeskState } from '../../../preload/contract/state.ts'
import { readDue } from '../log/entry/due-time.ts'
import { readTime, type Now } from '../log/entry/typed-time.ts'

export interface TypedShift {
  function: string
  name: Shift['name']
  who: string
  from: string
  to: string
}

/** null: none that this desk may write to */
export const ownRoster = ({ node }: Pick<DeskState, 'node'>): ToldRoster | null =>
  node.rosters?.find(({ key }) => key.split('.')[1] === tokenOf(node.organisation)) ?? null

const dated = /^\d{1,2}[/.]\d{1,2}[/.]\d{4}\s/
/** A whole date is what it says; a time alone is the next that it will be. */
const timeOf = (typed: string, now: Now): number | null =>
  (dated.test(typed.trim()) ? readTime(typed, now)?.at : readDue(typed, now)?.at) ?? null

/** `wrong`: which rows can't be read, or end before they begin. */
export function readRows(rows: readonly TypedShift[], now: Now): { shifts: Shift[]; wrong: number[] } {
  const wrong: number[] = []
  const shifts = rows.flatMap(({ function: of, name, who, from, to }, at): Shift[] => {
    const [begins, ends] = [timeOf(from, now), timeOf(to, now)]
    if (of === '' || who.trim() === '' || begins === null || ends === null || begins >= ends) {
      wrong.push(at)
      return []
    }
    const said = { from: new Date(begins).toISOString(), to: new Date(ends).toISOString() }
    return [{ function: of, ...(name !== undefined && { name }), who: who.trim(), ...said }]
  })
  return { shifts, wrong }
}
