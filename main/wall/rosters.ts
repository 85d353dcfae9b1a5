/** What windows are told of rosters that people share: with who has each function of this room now. */
import * as v from 'valibot'
import type { Rank } from '../../preload/contract/marking.ts'
import { RosterSchema, type Roster, type ToldRoster } from '../../preload/contract/roster.ts'
import { partsOf, type SharedThing } from '../../preload/contract/shared.ts'
import type { Policy } from '../policy/policy.ts'
import type { State } from './state.ts'

/** More than a room follows. */
const mostRosters = 10

export interface SharedRoster extends Roster {
  key: string
  rank: Rank
  marking: string
  revision: number
  owner: string
  version: number
  saved: number
}

/** Those that can be read, by their keys. What can't be is told of as any shared thing is. */
export const rostersIn = (things: Iterable<SharedThing>): SharedRoster[] =>
  [...things]
    .filter(({ key, document }) => document !== null && partsOf(key).kind === 'roster')
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .flatMap(({ key, rank, revision, published, wrong, document }) => {
      const read = v.safeParse(RosterSchema, document?.content)
      return read.success && document !== null
        ? [
            {
              key,
              rank,
              marking: document.marking,
              revision: Math.max(revision, wrong?.revision ?? 0),
              ...{ owner: document.owner, version: document.version, saved: published },
              ...read.output,
            },
          ]
        : []
    })

/** @param ceiling of the window: what is above it is not there */
export const tellRosters = (
  { rosters, functions }: Pick<State, 'rosters' | 'functions'>,
  { functions: known }: Pick<Policy, 'functions'>,
  ceiling: Rank,
): ToldRoster[] =>
  rosters
    .filter(({ rank }) => rank <= ceiling)
    .slice(0, mostRosters)
    .map(({ shifts, ...roster }) => ({
      ...{ ...roster, shifts },
      held: known
        .filter(({ id }) => shifts.some((shift) => shift.function === id))
        .map(({ id, name }) => ({
          function: id,
          name,
          holder: functions.get(id)?.holder?.person ?? null,
        })),
    }))
