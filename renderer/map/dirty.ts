/**
 * Which rows changed since they were last copied to the graphics card. Rows are marked in blocks: one store each, and
 * what comes out is a few ranges, so that two rows far apart don't cost all that lies between.
 */
export interface Dirty {
  readonly empty: boolean
  mark(row: number): void
  /** rows `from` to `to`, exclusive */
  markAll(from: number, to: number): void
  /** Calls back with each range, `to` exclusive and at most `rows`; afterwards nothing is dirty. */
  take(rows: number, range: (from: number, to: number) => void): void
}

const blockBits = 6
const blockRows = 2 ** blockBits
/** Clean blocks up to so many are copied along: they cost less than another call to the card. */
const joined = 16

export function createDirty(): Dirty {
  let blocks = new Uint8Array(16)
  /** the first and the last dirty block */
  let first = Infinity
  let last = -1

  const grow = (block: number): void => {
    let length = blocks.length
    while (length <= block) length *= 2
    const larger = new Uint8Array(length)
    larger.set(blocks)
    blocks = larger
  }

  return {
    get empty() {
      return last < 0
    },
    mark(row) {
      const block = row >>> blockBits
      if (block >= blocks.length) grow(block)
      blocks[block] = 1
      if (block < first) first = block
      if (block > last) last = block
    },
    markAll(from, to) {
      if (from >= to) return
      const begin = from >>> blockBits
      const end = (to - 1) >>> blockBits
      if (end >= blocks.length) grow(end)
      blocks.fill(1, begin, end + 1)
      first = Math.min(first, begin)
      last = Math.max(last, end)
    },
    take(rows, range) {
      if (last < 0) return
      let from = first
      let to = first
      const tell = (): void => {
        const end = Math.min((to + 1) * blockRows, rows)
        if (from * blockRows < end) range(from * blockRows, end)
      }
      for (let block = first; block <= last; block++) {
        if (blocks[block] === 0) continue
        if (block - to > joined) {
          tell()
          from = block
        }
        to = block
      }
      tell()
      blocks.fill(0, first, last + 1)
      first = Infinity
      last = -1
    },
  }
}
