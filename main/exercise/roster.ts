/** The exercise's roster: who is to be on duty around its start, as a thing that people share. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
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
      /** minutes from the exercise's start, at its quarter of an hour */
      from: Minutes,
      to: Minutes,
    }),
  ),
})
const quarter = 15 * 60_000

/** @returns its key and text; null: the scenario has none. @param start ms since 1970 */
export async function rosterOf(
  directory: string,
  place: Pick<Place, 'organisation' | 'node'>,
  start: number,
): Promise<Result<{ key: string; text: string } | null>> {
  const file = join(directory, 'roster.json')
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text === null) return ok(null)
  const read = v.safeParse(ScenarioRosterSchema, JSON.parse(text) as unknown)
  if (!read.success) return fail('exercise.failed', read.issues[0].message, file)
  const begin = Math.floor(start / quarter) * quarter
  const at = (minutes: number): string => new Date(begin + minutes * 60_000).toISOString()
  const { title, shifts } = read.output
  const key = sharedKey('roster', place.organisation, 'salle')
  const written = writeShared(key, {
    ...{ owner: place.organisation, version: 1, marking: 'np', title },
    saved: { node: place.node, person: null },
    content: { title, shifts: shifts.map((shift) => ({ ...shift, from: at(shift.from), to: at(shift.to) })) },
  })
  return written.ok ? ok({ key, text: written.value }) : written
}
