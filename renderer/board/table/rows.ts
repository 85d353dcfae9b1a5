/** A table's rows as columns side by side: sorted and filtered by their places, without an object for any. */
import { folded } from '../../../preload/contract/text.ts'

/** Equally long, or empty where no row has any. */
export interface Column {
  /** NaN: the row has none */
  numbers: ArrayLike<number>
  /** '': the row has none */
  texts: readonly string[]
}

export interface Rows {
  count: number
  columns: readonly Column[]
}

const nothing = 2

/** What a row without a value is: behind all others, whichever way they are sorted. */
function rankOf({ numbers, texts }: Column, row: number): number {
  if (numbers.length > 0 && !Number.isNaN(numbers[row]!)) return 0
  return texts.length > 0 && texts[row] !== '' ? 1 : nothing
}

/**
 * Places of rows in their order; those that are alike stay as they were.
 * @param collate how two texts stand to each other, in the language of the moment
 */
export function sorted(
  places: Uint32Array,
  column: Column | undefined,
  descending: boolean,
  collate: (a: string, b: string) => number,
): Uint32Array {
  if (column === undefined) return places
  const { numbers, texts } = column
  const way = descending ? -1 : 1
  // each text is looked at by its place among all once, and not in every comparison
  const order = texts.length === 0 ? null : orderOf(texts, collate)
  return places.slice().sort((a, b) => {
    const [ra, rb] = [rankOf(column, a), rankOf(column, b)]
    if (ra !== rb) return ra === nothing || rb === nothing ? ra - rb : way * (ra - rb)
    if (ra === 0) return way * (numbers[a]! - numbers[b]!) || a - b
    return ra === nothing ? a - b : way * (order![a]! - order![b]!) || a - b
  })
}

function orderOf(texts: readonly string[], collate: (a: string, b: string) => number): Uint32Array {
  const different = [...new Set(texts)].sort(collate)
  const places = new Map(different.map((text, place) => [text, place]))
  return Uint32Array.from(texts, (text) => places.get(text) ?? 0)
}

/** Every word of the filter is somewhere in a row, whatever its accents and its case. */
export function filtered(
  { count, columns }: Rows,
  filter: string,
  words: (row: number) => string,
): Uint32Array {
  const wanted = folded(filter).split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return Uint32Array.from({ length: count }, (_, row) => row)
  const found: number[] = []
  for (let row = 0; row < count; row++) {
    let text = words(row)
    for (const { texts } of columns) if (texts.length > 0) text += ` ${texts[row]!}`
    const own = folded(text)
    if (wanted.every((word) => own.includes(word))) found.push(row)
  }
  return Uint32Array.from(found)
}

export interface Sort {
  property: string
  descending: boolean
}

/** The next one of a column that is pressed: up, down, as it was. */
export const nextSort = (sort: Sort | null, property: string): Sort | null =>
  sort?.property !== property
    ? { property, descending: false }
    : sort.descending
      ? null
      : { property, descending: true }

/** Properties that everybody understands come first where nobody chose. */
const likely = ['name', 'status', 'category', 'state', 'place', 'until']
const dull = new Set(['id', 'severity', 'symbol', 'sidc', 'colour', 'color'])

export function chooseColumns(properties: readonly string[], most: number): string[] {
  const first = likely.filter((name) => properties.includes(name))
  const rest = properties.filter((name) => !first.includes(name) && !dull.has(name))
  return [...first, ...rest].slice(0, most)
}
