/**
 * The exercise's roster: who is to be on duty around its start, as a thing that people share; and who of them are, who take
 * their functions at the nodes where they sit as anybody does.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { rowOf } from '../../preload/contract/act.ts'
import type { ActBody } from '../../preload/contract/event.ts'
import { live } from '../../preload/contract/moment.ts'
import { FunctionIdSchema, PersonNameSchema } from '../../preload/contract/person.ts'
import type { Place } from '../../preload/contract/place.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { sharedKey } from '../../preload/contract/shared.ts'
import { writeShared } from '../../preload/contract/shared-text.ts'
import { WordsSchema } from '../../preload/contract/words.ts'

const Minutes = v.pipe(v.number(), v.integer())
const ScenarioRosterSchema = v.strictObject({
  title: WordsSchema,
  shifts: v.array(
    v.strictObject({
      function: FunctionIdSchema,
      name: v.optional(WordsSchema),
      who: PersonNameSchema,
      /** where they sit and take the function when the shift begins; who has none is not there yet */
      node: v.optional(v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/))),
      /** minutes from the exercise's start, at its quarter of an hour */
      from: Minutes,
      to: Minutes,
    }),
  ),
})
const quarter = 15 * 60_000

export interface ScenarioRoster {
  key: string
  text: string
  /** by which functions are taken, in order of time */
  acts: readonly RosterAct[]
}
/** @param at ms since 1970 */
export type RosterAct = { entity: string; at: number; body: ActBody }

/** @returns null: the scenario has none. @param start ms since 1970 */
export async function rosterOf(
  directory: string,
  place: Place,
  start: number,
): Promise<Result<ScenarioRoster | null>> {
  const file = join(directory, 'roster.json')
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text === null) return ok(null)
  const read = v.safeParse(ScenarioRosterSchema, JSON.parse(text) as unknown)
  if (!read.success) return fail('exercise.failed', read.issues[0].message, file)
  const begin = Math.floor(start / quarter) * quarter
  const ms = (minutes: number): number => begin + minutes * 60_000
  const at = (minutes: number): string => new Date(ms(minutes)).toISOString()
  const { title, shifts } = read.output
  const key = sharedKey('roster', place.organisation, 'salle')
  const written = writeShared(key, {
    ...{ owner: place.organisation, version: 1, marking: 'np', title },
    saved: { node: place.node, person: null },
    content: {
      title,
      shifts: shifts.map(({ node: _, ...shift }) => ({ ...shift, from: at(shift.from), to: at(shift.to) })),
    },
  })
  const acts = shifts
    .flatMap(({ function: id, who: person, node, from }): RosterAct[] => {
      if (node === undefined) return []
      const input = { function: id }
      const by = { person, function: null, node, automation: null }
      return [
        {
          entity: rowOf('take-function').about(input, { ...place, node }),
          at: ms(from),
          body: { act: 'take-function', input, by, moment: live, after: null },
        },
      ]
    })
    .sort((a, b) => a.at - b.at)
  return written.ok ? ok({ key, text: written.value, acts }) : written
}
