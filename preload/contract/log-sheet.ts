/** Lines of the log as they leave the desk, on paper or as a file: a table in words, each row with its marking. */
import * as v from 'valibot'

/** More than anybody prints; a longer log is narrowed first. */
export const mostSheetRows = 5000

/** … of all cells together: what is set as a page, or written as a file, is held whole */
export const mostSheetCharacters = 8_000_000

const Cell = v.pipe(v.string(), v.maxLength(10_000))

export const LogSheetSchema = v.strictObject({
  /** what it is of, in words: which lines, and what they were narrowed to */
  about: v.pipe(v.string(), v.maxLength(500)),
  /** `wide`: what has the room that the others leave */
  columns: v.pipe(
    v.array(v.strictObject({ head: v.pipe(v.string(), v.maxLength(100)), wide: v.boolean() })),
    v.minLength(1),
    v.maxLength(40),
  ),
  rows: v.pipe(
    v.array(
      v.strictObject({
        /** a level's id */
        marking: v.pipe(v.string(), v.maxLength(64)),
        /** one for each column */
        cells: v.pipe(v.array(Cell), v.maxLength(40)),
      }),
    ),
    v.minLength(1),
    v.maxLength(mostSheetRows),
    v.check(
      (rows) =>
        rows.reduce((all, { cells }) => cells.reduce((sum, { length }) => sum + length, all), 0) <=
        mostSheetCharacters,
      'more text than leaves at once: narrow it first',
    ),
  ),
})
export type LogSheet = v.InferOutput<typeof LogSheetSchema>
