/**
 * Who has which function from when to when: a shared thing that people read and write. What is told of it says besides who
 * has the function now, by the acts of taking and relieving: a relief that is late shows.
 */
import * as v from 'valibot'
import { FunctionIdSchema, isSamePerson, PersonNameSchema } from './person.ts'
import { RankSchema } from './picture.ts'
import { WordsSchema, type Words } from './words.ts'

/** Of one roster: a month of a room's shifts. */
export const mostShifts = 300
/** ms after a shift's begin from which its relief is late */
export const lateAfter = 5 * 60_000

const Time = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z$/, 'a time such as 2026-07-26T18:00Z'),
  v.check((text) => !Number.isNaN(Date.parse(text)), 'a time such as 2026-07-26T18:00Z'),
)
export const ShiftSchema = v.pipe(
  v.strictObject({
    function: FunctionIdSchema,
    /** as people call it; what the policy says of its own functions goes before */
    name: v.optional(WordsSchema),
    who: PersonNameSchema,
    from: Time,
    to: Time,
  }),
  v.check(({ from, to }) => Date.parse(from) < Date.parse(to), 'a shift ends after it begins'),
)
export type Shift = v.InferOutput<typeof ShiftSchema>

export const RosterSchema = v.strictObject({
  title: WordsSchema,
  shifts: v.pipe(v.array(ShiftSchema), v.maxLength(mostShifts, `a roster has ${mostShifts} shifts at most`)),
})
export type Roster = v.InferOutput<typeof RosterSchema>

/** A roster as a window is told of it. */
export const ToldRosterSchema = v.object({
  /** its key on the platform */
  key: v.string(),
  rank: RankSchema,
  /** a level's id, and the revision that it was read at: what is saved after it */
  marking: v.string(),
  revision: v.number(),
  title: WordsSchema,
  /** whose it is, its version, and when that was saved, ms since 1970 */
  owner: v.string(),
  version: v.number(),
  saved: v.number(),
  shifts: v.array(ShiftSchema),
  /** of its functions that are this room's: how they are called, and who has them; null: nobody */
  held: v.array(v.object({ function: v.string(), name: WordsSchema, holder: v.nullable(v.string()) })),
})
export type ToldRoster = v.InferOutput<typeof ToldRosterSchema>

/**
 * `late`: the shift has begun and somebody else, or nobody, has the function. `over`: it has ended, nobody follows, and
 * its holder still has it. `planned`: no function of this room, so nobody here can say. `free`: nobody is to have it now.
 */
export type RosterState = 'on' | 'late' | 'over' | 'planned' | 'free'

export interface RosterRow {
  function: string
  name: Words
  /** who has it: by the acts where they are known here, else by the roster; null: nobody */
  who: string | null
  /** until when, ms since 1970; null: not said */
  until: number | null
  next: { who: string; from: number } | null
  state: RosterState
  /** since when it is late or over, ms since 1970 */
  since: number | null
}

/** Late ones first, then as the roster has its functions. @param now ms since 1970 */
export function rosterRows({ shifts, held }: ToldRoster, now: number): RosterRow[] {
  const ids = [...new Set(shifts.map((shift) => shift.function))]
  const rows = ids.map((id): RosterRow => {
    const own = shifts
      .filter((shift) => shift.function === id)
      .map(({ who, from, to, name }) => ({ who, name, from: Date.parse(from), to: Date.parse(to) }))
      .sort((a, b) => a.from - b.from)
    const current = own.findLast(({ from, to }) => from <= now && now < to)
    const last = own.findLast(({ to }) => to <= now)
    const next = own.find(({ from }) => from > now)
    const here = held.find((each) => each.function === id)
    const name = here?.name ?? own.find((shift) => shift.name !== undefined)?.name ?? id
    const row = { function: id, name, next: next === undefined ? null : { who: next.who, from: next.from } }
    const until = current?.to ?? null
    if (here === undefined)
      return { ...row, who: current?.who ?? null, until, state: current ? 'planned' : 'free', since: null }
    const { holder: who } = here
    if (current === undefined) {
      const over = who !== null && last !== undefined && isSamePerson(last.who, who)
      return { ...row, who, until, state: over ? 'over' : 'free', since: over ? last.to : null }
    }
    const taken = who !== null && isSamePerson(current.who, who)
    if (taken || now - current.from < lateAfter) return { ...row, who, until, state: 'on', since: null }
    // who is to have it comes next, since now
    const due = { who: current.who, from: current.from }
    return { ...row, next: due, who, until, state: 'late', since: current.from }
  })
  const isLate = ({ state }: RosterRow): number => (state === 'late' || state === 'over' ? 0 : 1)
  return rows.sort((a, b) => isLate(a) - isLate(b))
}
