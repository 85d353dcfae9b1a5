/** What the file will say, line by line, beside what it said. */
export interface Line {
  number: number
  text: string
  /** it is not in the file as it was read */
  changed: boolean
  /** what stood there; null: it is new, or the same */
  was: string | null
}

const most = 4000

/** The longest lines in common, in order. @returns of each line of `to`, the place in `from`; -1: it is not there */
function common(from: readonly string[], to: readonly string[]): number[] {
  const width = to.length + 1
  const lengths = new Uint16Array((from.length + 1) * width)
  for (let i = from.length - 1; i >= 0; i--)
    for (let j = to.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        from[i] === to[j]
          ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0)
  const places = to.map(() => -1)
  for (let i = 0, j = 0; i < from.length && j < to.length;) {
    if (from[i] === to[j]) places[j++] = i++
    else if ((lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0)) i++
    else j++
  }
  return places
}

const linesIn = (text: string): string[] => text.replace(/\n$/, '').split('\n').slice(0, most)
const keyOf = (line: string): string => /^\s*(?:- )?[\w-]+:/.exec(line)?.[0] ?? ''

/** @param before what it was read as; null: there was none, and nothing is marked */
export function yamlLines(before: string | null, now: string): Line[] {
  const to = linesIn(now)
  if (before === null) return to.map((text, at) => ({ number: at + 1, text, changed: false, was: null }))
  const from = linesIn(before)
  const places = common(from, to)
  let last = -1
  return to.map((text, at) => {
    const place = places[at] ?? -1
    if (place >= 0) {
      last = place
      return { number: at + 1, text, changed: false, was: null }
    }
    // what stood there said the same thing otherwise
    const next = from[last + 1]
    const isThat = next !== undefined && keyOf(next) !== '' && keyOf(next) === keyOf(text)
    if (isThat) last++
    return { number: at + 1, text, changed: true, was: isThat ? next.trim() : null }
  })
}

/** The lines of one element, as it stands in the list of them. @returns from, and the first behind; null: it is not there */
export function linesOf(lines: readonly Line[], element: number): readonly [number, number] | null {
  const starts = lines.flatMap(({ text }, at) => (/^ {2}- /.test(text) ? [at] : []))
  const from = starts[element]
  if (from === undefined) return null
  const next = starts[element + 1]
  return [from, next ?? lines.length]
}
